"""Bad inputs of our own side, I01 to I30: texts, configuration, templates, files, environment.

A row is one input typed for real. What may be announced arrives to the letter; what may not is refused with a cure,
with exit code 2 and before anything is sent or recorded.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
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


def read_as_another_post(desk: Desk) -> None:
    packaged = (Path(__file__).parents[2] / "templates" / "short.txt").read_text(encoding="utf-8")
    for begins, says in {"@kunde ": "only those who follow both", "RT ": "somebody else's post"}.items():
        changed = packaged.replace("%}{{ words.short.status", f"%}}{begins}{{{{ words.short.status")
        desk.template("short.txt", changed)
        assert any(says in warning["text"] for warning in desk.dry(facts={}).json["warnings"])


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


def templated(says: str, name: str, text: str) -> Play:
    """A template that goes wrong stops everything, and says where."""

    def play(desk: Desk) -> None:
        desk.template(name, text)
        assert_refused(desk, desk.dry(facts={}), says)

    return play


def escaped_by_format_not_by_name(desk: Desk) -> None:
    packaged = (Path(__file__).parents[2] / "templates" / "html.html").read_text(encoding="utf-8")
    desk.template("blog.txt", packaged)
    ran = desk.dry("--only", "blog", facts=None, raw=json.dumps(FACTS | {"details": "<b>x</b>"}).encode())
    assert ran.code == 0, ran.stdout
    assert "<b>x" not in ran.json["deliveries"][0]["post"]["body"]


def linked_out_of_its_folder(desk: Desk) -> None:
    desk.template("other.txt", "x")
    secret = desk.folder / "secret.txt"
    secret.write_text("canary", encoding="utf-8")
    (desk.announce.config.with_name("own") / "de" / "text.txt").symlink_to(secret)
    ran = desk.dry(facts={})
    assert ran.code == 2
    assert "canary" not in ran.stdout + ran.stderr


def from_somebody_else(desk: Desk) -> None:
    """A template or a configuration that another user wrote, or could, is refused."""
    desk.template("text.txt", (Path(__file__).parents[2] / "templates" / "text.txt").read_text("utf-8"))
    template = desk.announce.config.with_name("own") / "de" / "text.txt"
    assert desk.dry(facts={}).code == 0
    template.chmod(0o646)
    assert_refused(desk, desk.dry(facts={}), "can be written by everybody")
    template.chmod(0o644)
    if os.geteuid() != 0:  # only root can give a file away
        return
    os.chown(template, 4321, -1)
    assert_refused(desk, desk.dry(facts={}), "belongs to another user (4321)")
    os.chown(desk.announce.config, 4321, -1)
    assert_refused(desk, desk.dry(facts={}), "belongs to another user (4321)")


def neutral_in_the_shops(desk: Desk) -> None:
    """Shortcodes, block comments and Smarty reach no interpreter of the platform's."""
    odd = "[gallery ids=1] <!-- wp:html --> {$customer} {php}echo 1;{/php} <?php echo 1; ?>"
    ran = desk.announce("urgent", "Wartung", *WORDS, "--details", odd, "--yes", "--json")
    assert ran.code == 0, ran.stdout
    for name in ("wordpress", "whmcs"):
        (post,) = desk.sandbox.posts(name)
        assert "[gallery" not in post.body
        assert "<?php" not in post.body
        assert post.body.count("<!-- wp:html -->") <= 1  # ours
        assert folded("{$customer} {php}echo 1;{/php}") in folded(Page(post.body).text)


def readable_by_any_parser(desk: Desk) -> None:
    odd = "]]> --> </title> <script>alert(1)</script> onerror=x &amp;"
    ran = desk.announce("urgent", odd, *WORDS, "--yes", "--json")
    assert ran.code == 0, ran.stdout
    feed = ET.parse(desk.announce.config.with_name("public") / "rss.xml")  # noqa: S314  our own file
    (item,) = feed.findall("channel/item")
    assert odd in (item.findtext("title") or "")


def same_ids_for_ever(desk: Desk) -> None:
    def ids() -> list[str]:
        feed = ET.parse(desk.announce.config.with_name("public") / "rss.xml")  # noqa: S314  our own file
        return [item.findtext("guid") or "" for item in feed.findall("channel/item")]

    assert desk.announce("urgent", "Eins", *WORDS, "--yes").code == 0
    first = ids()
    assert desk.announce("urgent", "Zwei", *WORDS, "--yes").code == 0
    assert ids()[1:] == first
    assert len(set(ids())) == 2


def preview_holds_no_code(desk: Desk) -> None:
    html = desk.folder / "preview.html"
    odd = '</script><script>alert(1)</script> "quoted" {"a": 1}'
    ran = desk.announce("urgent", odd, *WORDS, "--dry-run", "--html", str(html))
    assert ran.code == 0, ran.stderr
    page = Page(html.read_text(encoding="utf-8"))
    assert odd in page.text
    assert "script" not in page.tags


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


NAMES = """
import socket
resolved = socket.getaddrinfo
def getaddrinfo(host, *words, **options):
    return resolved({address!r} if host == "blog.example.net" else host, *words, **options)
socket.getaddrinfo = getaddrinfo
"""


def leads_to(address: str, says: str, *, internal: bool = False) -> Play:
    """What comes of a host name that leads to ``address``; nothing listens there."""

    def play(desk: Desk) -> None:
        own = desk.sandbox.base_url("wordpress")
        key = "internal = true\n" if internal else ""
        desk.announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 1", 1))
        desk.announce.edit(
            lambda text: text.replace(f'base_url = "{own}"', f'{key}base_url = "https://blog.example.net:1"')
        )
        (desk.folder / "sitecustomize.py").write_text(NAMES.format(address=address), encoding="utf-8")
        path = os.pathsep.join([str(desk.folder), desk.announce.environ["PYTHONPATH"]])
        ran = desk.announce(
            "urgent", "Wartung", *WORDS, "--only", "blog", "--yes", "--json", environ={"PYTHONPATH": path}
        )
        (row,) = ran.json["deliveries"]
        assert says in row["error"], row
        assert row["state"] == ("retry_wait" if internal else "failed")
        assert desk.sandbox.calls == []

    return play


def secretive_whatever_the_environment(desk: Desk) -> None:
    secrets = [
        value for known in desk.sandbox.credentials.values() for value in known.values() if len(value) > 11
    ]
    for name in ("wordpress", "whmcs", "facebook", "twitter"):
        desk.sandbox.fault(name, Fault("401", times=9))
    loud = {"PYTHONWARNINGS": "default", "PYTHONDEVMODE": "1", "HTTPX_LOG_LEVEL": "debug", "DEBUG": "1"}
    for words in (("urgent", "Wartung", *WORDS, "--yes"), ("check",)):
        ran = desk.announce(*words, environ=loud)
        assert ran.code == 4, ran.stderr
        assert not [secret for secret in secrets if secret in ran.stdout + ran.stderr]


def one_secret(content: str, mode: int, says: str) -> Play:
    def play(desk: Desk) -> None:
        file = desk.announce.config.with_name("secrets") / "blog-password"
        file.write_text(content, encoding="utf-8")
        file.chmod(mode)
        ran = desk.announce("urgent", "Wartung", *WORDS, "--only", "blog", "--yes", "--json")
        assert ran.code in {2, 4}  # seen before the run, or by the one channel that needs it
        assert says in ran.stdout
        assert "hunter2hunter2" not in ran.stdout + ran.stderr
        assert desk.sandbox.calls == []

    return play


USER = 'username = "announce"\n'
PASSWORD = f'{USER}password = {{ file = "secrets/blog-password" }}'
ENDS_FIRST = json.dumps(
    {"title": "x", "services": ["vps"], "start": "+2h", "until": "2001-01-01T00:00"}
).encode()
DST_GAP = "2027-03-28T02:30"

ROWS: tuple[tuple[str, str, Play], ...] = (
    ("I01", "expression", literal("{{7*7}} {% include '/etc/passwd' %} {# x #}")),
    ("I01", "expression in the title", literal("{{7*7}} ${7*7} <%= 7*7 %>", within="title")),
    ("I02", "markup", literal("<script>alert(1)</script> <img onerror=x> </title> --> ]]>")),
    ("I02", "markup in the title", literal("<b onmouseover=x> ]]> -->", within="title")),
    ("I02", "markup in the feed", readable_by_any_parser),
    ("I03", "javascript link", refused("javascript", facts={"details": "JaVaScRiPt:alert(1)"})),
    ("I03", "data link", refused("data", facts={"details": "data:text/html,<b>"})),
    ("I03", "vbscript link", refused("vbscript", facts={"details": "\tvbscript:x"})),
    ("I03", "permalink", configured("permalink", 'permalink = "http', 'permalink = "javascript')),
    ("I04", "escaping", escaped_by_format_not_by_name),
    ("I05", "NUL", refused("U+0000", facts={"title": "a\0b"})),
    ("I05", "vertical tab", refused("U+000B", facts={"details": "a\vb"})),
    ("I05", "noncharacter", refused("U+FFFE", facts={"details": "a\ufffeb"})),
    ("I06", "surrogate", refused("U+D800", raw=json.dumps(FACTS | {"title": "a\ud800"}).encode())),
    ("I06", "no UTF-8", refused("not UTF-8", raw=b'{"title": "\xff"}')),
    ("I06", "Latin-1 terminal", refused("does not send UTF-8", os.fsdecode(b"L\xfccke"), *WORDS)),
    ("I07", "override", refused("U+202E", facts={"title": "a\u202eb"})),
    ("I07", "open isolate", refused("U+2067", facts={"title": "a\u2067b"})),
    ("I07", "mark", refused("U+200F", facts={"title": "a\u200fb"})),
    ("I07", "isolate that is closed", literal("a \u2067עברית\u2069 b")),
    (
        "I07",
        "isolate in the preview",
        warned("title: U+2067 (right-to-left isolate) at character 3: turns", title="a \u2067עב\u2069 b"),
    ),
    *(
        (
            "I08",
            f"U+{ord(odd):04X}",
            warned(f"details: U+{ord(odd):04X} (", "at character 2: nobody sees it", details=f"a{odd}b"),
        )
        for odd in "\u200b\u00ad\u2060\ufeff\u200d\u3164\ufe0f\U000e0041"
    ),
    (
        "I08",
        "joiners where they belong",
        unremarkable("\U0001f468\u200d\U0001f469\u200d\U0001f467 ❤\ufe0f நீக்கி क्\u200dष می\u200cخواهم"),
    ),
    (
        "I08",
        "tag characters",
        literal("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"),
    ),
    (
        "I08",
        "many of them",
        warned(
            "and 4 more like these",
            details="a\u200bb\u200bc\u200bd\u200be\u200bf\u200bg\u200bh\u200bi\u200bj",
        ),
    ),
    ("I08", "emoji sequence", literal("\U0001f468\u200d\U0001f469\u200d\U0001f467 நீக்கி")),
    ("I08", "only what nobody sees", refused("is empty", facts={"title": "\u200b\u2060\u00ad"})),
    ("I09", "colour", refused("U+001B", facts={"title": "\x1b[31mrot"})),
    ("I09", "clipboard", refused("U+001B", facts={"details": "\x1b]52;c;aGk=\x07"})),
    ("I09", "one character of it", refused("U+009B", facts={"title": "a\x9b31m"})),
    ("I10", "title of two lines", refused("line break", facts={"title": "a\r\nX-Evil: 1"})),
    ("I10", "reason of two lines", refused("line break", facts={"reason": "a\nb"})),
    ("I11", "user in a link", refused("user name", facts={"details": "https://bank.example@evil.example/"})),
    (
        "I11",
        "user in the permalink",
        configured("permalink", 'permalink = "http://127', 'permalink = "http://user@127'),
    ),
    (
        "I11",
        "homoglyph in a link",
        warned("аpple.com is the host xn--pple-43d.com", details="https://аpple.com/x"),
    ),
    (
        "I11",
        "homoglyph in a word",
        warned("'pаypal' mixes Latin and Cyrillic letters: U+0430", title="pаypal"),
    ),
    (
        "I11",
        "host without a scheme",
        warned("müller.de is the host xn--mller-kva.de", reason="siehe müller.de"),
    ),
    ("I11", "no host at all", warned("is no valid host", details="https://xn--ü.example/")),
    ("I11", "plain words of other scripts", unremarkable("Größe 5 µm: Ωμέγα, Москва, z.B.für и т.д.")),
    ("I12", "10 MB", refused("larger than", raw=b'{"title": "' + b"a" * 10**7 + b'"}')),
    ("I12", "a long word", refused("at most 5000", facts={"details": "a" * 900_000})),
    ("I12", "many lines", refused("at most 5000", facts={"details": "a\n" * 200_000})),
    ("I12", "many marks", refused("combining mark", facts={"details": "a" + "\u0301\u0323" * 2_000})),
    ("I13", "empty", refused("is empty", facts={"title": ""})),
    ("I13", "blanks", refused("is empty", facts={"title": " \t "})),
    ("I13", "only emoji", literal("\U0001f6a8\U0001f6a8", within="title")),
    ("I13", "only right to left", literal("תחזוקה דחופה", within="title")),
    ("I14", "wide", counted("漢" * 200)),
    ("I14", "emoji", counted("\U0001f468\u200d\U0001f469\u200d\U0001f467" * 25)),
    ("I14", "decomposed", counted("e\u0301" * 190)),
    ("I14", "link in the title", counted("https://example.net/" + "a" * 170)),
    ("I15", "mention", literal("@alle #wartung .@kunde RT @x", within="details")),
    ("I15", "mention in the preview", warned("twitter: @alle will be notified", title="Für @alle")),
    ("I15", "mentions are refused", warned("refuses a post that mentions others", title="Für @alle")),
    ("I15", "cashtags", warned("twitter: $PATH, $HOME: X reads stock symbols", title="$PATH und $HOME")),
    ("I15", "mentions", warned("@a, @b, @c will be notified", title=".@a @b @c")),
    ("I15", "hashtag", warned("#wartung: a hashtag", title="#wartung jetzt, Ticket #17")),
    ("I15", "reply and repost", read_as_another_post),
    ("I16", "markdown", literal("# x **y** <b>z</b> [a](https://x.example/\"'>) " + "> " * 500)),
    ("I17", "shortcodes and Smarty", neutral_in_the_shops),
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
    ("I20", "inline", configured("channels.blog.password", PASSWORD, f'{USER}password = "hunter2hunter2"')),
    ("I20", "for everybody to read", one_secret("hunter2hunter2", 0o644, "blog")),
    ("I20", "of two lines", one_secret("hunter2hunter2\nmore", 0o600, "blog")),
    ("I20", "empty", one_secret("", 0o600, "blog")),
    ("I21", "unknown key", configured("lokale: unknown key", "locale =", "lokale =")),
    ("I21", "unknown channel", refused("blog", *("Wartung", *WORDS, "--only", "blogg"))),
    ("I21", "channel twice", configured("", "[channels.facebook]", "[channels.blog]")),
    ("I21", "unknown type", configured("unknown channel type", 'type = "wordpress"', 'type = "wordpres"')),
    ("I22", "path", configured("channels", "[channels.blog]", '[channels."../x"]')),
    ("I22", "long", configured("channels", "[channels.blog]", f"[channels.{'a' * 300}]")),
    ("I22", "upper case", configured("channels", "[channels.blog]", "[channels.Blog]")),
    *(
        ("I23", scheme, configured("base_url", 'base_url = "http://127.0.0.1', f'base_url = "{scheme}'))
        for scheme in ("http://blog.example.net", "file:///etc", "ftp://127.0.0.1", "https://u:p@127.0.0.1")
    ),
    ("I23", "fragment", configured("base_url", '/wordpress"', '/wordpress#x"')),
    *(
        ("I24", host, configured("base_url", 'base_url = "http://127.0.0.1', f'base_url = "http://{host}'))
        for host in ("169.254.169.254", "10.0.0.1", "[::ffff:10.0.0.1]", "127.1", "2130706433", "0x7f.1")
    ),
    *(
        (
            "I24",
            f"a name for {address}",
            leads_to(
                address,
                f"leads to {address}, which is an internal address; if that is meant, write internal = true",
            ),
        )
        for address in (
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "fd00::1",
        )
    ),
    ("I24", "a name that is said to be internal", leads_to("127.0.0.1", "cannot be reached", internal=True)),
    ("I25", "loop", templated("de/text.txt", "text.txt", "{% for i in range(10000000) %}x{% endfor %}")),
    ("I25", "growth", templated("de/text.txt", "text.txt", "{{ 'a' * 500000000 }}")),
    ("I25", "recursion", templated("de/text.txt", "text.txt", "{% include 'de/text.txt' %}")),
    ("I25", "unknown name", templated("de/text.txt", "text.txt", "{{ nothing }}")),
    ("I25", "inside Python", templated("de/text.txt", "text.txt", "{{ ''.__class__.__mro__ }}")),
    ("I26", "outside", templated("de/text.txt", "text.txt", "{% include '../../secret.txt' %}")),
    ("I26", "link", linked_out_of_its_folder),
    ("I26", "owner", from_somebody_else),
    ("I27", "ids", same_ids_for_ever),
    ("I28", "separator", refused("U+2028", facts={"title": "a\u2028b"})),
    ("I28", "preview", preview_holds_no_code),
    ("I29", "folder", refused("--from-file", "--from-file", "/")),
    ("I29", "nothing there", refused("--from-file", "--from-file", "/nowhere")),
    ("I29", "standard input", refused("--from-file -", "--from-file", "-", stdin="{")),
    ("I29", "2 GB", large_file),
    ("I29", "pipe", pipe),
    ("I29", "title like an option", title_like_an_option),
    ("I30", "environment", secretive_whatever_the_environment),
)


@pytest.mark.parametrize("play", [pytest.param(play, id=f"{number}-{name}") for number, name, play in ROWS])
def test_input(play: Play, announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    play(Desk(announce, sandbox, tmp_path))


def test_every_kind_of_input_has_a_row() -> None:
    assert {number for number, _, _ in ROWS} == {f"I{number:02}" for number in range(1, 31)}
