"""The desk at which an input is typed for real, and what may be expected of it."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from announce_sandbox import Sandbox
from tests.clocks import PATIENCE

FACTS = {"title": "Wartung", "services": ["vps"], "start": "+2h", "duration": "1h"}


WORDS = ("--service", "vps", "--start", "+2h", "--duration", "1h")


class Page(HTMLParser):
    """The text that a reader sees, and the tags that a browser obeys."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(markup)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)


@dataclass
class Desk:
    """The command, its sandbox and its folder."""

    announce: Any
    sandbox: Sandbox
    folder: Path

    def dry(self, *words: str, facts: Any = None, raw: bytes | None = None, **options: Any) -> Any:
        """A dry run over facts in a file, or over ``words``."""
        if facts is not None:
            raw = json.dumps(FACTS | facts).encode()
        if raw is not None:
            (self.folder / "facts").write_bytes(raw)
            words = ("--from-file", str(self.folder / "facts"))
        began = time.monotonic()
        ran = self.announce("urgent", *words, "--dry-run", "--json", **options)
        assert time.monotonic() - began < PATIENCE
        return ran

    def template(self, name: str, text: str) -> None:
        """A template of the user's own, in front of ours."""
        key = 'templates = "own"'
        self.announce.edit(
            lambda old: old if key in old else old.replace("[publisher]", f"[publisher]\n{key}", 1)
        )
        (self.announce.config.with_name("own") / "de").mkdir(parents=True, exist_ok=True)
        (self.announce.config.with_name("own") / "de" / name).write_text(text, encoding="utf-8")


Play = Callable[[Desk], None]


def assert_refused(desk: Desk, ran: Any, says: str) -> None:
    """Exit code 2 with a reason and no traceback; nothing sent, nothing recorded, nothing harmful printed."""
    assert ran.code == 2, (ran.stdout, ran.stderr)
    assert says in ran.json["error"], ran.json
    assert "Traceback" not in ran.stderr
    assert all(character.isprintable() or character == "\n" for character in ran.stdout + ran.stderr)
    assert desk.sandbox.calls == []
    assert not desk.announce.config.with_name("ledger.db").exists()


def refused(says: str, *words: str, facts: Any = None, raw: bytes | None = None, **options: Any) -> Play:
    return lambda desk: assert_refused(desk, desk.dry(*words, facts=facts, raw=raw, **options), says)


def configured(says: str, old: str, new: str) -> Play:
    """A configuration in which ``new`` stands for the first ``old`` is refused."""

    def play(desk: Desk) -> None:
        assert old in desk.announce.config.read_text(encoding="utf-8")
        desk.announce.edit(lambda text: text.replace(old, new, 1))
        assert_refused(desk, desk.dry(facts={}), says)

    return play


def literal(text: str, *, within: str = "details", shown: str | None = None) -> Play:
    """Every post that has room for it carries the text to the letter, and not a tag more than without it."""

    def play(desk: Desk) -> None:
        plain, ran = desk.dry(facts={within: "x"}), desk.dry(facts={within: text})
        assert ran.code == 0, ran.stdout
        for row, other in zip(ran.json["deliveries"], plain.json["deliveries"], strict=True):
            if row["channel"] in {"blog", "customer-center", "feed"}:
                page = Page(row["post"]["body"])
                assert page.tags == Page(other["post"]["body"]).tags
                assert folded(shown or text) in folded(page.text + row["post"]["title"])
            elif row["channel"] == "facebook":
                assert folded(shown or text) in folded(row["post"]["body"])

    return play


def warned(*said: str, **facts: str) -> Play:
    """It may be announced, and the preview says, as text and in JSON, what the engineer may not have seen."""

    def play(desk: Desk) -> None:
        warnings = desk.dry(facts=facts).json["warnings"]
        for what in said:
            assert any(what in warning["text"] for warning in warnings), warnings
        shown = desk.announce("urgent", "--from-file", str(desk.folder / "facts"), "--dry-run").stdout
        prefixed = [f"{one['channel']}: {one['text']}" if one["channel"] else one["text"] for one in warnings]
        assert all(f"note: {warning}\n" in shown for warning in prefixed)

    return play


def unremarkable(text: str) -> Play:
    """What is written as it ought to be is not warned of."""

    def play(desk: Desk) -> None:
        assert desk.dry(facts={"details": text}).json["warnings"] == desk.dry(facts={}).json["warnings"]

    return play


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def counted(title: str, most: int = 280) -> Play:
    """The short post fits, and its time, reference and link are whole, whatever is cut of the title."""

    def play(desk: Desk) -> None:
        ran = desk.dry(facts={"title": title})
        (row,) = [row for row in ran.json["deliveries"] if row["channel"] == "twitter"]
        assert row["post"]["length"] <= row["post"]["limit"] == most
        assert ran.json["ref"] in row["post"]["body"]
        assert ran.json["permalink"].removeprefix("http://") in row["post"]["body"]
        assert re.search(r"\d\d:\d\d", row["post"]["body"])

    return play
