#!/usr/bin/env python3
"""skypact detect and simulate as a researcher meets them. Usage: detect_cli_test.py SKYPACT [unittest arguments]"""
import csv
import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SKYPACT = sys.argv.pop(1) if len(sys.argv) > 1 else "skypact"
HEADER = "id,lat_deg,lon_deg,altitude_ft,ground_speed_kt,track_deg,vertical_rate_fpm\n"
# Head on, 20 NM apart on the equator, 960 kt of closing speed: 5 NM are lost after about 56 s.
A = "A,0,0,35000,480,90,0\n"
B = "B,0,0.333,35000,480,270,0\n"


def skypact(*arguments, stdin=b""):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    run = subprocess.run([SKYPACT, *arguments], input=stdin, capture_output=True, timeout=120)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


class Detect(unittest.TestCase):
    def test_every_error_names_file_line_field_and_what_is_wrong(self):
        line = lambda **change: ",".join(str({**dict(id="C", lat=1, lon=2, alt=3000, speed=100, track=5, rate=0), **change}[k])
                                         for k in ("id", "lat", "lon", "alt", "speed", "track", "rate")) + "\n"
        table = (
            ("an empty file", "", "1", "id", "missing"),
            ("no header", A + B, "1", "id", "missing"),
            ("a missing column", HEADER.replace(",track_deg", "") + A, "1", "track_deg", "missing"),
            ("a column that is there twice", HEADER.replace("\n", ",id\n") + A, "1", "id", "twice"),
            ("a short line", HEADER + A + "C,1,2,3000,100,5\n", "3", "vertical_rate_fpm", "ends before"),
            ("an empty line amid the others", HEADER + A + "\n" + B, "3", "", "empty"),
            ("semicolons", HEADER.replace(",", ";") + A.replace(",", ";"), "1", "id", "missing.*commas"),
            ("UTF-16", (HEADER + A).encode("utf-16"), "1", "id", "UTF-16"),
            ("1e999", HEADER + line(alt="1e999"), "2", "altitude_ft", "not a number"),
            ("a quote that is not closed", HEADER + A + '"B,0,0,35000,480,90,0\n', "3", "id", "quote must be closed"),
            ("a quoted field that goes on", HEADER + '"B"x,0,0,35000,480,90,0\n', "2", "id", "quote must be closed"),
            ("two ids that are one without their quotes", HEADER + A + A.replace("A", '"A"'), "3", "id", '"A".*twice'),
            ("NaN", HEADER + A + line(lat="nan"), "3", "lat_deg", "not a number"),
            ("NaN as an altitude", HEADER + line(alt="NaN"), "2", "altitude_ft", "not a number"),
            ("infinity", HEADER + line(speed="inf"), "2", "ground_speed_kt", "not a number|not within"),
            ("a word", HEADER + line(track="north"), "2", "track_deg", "not a number"),
            ("a number with a unit", HEADER + line(alt="3000ft"), "2", "altitude_ft", "not a number"),
            ("an empty number", HEADER + line(alt=""), "2", "altitude_ft", "not a number"),
            ("latitude 91", HEADER + A + B + line(lat=91), "4", "lat_deg", "91.*not within -90 and 90"),
            ("longitude 361", HEADER + line(lon=361), "2", "lon_deg", "not within"),
            ("a negative speed", HEADER + line(speed=-1), "2", "ground_speed_kt", "not within 0 and"),
            ("too fast", HEADER + line(speed=4101), "2", "ground_speed_kt", "not within"),
            ("too high", HEADER + line(alt=200001), "2", "altitude_ft", "not within"),
            ("a lift", HEADER + line(rate=1e6), "2", "vertical_rate_fpm", "not within"),
            ("an id that is there twice", HEADER + A + B + A, "4", "id", '"A".*twice'),
            ("no id", HEADER + line(id=""), "2", "id", "empty"),
            ("a long id", HEADER + line(id="x" * 10_000), "2", "", "longer than"),
            ("a huge line", HEADER + A + "x" * 5_000_000, "3", "", "longer than"),
            ("a huge header", "x" * 5_000_000, "1", "", "longer than"),
            ("bytes that are no text", bytes(range(128, 256)) * 10, "1", "id", "missing"),
            ("an id that is no UTF-8", HEADER.encode() + b"\xff\xfe,1,2,3000,100,5,0\n", "2", "id", "UTF-8"),
            ("an id cut within a character", HEADER.encode() + b"\xc3,1,2,3000,100,5,0\n", "2", "id", "UTF-8"),
            ("a number that is no UTF-8", HEADER.encode() + b"A,1\xff,2,3000,100,5,0\n", "2", "lat_deg", "not a number"),
        )
        for name, text, line_number, field, message in table:
            with self.subTest(name):
                status, out, err = skypact("detect", "-", stdin=text)
                self.assertEqual((status, out), (3, ""), err)
                self.assertRegex(err, f"standard input:{line_number}:({field})?.*{message}")
                self.assertLess(len(err), 500)

    def test_a_file_is_named_in_its_errors(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        (folder / "sky.csv").write_text(HEADER + "A,91,0,0,0,0,0\n")
        for path in (folder / "sky.csv", folder / "none.csv", folder):
            status, out, err = skypact("detect", str(path))
            self.assertEqual((status, out), (3, ""), err)
            self.assertIn(str(path), err)

    def test_wrong_options_are_usage(self):
        for option, value in (("--horizontal", "5"), ("--horizontal", "501nm"), ("--vertical", "x"), ("--look-ahead", "61min"),
                              ("--look-ahead", "-1s"), ("--threads", "0"), ("--format", "xml")):
            status, out, err = skypact("detect", "-", f"{option}={value}", stdin=HEADER)
            self.assertEqual((status, out), (2, ""), (option, value))
            self.assertIn(option, err)

    def test_no_aircraft_or_one_have_no_conflicts(self):
        for text in (HEADER, HEADER + A, HEADER.rstrip("\n")):
            self.assertEqual(skypact("detect", "-", stdin=text)[:2],
                             (0, "id_a,id_b,t_in_s,t_out_s,t_cpa_s,horizontal_at_cpa_nm,vertical_at_cpa_ft\n"))
            self.assertEqual(skypact("detect", "-", "--format", "json", stdin=text)[:2], (0, ""))

    def test_ends_of_line_marks_and_order_of_columns_do_not_matter(self):
        plain = skypact("detect", "-", stdin=HEADER + A + B)
        self.assertEqual(plain[0], 0)
        self.assertEqual(plain[1].splitlines()[1].split(",")[:2], ["A", "B"])
        self.assertEqual(skypact("detect", "-", stdin="\ufeff" + (HEADER + A + B).replace("\n", "\r\n")), plain)
        self.assertEqual(skypact("detect", "-", stdin=(HEADER + B + A).rstrip("\n")), plain)
        swapped = "".join(",".join(reversed(row.split(","))) + "\n" for row in (HEADER + A + B).splitlines())
        self.assertEqual(skypact("detect", "-", stdin=swapped), plain)
        self.assertEqual(skypact("detect", "-", stdin=HEADER + A + B + "\r\n \n\n"), plain)

    def test_standard_input_is_the_default_and_gzip_is_read(self):
        plain = skypact("detect", "-", stdin=HEADER + A + B)
        self.assertEqual(plain[0], 0)
        self.assertEqual(skypact("detect", stdin=HEADER + A + B), plain)
        self.assertEqual(skypact("detect", stdin=gzip.compress((HEADER + A + B).encode())), plain)
        self.assertEqual(skypact("detect", "--json", stdin=HEADER + A + B), skypact("detect", "--format", "json", stdin=HEADER + A + B))

    def test_quoted_fields_are_read_and_written(self):
        plain = skypact("detect", stdin=HEADER + A + B)
        quoted = "".join(",".join(f'"{field}"' for field in row.split(",")) + "\n" for row in (HEADER + A + B).splitlines())
        self.assertEqual(skypact("detect", stdin=quoted), plain)
        names = ['comma, and "quote"', "plain"]
        text = HEADER + "".join('"' + name.replace('"', '""') + f'" ,0,{k / 100},35000,480,90,0\r\n' for k, name in enumerate(names))
        status, out, _ = skypact("detect", stdin=text)
        self.assertEqual(status, 0)
        self.assertEqual(list(csv.reader(out.splitlines()))[1][:2], sorted(names))

    def test_json_says_what_csv_says_whatever_is_in_an_id(self):
        ids = ['quote"back\\slash', "tab\tbell\x07", "é漢🛩"]
        text = HEADER + "".join(f"{name},0,{k / 10},35000,480,90,0\n" for k, name in enumerate(ids))
        status, table, _ = skypact("detect", "-", "--horizontal", "30nm", stdin=text)
        self.assertEqual(status, 0)
        status, out, _ = skypact("detect", "-", "--horizontal", "30nm", "--format", "json", stdin=text)
        self.assertEqual(status, 0)
        rows = list(csv.DictReader(table.splitlines()))
        objects = [json.loads(line, parse_float=str, parse_int=str) for line in out.splitlines()]
        self.assertEqual(len(objects), 3)
        self.assertEqual(objects, rows)
        self.assertEqual({o[k] for o in objects for k in ("id_a", "id_b")}, set(ids))

    def test_finds_what_brute_force_finds_on_any_number_of_threads_in_order(self):
        for region in ("--region=35,-10,60,30", "--region=86,-180,90,180", "--region=-20,175,20,-175"):
            status, sky, _ = skypact("simulate", "--aircraft", "3000", "--seed", "3", "--format", "csv", region)
            self.assertEqual(status, 0)
            outputs = {skypact("detect", "-", *more, stdin=sky)[:2] for more in ((), ("--threads", "2"), ("--brute-force",))}
            self.assertEqual(len(outputs), 1, region)
            status, out = outputs.pop()
            keys = [(float(t), a, b) for a, b, t, *_ in (line.split(",") for line in out.splitlines()[1:])]
            self.assertEqual(status, 0)
            self.assertGreater(len(keys), 20, region)
            self.assertEqual(keys, sorted(keys))
            self.assertTrue(all(a < b for _, a, b in keys))


if __name__ == "__main__":
    unittest.main(verbosity=1)
