#!/usr/bin/env python3
"""The command line as a user meets it: exit statuses, messages, output. Usage: cli_test.py SKYPACT [unittest arguments]"""
import base64
import gzip
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

SKYPACT = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "skypact"
ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"

SBS = "MSG,3,,,4D2023,,,,,,,37025,,,52.3086,4.7639,,,,,,0\n"


def skypact(*arguments, stdin=b""):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    run = subprocess.run([SKYPACT, *arguments], input=stdin, capture_output=True, timeout=60)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


class General(unittest.TestCase):
    def test_help_and_version_are_done(self):
        status, out, _ = skypact("--help")
        self.assertEqual(status, 0)
        for word in ("decode", "config", "completion", "Exit status:"):
            self.assertIn(word, out)
        status, out, _ = skypact("--version")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^skypact \d+\.\d+\.\d+\n$")

    def test_wrong_words_are_usage(self):
        for arguments in ((), ("fly",), ("decode",), ("decode", "--format", "jpg"), ("decode", "--format", "sbs", "--nonsense"), ("config",)):
            status, out, err = skypact(*arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertNotEqual(err, "", arguments)

    def test_a_mistyped_word_is_named_and_what_was_meant(self):
        for arguments, message in ((("fly",), 'skypact: there is no command "fly"\n'),
                                   (("decod",), 'skypact: there is no command "decod"; did you mean decode?\n'),
                                   (("config", "chek"), 'skypact config: there is no command "chek"; did you mean check?\n'),
                                   (("decode", "--fromat", "sbs"), 'skypact decode: there is no option "--fromat"; did you mean --format?\n'),
                                   (("detect", "--treads=3", "-"), 'skypact detect: there is no option "--treads"; did you mean --threads?\n'),
                                   (("detect", "a", "b"), 'skypact detect: "b" is one word too many\n'),
                                   (("alert",), "skypact alert: a command is needed: list acknowledge watch\n")):
            status, out, err = skypact(*arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertTrue(err.startswith(message), err)
            self.assertRegex(err, r"\nskypact.* --help tells more\.\n$")

    def test_a_full_disk_is_told_by_every_command_that_prints(self):
        with tempfile.NamedTemporaryFile(suffix=".csv") as table, tempfile.NamedTemporaryFile(suffix=".sbs") as sbs:
            table.write(skypact("simulate", "--aircraft", "5000", "--region=35,-10,40,0")[1].encode())
            sbs.write(SBS.encode() * 100)
            table.flush()
            sbs.flush()
            for arguments in (("--help",), ("--version",), ("completion", "bash"), ("simulate",), ("simulate", "--format", "beast"), ("detect", table.name),
                              ("decode", "--format", "sbs", sbs.name), ("evaluate", sbs.name), ("demo", "--headless"),
                              ("config", "check", str(ROOT / "config" / "skypact.example.toml"))):
                with open("/dev/full", "wb") as full:
                    run = subprocess.run([SKYPACT, *arguments], stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
                self.assertEqual(run.returncode, 5, arguments)
                self.assertIn("the output cannot be written", run.stderr, arguments)

    def test_a_closed_pipe_ends_it_without_a_word(self):
        # Both as a shell starts it and as a service does that ignores the signal.
        for before in ("", "trap '' PIPE; "):
            for words in ("simulate --aircraft 20000", "simulate --format beast --minutes 100000", "demo --headless"):
                run = subprocess.run(["bash", "-c", f"{before}\"$0\" {words} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}", SKYPACT],
                                     capture_output=True, text=True, timeout=60)
                self.assertEqual((run.stdout, run.stderr), (f"{128 + signal.SIGPIPE}\n", ""), words)


class Demo(unittest.TestCase):
    def test_keeps_a_recording_while_it_runs_and_takes_it_away(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        demo = subprocess.Popen([SKYPACT, "demo", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**environment, "TMPDIR": str(folder)})
        self.addCleanup(demo.kill)
        url = re.search(rb"http://[\d.:]+/", demo.stdout.readline()).group().decode()
        for _ in range(300):
            with urllib.request.urlopen(url + "api/v1/recording", timeout=10) as answer:
                recorded = json.load(answer)["bytes"]
            if recorded > 0:
                break
            time.sleep(0.1)
        self.assertGreater(recorded, 0)
        self.assertEqual(len(list(folder.iterdir())), 1)
        demo.terminate()
        self.assertEqual(demo.wait(timeout=30), 0)
        self.assertEqual(list(folder.iterdir()), [])
        demo.stdout.close()


class Decode(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def test_prints_one_object_a_message_and_counts_errors_by_reason(self):
        status, out, err = skypact("decode", "--format", "sbs", stdin=SBS + "MSG,3,,,4D2023,,,,,,,37025,,,91,4.7639,,,,,,0\nrubbish\n")
        self.assertEqual(status, 0)
        message = json.loads(out)
        self.assertEqual(message["address"], "4D2023")
        self.assertEqual(message["pressure_altitude_ft"], 37025)
        self.assertEqual((message["lat_deg"], message["lon_deg"]), (52.3086, 4.7639))
        self.assertRegex(err, r"^1 message, 2 errors\n")
        self.assertRegex(err, r"(?m)^ +1 out_of_range +A number")
        self.assertRegex(err, r"(?m)^ +1 unknown_record ")

    def test_counts_errors_as_json_too(self):
        status, out, err = skypact("decode", "--format", "sbs", "--json", stdin=SBS + "rubbish\n")
        self.assertEqual((status, out.count("\n")), (0, 1))
        self.assertEqual(json.loads(err), {"messages": 1, "errors": {"unknown_record": 1}})

    def test_reads_files_compressed_or_not(self):
        plain = self.folder / "log"
        plain.write_text(SBS)
        packed = self.folder / "log.gz"
        packed.write_bytes(gzip.compress(SBS.encode()))
        self.assertEqual(skypact("decode", "--format", "sbs", str(plain)), skypact("decode", "--format", "sbs", str(packed)))
        packed.write_bytes(gzip.compress(SBS.encode() * 10000)[:-20])
        status, out, err = skypact("decode", "--format", "sbs", str(packed))
        self.assertEqual(status, 3)
        self.assertGreater(out.count("\n"), 0, "what stands before the damage is printed")
        self.assertIn("log.gz", err)

    def test_a_file_that_cannot_be_read_is_bad_input(self):
        for path in ("/nonexistent", str(self.folder)):
            status, out, err = skypact("decode", "--format", "avr", path)
            self.assertEqual((status, out), (3, ""))
            self.assertIn(path, err)

    def test_garbage_is_counted_and_done(self):
        for name in ("beast", "avr", "sbs", "report", "t001", "t018", "sit185"):
            status, out, err = skypact("decode", "--format", name, stdin=bytes(range(256)) * 50 + b"\n")
            self.assertEqual((status, out), (0, ""), name)
            self.assertNotIn("0 errors", err, name)
        status, _, err = skypact("decode", "--format", "aircraft-json", stdin="<html>")
        self.assertEqual(status, 3)
        self.assertIn("standard input is no aircraft.json", err)

    def test_prints_frames_or_what_they_say_of_aircraft(self):
        # An even and an odd position of one aircraft (the worked example of the CPR literature).
        frames = "*8D40621D58C382D690C8AC2863A7;\n*8D40621D58C386435CC412692AD6;\n*8D40621D58C386435CC412692AD7;\n"
        status, out, err = skypact("decode", "--format", "avr", stdin=frames)
        self.assertEqual(status, 0)
        first = json.loads(out.splitlines()[0])
        self.assertEqual((first["df"], first["address"], first["crc"], first["typecode"]), (17, "40621D", "valid", 11))
        self.assertEqual((first["altitude_ft"], first["cpr_odd"], first["cpr_lat"], first["cpr_lon"]), (38000, False, 93000, 51372))
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn("bad_crc", err)
        status, out, _ = skypact("decode", "--format", "avr", "--observations", stdin=frames)
        self.assertEqual(status, 0)
        positions = [json.loads(line) for line in out.splitlines() if "lat_deg" in line]
        self.assertEqual(len(positions), 1)
        self.assertAlmostEqual(positions[0]["lat_deg"], 52.26578, places=4)
        self.assertAlmostEqual(positions[0]["lon_deg"], 3.93891, places=4)

    def test_refuses_bad_option_values_with_an_example(self):
        for option, value in (("--position", "52"), ("--position", "91,4"), ("--start", "yesterday")):
            status, out, err = skypact("decode", "--format", "beast", option, value)
            self.assertEqual((status, out), (2, ""))
            self.assertIn(option, err)

    def test_reads_pictures_and_reports(self):
        status, out, _ = skypact("decode", "--format", "aircraft-json", stdin='{"now":1795463630,"aircraft":[{"hex":"4d2023","alt_baro":1000,"seen":1}]}')
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(out)["measured_at"], "2026-11-23T19:53:49.000Z")
        status, out, _ = skypact("decode", "--format", "report", stdin='{"id":"uas-1","lat_deg":1,"lon_deg":2,"party":"whoever"}')
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(out)["address"], "report:uas-1")

    def test_reads_beacons_in_words_and_as_objects(self):
        lines = ("# the worked example of C/S T.001\n\nFFFE2F56E6804002202009655250\n2026-11-27T00:15:02.25Z rx-north FFFED0 8DB345B146 202DDF3C71 F59BAB7072\n"
                 "FFFE2F8DB345B146202DDF3C71F59BAB707\nFFFE2F555555555555555555555555555555\n")
        status, out, err = skypact("decode", "--format", "t001", stdin=lines)
        self.assertEqual(status, 0)
        self.assertEqual(len(out.splitlines()), 2)
        self.assertTrue(out.splitlines()[0].startswith("LIVE ALERT EPIRB ADCD00800440401 United States (366)"), out)
        self.assertTrue(out.splitlines()[1].startswith("2026-11-27T00:15:02.250Z rx-north SELF-TEST ELT 1B668B628CFFBFF Denmark (219)"), out)
        self.assertIn("skypact decode: line 5: 35 hexadecimal digits are no first-generation message", err)
        self.assertIn("skypact decode: line 6: BCH-1: more than 3 bits", err)
        self.assertRegex(err, r"(?m)^2 messages, 2 errors$")
        self.assertRegex(err, r"(?m)^ +1 uncorrectable +More bits")
        status, out, err = skypact("decode", "--format", "t001", "--json", stdin=lines)
        self.assertEqual(status, 0)
        live, test = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((live["line"], live["may_alert"], live["position_status"]), (3, True, "not_carried"))
        self.assertNotIn("lat_deg", live)
        self.assertEqual((test["line"], test["station"], test["mode"], test["may_alert"]), (4, "rx-north", "self_test", False))
        self.assertAlmostEqual(test["lon_deg"], -110.94111, places=4)
        self.assertEqual(json.loads(err.splitlines()[-1]), {"messages": 2, "errors": {"bad_hex": 1, "uncorrectable": 1}})

    def test_a_second_generation_beacon_is_the_same_in_either_padding(self):
        front, behind = "0039823D32618658622811F0000000000003FFF004030680258", "00E608F4C986196188A047C000000000000FFFC0100C1A00960"
        status, out, _ = skypact("decode", "--format", "t018", "--json", stdin=f"{front}\n{behind}\n")
        self.assertEqual(status, 0)
        first, second = [json.loads(line) for line in out.splitlines()]
        for message in first, second:
            self.assertEqual((message["id"], message["identity"]["type_approval"], message["doubts"]), ("9934039823D000000000000", 230, ["not_checked"]))
        status, out, err = skypact("decode", "--format", "t018", stdin="0039823D32618658622811F0000000000000000004030680258\n")
        self.assertEqual((status, out), (0, ""))
        self.assertIn("type approval 230 with the two zero bits in front, 57 with them behind", err)

    def test_reads_an_alert_message_of_a_mission_control_centre(self):
        text = ("1. DISTRESS COSPAS-SARSAT INITIAL ALERT\n2. MSG NO 00317 AUMCC\n3. DETECTED AT 27 NOV 26 0014 UTC BY S11\n5. COUNTRY OF BEACON REGISTRATION 366/ USA\n"
                "8. POSITIONS\nDOPPLER A - 07 12.5 S 098 42.0 E PROB 62 PERCENT\nDOPPLER B - NIL\n11. HEX ID 2DC7555554FFBFF HOMING SIGNAL 121.5\nEND OF MESSAGE\n")
        status, out, err = skypact("decode", "--format", "sit185", stdin=text + "nothing of the kind\n")
        self.assertEqual((status, out), (0, "initial message 00317 beacon 2DC7555554FFBFF United States (366), detected 2026-11-27T00:14:00.000Z, "
                                            "doppler_a at 7.20833 S 98.70000 E (62 %)\n"))
        self.assertIn('line 10: no paragraph "1. DISTRESS COSPAS-SARSAT', err)
        status, out, err = skypact("decode", "--format", "sit185", "--json", stdin=text)
        message = json.loads(out)
        self.assertEqual((message["kind"], message["id"], message["positions"][0]["probability_percent"]), ("initial", "2DC7555554FFBFF", 62))
        self.assertEqual(json.loads(err), {"messages": 1, "errors": {}})

    def test_reads_the_recordings_off_the_air(self):
        if not DATA.exists():
            self.skipTest(f"{DATA} is missing")
        status, out, err = skypact("decode", "--format", "sbs", str(DATA / "sbs" / "stratux-35min.log.gz"))
        self.assertEqual(status, 0)
        self.assertEqual(out.count("\n"), 44477)
        self.assertEqual(len({json.loads(line)["address"] for line in out.splitlines()}), 216)
        self.assertTrue(err.startswith("44477 messages, 5 errors\n"), err)
        expected = [json.loads(line) for line in (DATA / "modes" / "modes1.expected.jsonl").read_text().splitlines()]
        status, out, _ = skypact("decode", "--format", "avr", str(DATA / "modes" / "modes1.avr"))
        got = {json.loads(line)["frame"].lower(): json.loads(line) for line in out.splitlines()}
        compared = 0
        for entry in expected:
            frame, other = entry["msg"].lower(), entry["dec"]
            if frame not in got or not other.get("crc_valid"):
                continue
            mine = got[frame]
            compared += 1
            self.assertEqual((mine["df"], mine["address"]), (other["df"], other["icao"]), frame)
            for my_name, other_name in (("typecode", "typecode"), ("cpr_lat", "cpr_lat"), ("cpr_lon", "cpr_lon"), ("altitude_ft", "altitude")):
                if my_name in mine and other.get(other_name) is not None:
                    self.assertEqual(mine[my_name], other[other_name], frame)
        self.assertGreater(compared, 100)


class Simulate(unittest.TestCase):
    def beast(self, *arguments):
        run = subprocess.run([SKYPACT, "simulate", "--format", "beast", *arguments], capture_output=True, timeout=60)
        self.assertEqual((run.returncode, run.stderr), (0, b""))
        return run.stdout

    def test_beast_decodes_back_without_an_error_and_is_the_same_for_a_seed(self):
        words = ("--aircraft", "20", "--minutes", "0.5", "--region=170,10,175,20")
        run = subprocess.run([SKYPACT, "simulate", "--format", "beast", *words], capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 2, "a latitude of 170")
        words = ("--aircraft", "20", "--minutes", "0.5", "--region=-10,175,10,-175")
        sky = self.beast("--seed", "7", *words)
        self.assertEqual(sky, self.beast("--seed", "7", *words))
        self.assertNotEqual(sky, self.beast("--seed", "8", *words))
        status, out, err = skypact("decode", "--format", "beast", "--observations", stdin=sky)
        self.assertEqual(status, 0)
        self.assertIn(" 0 errors", err)
        messages = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len({m["address"] for m in messages}), 20)
        positions = [m for m in messages if "lat_deg" in m]
        self.assertGreater(len(positions), 20 * 50)
        for m in positions:
            self.assertTrue(-11 < m["lat_deg"] < 11 and (m["lon_deg"] > 174 or m["lon_deg"] < -174), m)

    def test_refuses_what_beast_cannot_have(self):
        status, out, err = skypact("simulate", "--format", "beast", "--mix", "drones")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("--mix", err)


class Evaluate(unittest.TestCase):
    def test_reports_a_simulated_sky_and_needs_a_recording(self):
        sky = subprocess.run([SKYPACT, "simulate", "--format", "beast", "--aircraft", "80", "--minutes", "3", "--seed", "2",
                              "--region=35,20,36,21"], capture_output=True, timeout=60).stdout
        with tempfile.NamedTemporaryFile(suffix=".beast") as file:
            file.write(sky)
            file.flush()
            status, out, err = skypact("evaluate", "--json", "--list", file.name)
            self.assertEqual((status, err), (0, ""))
            report = json.loads(out)
            self.assertAlmostEqual(report["flight_hours"], 80 * 3 / 60, delta=0.2)
            losses, warnings = report["losses"], report["warnings"]
            self.assertGreater(losses["total"], 0)
            self.assertEqual(losses["total"], losses["warned"] + losses["missed"])
            self.assertEqual(report["warning_time_s"]["count"], losses["warned"])
            self.assertEqual(warnings["total"], warnings["true"] + warnings["averted"] + warnings["nuisance"] + warnings["undecided"])
            self.assertEqual(sum(c["verdict"] in ("warned", "missed") for c in report["cases"]), losses["total"])
            self.assertEqual(out, skypact("evaluate", "--json", "--list", file.name)[1])
            status, out, _ = skypact("evaluate", file.name)
            self.assertEqual(status, 0)
            self.assertIn("losses of minima", out)
        self.assertEqual(skypact("evaluate", "/nonexistent.sbs")[0], 3)


class Config(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def check(self, text):
        path = self.folder / "skypact.toml"
        path.write_text(text)
        return skypact("config", "check", str(path))

    def test_the_example_is_right_and_is_described(self):
        status, out, err = skypact("config", "check", str(ROOT / "config" / "skypact.example.toml"))
        self.assertEqual((status, err), (0, ""))
        for text in ("Harbour", "roof: beast, connect 127.0.0.1:30005", "5 NM / 1000 ft", "this machine only"):
            self.assertIn(text, out)

    def test_every_error_is_shown_with_its_line(self):
        status, out, err = self.check('[[feed]]\nname = "a"\nformat = "foo"\nconnect = "h:1"\n\n[server]\nlisten = "0.0.0.0:8480"\nports = 3\n')
        self.assertEqual((status, out), (3, ""))
        lines = [line.removeprefix(str(self.folder) + "/") for line in err.splitlines()]
        self.assertEqual(len(lines), 3, err)
        self.assertTrue(lines[0].startswith('skypact.toml:3: feed[1].format: "foo" is not a format; one of beast, avr,'), err)
        self.assertTrue(lines[1].startswith("skypact.toml:7: server.listen: 0.0.0.0:8480 can be reached from other machines"), err)
        self.assertTrue(lines[2].startswith("skypact.toml:8: server.ports: is not a known key"), err)

    def test_the_files_it_names_are_read(self):
        square = [[4, 52], [5, 52], [5, 53], [4, 53], [4, 52]]
        zone = {"type": "Feature", "properties": {"id": "z"}, "geometry": {"type": "Polygon", "coordinates": [square]}}
        (self.folder / "zone.geojson").write_text(json.dumps(zone))
        self.assertEqual(self.check('[zones]\nfiles = ["zone.geojson"]\n')[0], 0)
        square[1], square[2] = square[2], square[1]
        (self.folder / "zone.geojson").write_text(json.dumps(zone))
        status, out, err = self.check('[zones]\nfiles = ["zone.geojson"]\n')
        self.assertEqual((status, out), (3, ""))
        self.assertIn("zone.geojson: feature 1: the ring crosses itself", err)
        (self.folder / "token").write_text("short\n")
        (self.folder / "token").chmod(0o600)
        status, _, err = self.check('[server]\ntoken_file = "token"\n')
        self.assertEqual(status, 3)
        self.assertIn("a token of at least 16 characters", err)
        for name in ("pem", "key"):
            (self.folder / name).write_text("nothing\n")
            (self.folder / name).chmod(0o600)
        status, _, err = self.check('[server]\ntls_certificate = "pem"\ntls_key = "key"\n')
        self.assertEqual(status, 3)
        self.assertIn("pem: not a PEM certificate chain", err)

    def test_warns_of_secrets_that_every_user_can_read(self):
        (self.folder / "token").write_text("0123456789abcdef\n")
        for mode, warned in ((0o644, True), (0o602, True), (0o640, False), (0o600, False)):
            (self.folder / "token").chmod(mode)
            status, out, err = self.check('[server]\ntoken_file = "token"\n')
            self.assertEqual(status, 0)
            self.assertIn("with a token", out)
            self.assertEqual(err.startswith("warning: ") and "token: every user" in err, warned, (oct(mode), err))
        self.assertNotIn("0123456789abcdef", out + err)

    def test_says_it_as_json(self):
        (self.folder / "skypact.toml").write_text("[nod]\n[minima]\nhorizontal = 5\n")
        status, out, err = skypact("config", "check", "--json", str(self.folder / "skypact.toml"))
        self.assertEqual((status, err), (3, ""))
        found = json.loads(out)
        self.assertEqual((len(found["errors"]), found["warnings"]), (2, []))
        self.assertIn("skypact.toml:1: nod: ", found["errors"][0])

    def test_a_missing_file_and_broken_toml_are_bad_input(self):
        status, _, err = skypact("config", "check", "/nonexistent.toml")
        self.assertEqual(status, 3)
        self.assertIn("/nonexistent.toml", err)
        status, _, err = self.check("[node\n")
        self.assertEqual(status, 3)
        self.assertIn("skypact.toml:1: ", err)


class Terminal:
    """A shell on a terminal of its own, that is typed at and read from."""

    def __init__(self, command, folder):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(HOME=folder, TERM="xterm", SKYPACT=SKYPACT, PS1="> ", LC_ALL="C.UTF-8", XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder)
            os.execvp(command[0], command)
        self.raw = self.seen = ""

    def type(self, text):
        self.raw = self.seen = ""
        os.write(self.master, text.encode())

    def await_text(self, pattern, seconds=30):
        """Waits until the pattern was printed since the last typing; False when time is up or the shell ended."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.seen):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                return False
            try:
                self.raw += os.read(self.master, 65536).decode(errors="replace")
            except OSError:
                return False
            self.seen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>(][AB0]?|\x1b\][^\x07]*\x07|\x07", "", self.raw)
        return True

    def close(self):
        os.close(self.master)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Token(unittest.TestCase):
    HOST = "uss.north.example"

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("test", "other"):
            subprocess.run(["openssl", "genrsa", "-out", self.folder / f"{name}.key", "2048"], check=True, capture_output=True)
            subprocess.run(["openssl", "rsa", "-in", self.folder / f"{name}.key", "-pubout", "-out", self.folder / f"{name}.pem"], check=True, capture_output=True)
        self.key, self.pem = str(self.folder / "test.key"), str(self.folder / "test.pem")

    def make(self, *more):
        status, out, err = skypact("token", "make", "--key", self.key, "--subject", "uss1", "--audience", self.HOST, *more)
        self.assertEqual((status, err), (0, ""))
        return out

    def verify(self, token, *keys, audience=HOST):
        return skypact("token", "verify", *(keys or ("--key", self.pem)), "--audience", audience, stdin=token)

    @staticmethod
    def decoded(part):
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    def signed(self, head, claims):
        text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, claims))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(), capture_output=True, check=True).stdout
        return text + "." + base64.urlsafe_b64encode(signature).rstrip(b"=").decode()

    def test_what_it_makes_another_program_verifies_and_reads(self):
        head, claims, signature = self.make("--scope", "utm.strategic_coordination utm.availability_arbitration", "--kid", "k1", "--issuer", "me", "--expires", "15min").strip().split(".")
        self.assertEqual(json.loads(self.decoded(head)), {"alg": "RS256", "typ": "JWT", "kid": "k1"})
        said = json.loads(self.decoded(claims))
        self.assertEqual((said["sub"], said["aud"], said["iss"], said["scope"]), ("uss1", self.HOST, "me", "utm.strategic_coordination utm.availability_arbitration"))
        self.assertEqual(said["exp"] - said["iat"], 900)
        self.assertLess(abs(said["iat"] - time.time()), 60)
        (self.folder / "signature").write_bytes(self.decoded(signature))
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.pem, "-signature", self.folder / "signature"], input=f"{head}.{claims}".encode(), check=True, capture_output=True)

    def test_what_another_program_signs_it_reads(self):
        claims = {"aud": ["x", self.HOST], "scope": "b a", "sub": "uss2", "exp": int(time.time()) + 600}
        token = self.signed({"alg": "RS256"}, claims)
        for status, out, err in (self.verify(token + "\n"), skypact("token", "verify", token, "--key", self.pem, "--audience", self.HOST)):
            self.assertEqual((status, err), (0, ""))
            said = json.loads(out)
            self.assertEqual((said["subject"], said["audience"], said["scopes"]), ("uss2", self.HOST, ["a", "b"]))
            self.assertRegex(said["expires_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$")
        for wrong, why in (({**claims, "exp": int(time.time()) - 60}, "expired at"), ({**claims, "nbf": time.time() + 60}, "counts from"), ({**claims, "sub": ""}, '"sub"')):
            status, out, err = self.verify(self.signed({"alg": "RS256"}, wrong))
            self.assertEqual((status, out), (1, ""))
            self.assertIn(why, err)

    def test_a_token_that_is_not_accepted_is_a_negative_verdict(self):
        token = self.make()
        other = str(self.folder / "other.pem")
        self.assertEqual(self.verify(token)[0], 0)
        self.assertEqual(self.verify(token, "--key", other, "--key", self.pem)[0], 0, "keys are tried in turn")
        status, out, err = self.verify(token, "--key", other)
        self.assertEqual((status, out, err), (1, "", "skypact token verify: The token's signature is not that of a key that is known here.\n"))
        self.assertEqual(self.verify(token, audience="uss.south.example")[0], 1)
        none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode() + "." + token.split(".")[1] + "."
        for bad in (none, none + token.split(".")[2].strip(), "", "x", token.replace(".", "..", 1), token[:-3], "x" * 9000):
            status, out, err = self.verify(bad)
            self.assertEqual((status, out), (1, ""), bad)
            self.assertTrue(err.startswith("skypact token verify: The token"), err)

    def test_a_key_set_is_read_and_what_is_left_out_is_told(self):
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], capture_output=True, text=True, check=True).stdout.split("=")[1]
        jwk = {"kty": "RSA", "e": "AQAB", "n": base64.urlsafe_b64encode(bytes.fromhex(modulus)).rstrip(b"=").decode()}
        jwks = self.folder / "jwks.json"
        jwks.write_text(json.dumps({"keys": [{**jwk, "kid": "now"}, {"kty": "EC", "kid": "ec"}, {**jwk, "kid": "leak", "d": "AQAB"}]}))
        status, out, err = self.verify(self.make("--kid", "now"), "--jwks", str(jwks))
        self.assertEqual((status, json.loads(out)["subject"]), (0, "uss1"))
        self.assertIn('Key 2, "ec", is left out: it is no RSA key.', err)
        self.assertIn('Key 3, "leak", is left out: it shows its private half', err)
        for kid in ("leak", "next"):
            status, out, err = self.verify(self.make("--kid", kid), "--jwks", str(jwks))
            self.assertEqual((status, out), (1, ""))
            self.assertIn("signed by a key that is not known here", err)

    def test_wrong_words_are_usage_and_wrong_keys_bad_input(self):
        of = ("--subject", "uss1", "--audience", self.HOST)
        for words in (("token",), ("token", "make"), ("token", "make", "--key", self.key), ("token", "verify", "x"), ("token", "verify", "x", "--audience", self.HOST),
                      ("token", "make", "--key", self.key, *of, "--expires", "soon"), ("token", "make", "--key", self.key, *of, "--expires", "0s"),
                      ("token", "make", "--key", self.key, *of, "--expires", "367d")):
            self.assertEqual(skypact(*words)[0], 2, words)
        jwks = self.folder / "jwks.json"
        jwks.write_text("{}")
        missing = str(self.folder / "missing")
        for words in (("make", "--key", missing, *of), ("make", "--key", self.key, *of, "--scope", 'a"b'), ("make", "--key", self.key, "--subject", "", "--audience", "x"),
                      ("verify", "x", "--key", self.key, "--audience", "x"), ("verify", "x", "--key", missing, "--audience", "x"), ("verify", "x", "--jwks", str(jwks), "--audience", "x")):
            status, out, err = skypact("token", *words)
            self.assertEqual((status, out), (3, ""), (words, err))
        os.chmod(self.key, 0o644)
        self.assertEqual(skypact("token", "make", "--key", self.key, *of)[0], 3, "a key that others may read")

    def test_json_gives_the_token_and_when_it_ends(self):
        said = json.loads(self.make("--json", "--scope", "a", "--scope", "b"))
        self.assertEqual(sorted(said), ["expires_at", "token"])
        status, out, _ = self.verify(said["token"])
        self.assertEqual((status, json.loads(out)["scopes"], json.loads(out)["expires_at"]), (0, ["a", "b"], said["expires_at"]))


class Completion(unittest.TestCase):
    def complete(self, *words):
        """What bash would offer after these words, the last of which is being typed."""
        script = skypact("completion", "bash")[1]
        quoted = " ".join("'" + w + "'" for w in ("skypact", *words))
        ask = f"{script}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _skypact; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        run = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT)
        return run.stdout.split()

    def test_bash_completes_commands_options_nested_commands_and_files(self):
        self.assertEqual(self.complete("dec"), ["decode"])
        self.assertEqual(self.complete("config", "c"), ["check"])
        self.assertEqual(self.complete("token", ""), ["make", "verify"])
        self.assertEqual(self.complete("decode", "--fo"), ["--format"])
        self.assertEqual(self.complete("decode", "--format", "sbs", "--obs"), ["--observations"])
        self.assertIn("CMakeLists.txt", self.complete("config", "check", "CMakeL"))
        self.assertIn("completion", self.complete(""))
        self.assertIn("--aircraft", self.complete("simulate", ""))

    def test_bash_completes_the_values_of_options(self):
        self.assertEqual(self.complete("decode", "--format", ""), ["beast", "avr", "sbs", "aircraft-json", "report", "t001", "t018", "sit185"])
        self.assertEqual(self.complete("detect", "--format", "=", "j"), ["json"])
        self.assertEqual(self.complete("detect", "--format", "="), ["csv", "json"])
        self.assertEqual(self.complete("alert", "acknowledge", "--intention", "we"), ["we_move"])
        self.assertEqual(self.complete("serve", "--log-level", "w"), ["warn"])
        self.assertEqual(self.complete("completion", "f"), ["fish"])
        self.assertEqual(self.complete("serve", "--config", "CMakeL"), ["CMakeLists.txt"])
        self.assertEqual(self.complete("token", "verify", "--jwks", "CMakeL"), ["CMakeLists.txt"])
        self.assertEqual(self.complete("decode", "--start", ""), [], "only the user knows it")

    def test_every_shell_has_a_script_that_its_shell_accepts(self):
        for shell in ("bash", "zsh", "fish"):
            status, out, _ = skypact("completion", shell)
            self.assertEqual(status, 0)
            self.assertIn("config check", out)
            if shutil.which(shell):
                subprocess.run([shell, "-n"], input=out, text=True, check=True)
        self.assertEqual(skypact("completion", "cmd")[0], 2)

    def test_each_shell_completes_at_its_prompt(self):
        prepare = {"bash": (["bash", "--norc", "--noprofile", "-i"], 'source <("$SKYPACT" completion bash)'),
                   "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; source <("$SKYPACT" completion zsh)'),
                   "fish": (["fish", "--no-config", "-i"], '"$SKYPACT" completion fish | source')}
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        # A folder of a command's name is no reason to complete the command as a folder.
        (pathlib.Path(folder) / "config").mkdir()
        (pathlib.Path(folder) / "recording.sbs").touch()
        missing = []
        for shell, (command, source) in prepare.items():
            if not shutil.which(shell):
                missing.append(shell)
                continue
            with self.subTest(shell):
                terminal = Terminal(command, folder)
                self.addCleanup(terminal.close)
                # The words meet only in what the shell prints, not in the echo of what is typed.
                terminal.type(source + "; echo rea''dy\r")
                self.assertTrue(terminal.await_text("ready"), terminal.seen)
                for typed, expected in (("skypact deco", "skypact decode "), ("skypact conf", "skypact config "), ("skypact config ch", "skypact config check "),
                                        ("skypact decode --form", "skypact decode --format "), ("skypact decode --format be", "--format beast "),
                                        ("skypact detect --format=js", "--format=json "), ("skypact completion fi", "completion fish "),
                                        ("skypact replay rec", "replay recording.sbs "), ("skypact serve --config rec", "--config recording.sbs ")):
                    terminal.type("\x15" + typed + "\t")
                    self.assertTrue(terminal.await_text(re.escape(expected)), (shell, typed, terminal.seen))
        if missing:
            self.skipTest("not installed, so not tried: " + ", ".join(missing))


class PactDryRun(unittest.TestCase):
    """Two abreast, 7 NM apart: nothing to alert of by 5 NM, and by the 10 NM between state aircraft of the example pact everything."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.recording = str(folder / "abreast.ndjson")
        cls.terms = str(ROOT / "config" / "pact.example.toml")
        with open(cls.recording, "w") as out:
            for s in range(90):
                for icao, lon in (("3B0001", 4.0), ("710001", 4.19)):
                    out.write(json.dumps({"icao": icao, "lat_deg": round(52.9 + s * 250 / 3600 / 60, 7), "lon_deg": lon, "accuracy_m": 10,
                                          "measured_at": f"2026-11-02T12:{s // 60:02}:{s % 60:02}Z", "altitude_ft": 30000, "altitude_datum": "pressure",
                                          "ground_speed_kt": 250, "track_deg": 0, "vertical_rate_fpm": 0}) + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_names_the_alert_that_the_draft_adds_with_its_clause(self):
        status, out, err = skypact("pact", "dry-run", "--terms", self.terms, "--recording", self.recording, "--json")
        self.assertEqual((status, err), (0, ""))
        report = json.loads(out)
        self.assertEqual((report["alerts_now"], report["alerts_by_draft"], report["removed"], report["changed"]), (0, 1, [], []))
        added = report["added"][0]
        self.assertEqual((added["subjects"], added["severity"]), ("3B0001:710001", "conflict"))
        self.assertRegex(added["clause"], r"^minima\.state of corridor v1 [0-9a-f]{12}$")
        status, out, _ = skypact("pact", "dry-run", "--terms", self.terms, "--recording", self.recording)
        self.assertEqual(status, 0)
        self.assertIn("difference 1 added, 0 removed, 0 changed, 0 the same", out)

    def test_holds_a_draft_against_current_terms(self):
        status, out, _ = skypact("pact", "dry-run", "--terms", self.terms, "--current", self.terms, "--recording", self.recording, "--json")
        self.assertEqual(status, 0)
        report = json.loads(out)
        self.assertEqual((report["same"], report["added"], report["removed"], report["changed"]), (1, [], [], []))

    def test_refuses_what_is_no_terms_and_what_cannot_be_read_twice(self):
        status, out, err = skypact("pact", "dry-run", "--terms", self.recording, "--recording", self.recording)
        self.assertEqual((status, out), (3, ""))
        self.assertIn("abreast.ndjson", err)
        status, _, err = skypact("pact", "dry-run", "--terms", self.terms, "--recording", "-")
        self.assertEqual(status, 2)
        self.assertIn("standard input cannot be read twice", err)


class Past(unittest.TestCase):
    """verdict, ask, pact in-force and ledger disclose on wrong input; what they answer is tests/verdict_test.py."""

    def test_what_is_no_evidence_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("none", "{}"), ("torn", '{"v":1,')):
                path = pathlib.Path(folder) / name
                path.write_text(text)
                status, out, err = skypact("verdict", "compare", str(path), str(path))
                self.assertEqual((status, out), (3, ""), err)
                self.assertIn("skypact verdict compare: ", err)
            status, _, err = skypact("verdict", "compare", folder + "/missing", folder + "/none")
            self.assertEqual(status, 3)
            self.assertIn("missing", err)

    def test_questions_say_what_they_lack(self):
        with tempfile.NamedTemporaryFile(suffix=".sbs") as sbs:
            sbs.write(SBS.encode())
            sbs.flush()
            asked = ("ask", "within", "5nm", "--recording", sbs.name, "--of", "4D2023", "--from", "2026-01-01T12:00:00Z", "--to", "2026-01-01T12:01:00Z")
            for arguments, status, word in ((asked[:-2], 2, "--to"), (asked[:2] + ("5",) + asked[3:], 2, "DISTANCE"), (asked[:6] + ("91,4",) + asked[7:], 2, "latitude"),
                                            (asked + ("--record", "/nowhere", "--key", "x"), 3, "checkpoint"),
                                            (("verdict", "judge", "--recording", sbs.name, "--pair", "4D2023"), 2, "--pair"),
                                            (("verdict", "judge", "--recording", sbs.name, "--terms", "/nowhere"), 3, "/nowhere"),
                                            (("pact", "in-force", "--config", "/nowhere"), 3, "/nowhere"), (("pact", "in-force"), 2, "--config"),
                                            (("ledger", "disclose", "/nowhere", "1", "--record", "/nowhere"), 3, "/nowhere"), (("ledger", "disclose", "/nowhere", "1"), 2, "--record")):
                got, out, err = skypact(*arguments)
                self.assertEqual((got, out), (status, ""), (arguments, err))
                self.assertIn(word, err, arguments)

    def test_a_recording_without_a_party_of_the_terms_has_nothing_to_judge(self):
        with tempfile.NamedTemporaryFile(suffix=".beast") as recording:
            recording.write(subprocess.run([SKYPACT, "simulate", "--format", "beast", "--aircraft", "40", "--minutes", "2", "--region=52,4,53,5"], capture_output=True, timeout=60).stdout)
            recording.flush()
            status, out, err = skypact("verdict", "judge", "--terms", str(ROOT / "config" / "pact.example.toml"), "--recording", recording.name, "--json")
            self.assertEqual((status, err), (0, ""))
            self.assertEqual((json.loads(out)["losses"], json.loads(out)["verdicts"]), (0, []))

if __name__ == "__main__":
    unittest.main(verbosity=1)
