"""Bad inputs in times and in files of facts, and what is typed like an option."""

from __future__ import annotations

import json
import os
import threading
import xml.etree.ElementTree as ET

from tests.system.inputs.desk import FACTS, WORDS, Desk, Play, assert_refused, refused


def same_ids_for_ever(desk: Desk) -> None:
    def ids() -> list[str]:
        feed = ET.parse(desk.announce.config.with_name("public") / "rss.xml")  # noqa: S314  our own file
        return [item.findtext("guid") or "" for item in feed.findall("channel/item")]

    assert desk.announce("urgent", "Eins", *WORDS, "--yes").code == 0
    first = ids()
    assert desk.announce("urgent", "Zwei", *WORDS, "--yes").code == 0
    assert ids()[1:] == first
    assert len(set(ids())) == 2


def large_file(desk: Desk) -> None:
    sparse = desk.folder / "huge"
    with sparse.open("wb") as file:
        file.truncate(2**31)
    assert_refused(desk, desk.dry("--from-file", str(sparse)), "larger than 1000000 bytes")


def pipe(desk: Desk) -> None:
    """What somebody else writes into a pipe is read like a file."""
    path = desk.folder / "pipe"
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=(json.dumps(FACTS).encode(),), daemon=True).start()
    assert desk.dry("--from-file", str(path)).code == 0


def title_like_an_option(desk: Desk) -> None:
    ran = desk.announce("urgent", *WORDS, "--dry-run", "--json", "--", "-x Wartung")
    assert ran.code == 0, ran.stdout
    assert "-x Wartung" in ran.json["deliveries"][0]["post"]["title"]


ENDS_FIRST = json.dumps(
    {"title": "x", "services": ["vps"], "start": "+2h", "until": "2001-01-01T00:00"}
).encode()


DST_GAP = "2027-03-28T02:30"


ROWS: tuple[tuple[str, str, Play], ...] = (
    (
        "I18",
        "end before start",
        refused("end", raw=ENDS_FIRST),
    ),
    ("I18", "past", refused("has passed", facts={"start": "2001-01-01T00:00"})),
    ("I18", "time that does not exist", refused("start", facts={"start": DST_GAP})),
    ("I18", "29 February", refused("start", facts={"start": "2027-02-29T10:00"})),
    ("I18", "year 9999", refused("the calendar ends", facts={"start": "9999-12-31T23:30"})),
    ("I18", "24:00", refused("start", facts={"start": "24:00"})),
    ("I18", "no duration", refused("duration", facts={"duration": "0m"})),
    ("I19", "key twice in JSON", refused("twice", raw=b'{"title": "a", "title": "b"}')),
    ("I19", "key twice in TOML", refused("facts", raw=b'title = "a"\ntitle = "b"\n')),
    ("I19", "YAML", refused("facts", raw=b"title: !!python/object/apply:os.system [id]\n")),
    ("I19", "UTF-16", refused("not UTF-8", raw='{"title": "a"}'.encode("utf-16"))),
    ("I19", "nested without end", refused("facts", raw=b'{"title": ' + b"[" * 100_000)),
    ("I19", "number for a text", refused("title", raw=json.dumps(FACTS | {"title": 7}).encode())),
    ("I27", "ids", same_ids_for_ever),
    ("I29", "folder", refused("--from-file", "--from-file", "/")),
    ("I29", "nothing there", refused("--from-file", "--from-file", "/nowhere")),
    ("I29", "standard input", refused("--from-file -", "--from-file", "-", stdin="{")),
    ("I29", "2 GB", large_file),
    ("I29", "pipe", pipe),
    ("I29", "title like an option", title_like_an_option),
)
