"""Details in Markdown: what readers get, as HTML and as text, and what hostile input does not."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from publisher.model.markdown import as_html, flattened
from tests.clocks import growth

TYPED = """## Ablauf

- Standort Frankfurt: ab **04:30 Uhr**
- Standort *Nürnberg*:
  1. `web1`
  2. web2

Mehr [im Blog](https://blog.example.net/a_b) und <https://status.example.net/>.
Zweite Zeile."""


def test_what_is_marked_becomes_html() -> None:
    assert as_html(TYPED) == (
        "<p><strong>Ablauf</strong></p>\n"
        "<ul>\n<li>Standort Frankfurt: ab <strong>04:30 Uhr</strong></li>\n"
        "<li>Standort <em>Nürnberg</em>:\n<ol>\n<li><code>web1</code></li>\n<li>web2</li>\n</ol>\n</li>\n</ul>\n"
        '<p>Mehr <a href="https://blog.example.net/a_b">im Blog</a> und '
        '<a href="https://status.example.net/">https://status.example.net/</a>.<br>Zweite Zeile.</p>'
    )


def test_what_is_marked_reads_well_as_text() -> None:
    assert flattened(TYPED) == (
        "Ablauf\n\n– Standort Frankfurt: ab 04:30 Uhr\n– Standort Nürnberg:\n  1. web1\n  2. web2\n\n"
        "Mehr im Blog (https://blog.example.net/a_b) und https://status.example.net/.\nZweite Zeile."
    )


PLAIN = [
    "Erste Zeile\nzweite & letzte\n\nNeuer Absatz, 5 - 3 = 2",
    "a\n---\nb",
    "    eingerückt",
    "&amp; \"x\" 'y'",
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_without_marks_stays_as_it_was_typed(text: str) -> None:
    assert flattened(text) == text
    assert seen(as_html(text)).split() == text.split()


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[klick](javascript:alert(1))",
    "[klick](JaVaScRiPt:alert(1))",
    "[klick](data:text/html;base64,PHNjcmlwdD4=)",
    "[klick](vbscript:x) [klick](//evil.example/x) [klick](/pfad) [klick](https:evil)",
    '[klick](https://example.net/ "x\\" onmouseover=\\"alert(1)")',
    '[klick](https://example.net/"onmouseover=alert(1))',
    "![bild](https://evil.example/pixel.png)",
    "<javascript:alert(1)> <mailto:a@example.net>",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "`</code><script>alert(1)</script>`",
    "**<b onclick=alert(1)>fett</b>**",
    "[gallery] {$x} {{ 7*7 }} [embed](https://example.net/[gallery]{$x})",
    "&lt;script&gt; &#60;script&#62;",
    "<!-- --> <?php ?> <![CDATA[x]]>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    insist_on_safety(as_html(text))


marks = some.sampled_from(
    [*"*_`[]()<>#-\\!&\"'{}", "\n", "\n\n", " ", "a", "https://", "javascript:", "1. ", "- ", "> "]
)


@given(some.lists(marks, max_size=60).map("".join))
@example("[" * 60)
def test_no_mixture_of_marks_becomes_anything_else(text: str) -> None:
    insist_on_safety(as_html(text))
    flattened(text)


@pytest.mark.parametrize("piece", ["[", "*a_", "> ", "- ", "`", "[a]("])
def test_up_to_the_longest_details_time_grows_with_the_text(piece: str) -> None:
    """5,000 characters are the most; what grew with the square would take sixteen times as long."""

    def read(length: int) -> None:
        text = piece * (length // len(piece))
        as_html(text)
        flattened(text)

    assert growth(read, size=1_250) < 10


ALLOWED = {"p", "strong", "em", "ul", "ol", "li", "a", "br", "code", "blockquote"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= {"a": {"href", "title"}, "ol": {"start"}}.get(tag, set())
        self.text += ["\n"] * (tag == "br")
        for name, value in attrs:
            assert name != "href" or re.match("https?://", value or "", re.IGNORECASE)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def insist_on_safety(html: str) -> None:
    seen(html)
    assert not re.search(r"[][{}]", html)


def seen(html: str) -> str:
    reader = _Tags()
    reader.feed(html)
    reader.close()
    return "".join(reader.text)
