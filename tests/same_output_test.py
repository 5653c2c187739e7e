#!/usr/bin/env python3
"""Two builds of one program print the same. Usage: same_output_test.py PROGRAM OTHER"""
import re
import subprocess
import sys

one, other = (subprocess.run([program], capture_output=True, check=True, timeout=300).stdout.decode() for program in sys.argv[1:3])
print(one, end="")
if one != other:
    sys.exit("the other prints something else:\n" + other)
counts = [int(count) for count in re.findall(r": (\d+) conflicts, [0-9a-f]{16}\n", one)]
if len(counts) < 5 or min(counts) < 20:
    sys.exit("too few conflicts to prove anything")
