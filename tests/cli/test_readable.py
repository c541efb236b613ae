"""HTML as a person reads it at a terminal."""

from __future__ import annotations

import pytest

from publisher.cli.terminal.readable import readable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One\n  line</p>", "One line"),
        ("<p>One<br>Two<br/>Three</p>", "One\nTwo\nThree"),
        ("<dl>\n<dt>When</dt>\n<dd>Now</dd>\n<dt>Who</dt>\n<dd>You</dd>\n</dl>", "When: Now\nWho: You"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a  b\nc  d"),
        ('<a href="https://a.example/">https://a.example/</a>', "https://a.example/"),
        ('<p>See <a href="https://a.example/">the page</a>.</p>', "See the page (https://a.example/)."),
        ("<p>1 &lt; 2 &amp; &#128512; 02:30&#160;Uhr</p>", "1 < 2 & 😀 02:30 Uhr"),
        ("<style>p { }</style><p>Seen</p><script>no()</script>", "Seen"),
        ("<p>never closed <b>at all", "never closed at all"),
        ("<!-- announce CMO-7K3M --><p>Text</p>", "Text"),
        ("</p></style></script></a>text", "text"),
        ("", ""),
    ],
)
def test_markup_becomes_lines(html: str, text: str) -> None:
    assert readable(html) == text
