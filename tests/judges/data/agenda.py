"""agenda.py HOME FOLDER...: vdirsyncer and khal as a subscriber to a calendar, which is in each folder in turn.

Prints a list, a folder an entry: each event by its uid as khal shows it.
"""

import contextlib
import io
import json
import os
import shutil
import sys
from pathlib import Path

home, folders = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
os.environ |= {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
from khal.cli import main_khal  # noqa: E402
from vdirsyncer.cli import app  # noqa: E402

SYNC = f"""
[general]
status_path = "{home}/status"
[pair site]
a = "there"
b = "here"
collections = null
conflict_resolution = "a wins"
[storage there]
type = "singlefile"
path = "{home}/calendar.ics"
read_only = true
[storage here]
type = "filesystem"
path = "{home}/events"
fileext = ".ics"
"""
SHOW = f"""
[calendars]
[[site]]
path = {home}/events
readonly = True
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {home}/khal.db
"""
FIELDS = ("uid", "title", "start-long-full", "end-long-full", "description", "status")


def called(command, *words):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        command.main([*words], standalone_mode=False)
    return said.getvalue()


def listed():
    wanted = [word for name in FIELDS for word in ("--json", name)]
    said = called(main_khal, "-c", str(home / "khal.conf"), "list", *wanted, "today", "7d")
    events = [event for line in said.splitlines() for event in json.loads(line)]
    return {event["uid"]: [event[name] for name in FIELDS[1:]] for event in events}


(home / "vdirsyncer.conf").write_text(SYNC)
(home / "khal.conf").write_text(SHOW)
(home / "events").mkdir()
found = []
for folder in folders:
    shutil.copy(folder / "calendar.ics", home)
    if not found:
        called(app, "-c", str(home / "vdirsyncer.conf"), "discover")
    called(app, "-c", str(home / "vdirsyncer.conf"), "sync")
    found.append(listed())
json.dump(found, sys.stdout)
