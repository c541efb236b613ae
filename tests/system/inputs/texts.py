"""Bad inputs in texts: markup, scripts, characters, links, lengths."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.system.inputs.desk import (
    FACTS,
    WORDS,
    Desk,
    Page,
    Play,
    configured,
    counted,
    folded,
    literal,
    refused,
    unremarkable,
    warned,
)


def escaped_by_format_not_by_name(desk: Desk) -> None:
    packaged = (Path(__file__).parents[3] / "templates" / "html.html").read_text(encoding="utf-8")
    desk.template("blog.txt", packaged)
    ran = desk.dry("--only", "blog", facts=None, raw=json.dumps(FACTS | {"details": "<b>x</b>"}).encode())
    assert ran.code == 0, ran.stdout
    assert "<b>x" not in ran.json["deliveries"][0]["post"]["body"]


def read_as_another_post(desk: Desk) -> None:
    packaged = (Path(__file__).parents[3] / "templates" / "short.txt").read_text(encoding="utf-8")
    for begins, says in {"@kunde ": "only those who follow both", "RT ": "somebody else's post"}.items():
        changed = packaged.replace("\n{{ words.short.status", f"\n{begins}{{{{ words.short.status")
        assert changed != packaged
        desk.template("short.txt", changed)
        assert any(says in warning["text"] for warning in desk.dry(facts={}).json["warnings"])


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


def preview_holds_no_code(desk: Desk) -> None:
    html = desk.folder / "preview.html"
    odd = '</script><script>alert(1)</script> "quoted" {"a": 1}'
    ran = desk.announce("urgent", odd, *WORDS, "--dry-run", "--html", str(html))
    assert ran.code == 0, ran.stderr
    page = Page(html.read_text(encoding="utf-8"))
    assert odd in page.text
    assert "script" not in page.tags


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
    ("I15", "mention in the preview", warned("@alle will be notified", title="Für @alle")),
    ("I15", "mentions are refused", warned("refuses a post that mentions others", title="Für @alle")),
    ("I15", "cashtags", warned("$PATH, $HOME: X reads stock symbols", title="$PATH und $HOME")),
    ("I15", "mentions", warned("@a, @b, @c will be notified", title=".@a @b @c")),
    ("I15", "hashtag", warned("#wartung: a hashtag", title="#wartung jetzt, Ticket #17")),
    ("I15", "reply and repost", read_as_another_post),
    (
        "I16",
        "markdown",
        literal("# x **y** <b>z</b> [a](https://x.example/\"'>) " + "> " * 200, within="reason"),
    ),
    ("I17", "shortcodes and Smarty", neutral_in_the_shops),
    ("I28", "separator", refused("U+2028", facts={"title": "a\u2028b"})),
    ("I28", "preview", preview_holds_no_code),
)
