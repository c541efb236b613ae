"""What a text may hold, and what is refused with its place and code point."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model.errors import Refused
from publisher.settings.text_rules import RULES, TextFault, checked
from tests.clocks import growth


def line(text: str, most: int = 200) -> str:
    return checked(text, "title", most=most, lines=False)


def lines(text: str, most: int = 10_000) -> str:
    return checked(text, "details", most=most, lines=True)


@pytest.mark.parametrize(
    "text",
    [
        "Kritische Sicherheitslücke im Betriebssystem",
        "{{ 7*7 }} {% include '/etc/passwd' %} {$x}",
        "<script>alert(1)</script> </title> --> ]]> [gallery] &amp;",
        "BEGIN:VEVENT",
        "😀 🧑‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "שלום עולם",
        "\u2067שלום\u2069 und \u2066\u2068nested\u2069\u2069",
        "می‌خواهم",
        "100 % – „so“ … ✓",
        "Lücke in JavaScript: Node.js wird aktualisiert",
        "Customer data: none is affected, backups included",
        "Data:12 GB, file:x",
        "Siehe https://example.net/@konto?a=b#c (http://example.net)",
        "see:https://example.net",
        "Tel:+49 30 1234",
        "srv1.example.net:443 oder localhost:8080",
        "Metadata:,x",
    ],
)
def test_ordinary_and_odd_texts_stay_as_they_are(text: str) -> None:
    assert line(text) == text


def test_white_space_around_a_text_goes() -> None:
    assert line(" \t\n Titel \u00a0\u3000\n") == "Titel"


def test_a_text_is_brought_into_nfc() -> None:
    assert line("Sto\u0308rung") == "Störung"


def test_line_breaks_become_one_kind() -> None:
    assert lines("eins\r\nzwei\n\ndrei") == "eins\nzwei\n\ndrei"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        (" \n\t ", "is empty"),
        ("\u200b\u2060\ufeff", "is empty"),
        ("\u0301", "is empty"),
        ("a\x00b", r"U\+0000 \(control character\) at character 2"),
        ("a\tb", r"U\+0009 \(control character\)"),
        ("a\x1b[31mb", r"U\+001B \(control character\)"),
        ("a\x7f", r"U\+007F \(control character\)"),
        ("a\x85b", r"U\+0085 \(control character\)"),
        ("a\x9db", r"U\+009D \(control character\)"),
        ("a\rb", r"U\+000D \(control character\)"),
        ("a\u2028b", r"U\+2028 \(line separator\)"),
        ("a\u2029b", r"U\+2029 \(line separator\)"),
        ("a\u202ab\u202c", r"U\+202A \(direction override\)"),
        ("gpj.\u202eexe", r"U\+202E \(direction override\) at character 5"),
        ("a\u200eb", r"U\+200E \(direction mark\)"),
        ("a\u200fb", r"U\+200F \(direction mark\)"),
        ("a\u061cb", r"U\+061C \(direction mark\)"),
        ("a\ud800b", r"U\+D800 \(half of a surrogate pair\)"),
        ("a\udfffb", r"U\+DFFF \(half of a surrogate pair\)"),
        ("a\udcfcb", r"a byte that is not UTF-8 \(0xFC\) at character 2"),
        ("a\ufffeb", r"U\+FFFE \(noncharacter\)"),
        ("a\uffffb", r"U\+FFFF \(noncharacter\)"),
        ("a\ufdd0b", r"U\+FDD0 \(noncharacter\)"),
        ("a\U0010ffffb", r"U\+10FFFF \(noncharacter\)"),
        ("a\u2066b", r"U\+2066 \(direction isolate that is not ended"),
        ("a\u2066\u2067b\u2069", r"U\+2066 \(direction isolate that is not ended"),
        ("a\u2069b", r"U\+2069 \(end of a direction isolate that was never begun"),
        ("a\u2069b\u2066", r"U\+2069 \(end of a direction isolate that was never begun"),
        ("a" + "\u0301\u0316" * 16, r"combining mark after 30 others"),
    ],
)
def test_what_would_harm_its_surroundings_is_refused_by_place_and_code_point(text: str, problem: str) -> None:
    with pytest.raises(TextFault, match=rf"^title: .*{problem}") as caught:
        line(text)
    assert caught.value.place == "title"
    assert caught.value.cure
    assert str(caught.value).isprintable()


def test_an_isolate_must_end_in_its_own_line() -> None:
    assert lines("\u2067שלום\u2069\nb")
    with pytest.raises(TextFault, match=r"U\+2067"):
        lines("\u2067שלום\nb\u2069")


def test_a_line_break_is_refused_where_one_line_is_wanted() -> None:
    with pytest.raises(TextFault, match=r"U\+000A \(line break\) at character 5"):
        line("eins\nzwei")
    assert lines("eins\nzwei") == "eins\nzwei"


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("javascript:alert(1)", "javascript"),
        ("Klick JaVaScRiPt:alert(1)", "javascript"),
        ("x javascript://example.net/%0aalert(1)", "javascript"),
        ("vbscript:msgbox(1)", "vbscript"),
        ("data:text/html;base64,PHNjcmlwdD4=", "data"),
        ("(data:,x)", "data"),
        ("file:/etc/passwd", "file"),
        ("file:///etc/passwd", "file"),
        ("mailto:info@example.net", "mailto"),
        ("ftp://example.net/x", "ftp"),
        ("ldap://example.net", "ldap"),
        ("xhttp://example.net", "xhttp"),
        ("äftp://example.net", "ftp"),
    ],
)
def test_links_other_than_http_and_https_are_refused(text: str, scheme: str) -> None:
    with pytest.raises(TextFault, match=f"title: has a {scheme}: link at character"):
        line(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.net@evil.example",
        "HTTP://a:b@evil.example/",
        "see https://good.example\\@evil.example",
    ],
)
def test_links_with_a_user_name_are_refused(text: str) -> None:
    with pytest.raises(TextFault, match="user name"):
        line(text)


def test_the_length_is_counted_in_characters_after_nfc() -> None:
    assert len(line("o\u0308" * 200)) == 200
    assert len(line("😀" * 200)) == 200
    with pytest.raises(TextFault, match="title: is 201 characters long; at most 200 are allowed"):
        line("ö" * 201)


@pytest.mark.parametrize(
    "piece", ["a", "\u0301\u0316", "javascript", "a.a:/", "http://", "\u2066\u2069", "data:"]
)
def test_the_cost_of_a_judgement_grows_with_the_text(piece: str) -> None:
    """Normalizing alone takes quadratic time on combining marks, so what is far too long is refused before."""

    def judged(size: int) -> None:
        try:
            lines("a" + piece * size)
        except TextFault as fault:
            assert len(str(fault)) < 200

    assert growth(judged, size=4_000) < 8


def test_a_text_fault_is_a_refusal_and_a_value_error() -> None:
    """So the command line prints it with its hint, and validators may raise it."""
    with pytest.raises(Refused) as caught:
        line("a\x00")
    assert isinstance(caught.value, ValueError)
    assert caught.value.hint == caught.value.cure == "remove it"


def test_only_the_title_of_the_announced_texts_is_as_long_as_a_headline() -> None:
    assert set(RULES) == {"title", "reason", "details", "action", "text", "unaffected"}
    assert RULES["title"].most == 200
    assert not RULES["title"].lines


# The alphabet is dense in what the rules are about; Hypothesis' own text() hardly ever hits it.
_PIECES = [
    *"abK:/@\\ \t\r\n.😀öo",
    *"\u0308\u0301\u212a\u2000\u00a0\u200b\u200e\u202e\u2066\u2067\u2068\u2069\u2028\ufffe\x00\x1b\x85\ud83d",
    "http://",
    "javascript:",
]
TRICKY = st.lists(st.sampled_from(_PIECES) | st.characters(), max_size=20).map("".join)


@settings(deadline=None)
@given(TRICKY, st.booleans())
def test_what_passes_holds_to_every_rule(text: str, lines: bool) -> None:
    try:
        kept = checked(text, "t", most=30, lines=lines)
    except TextFault:
        return
    assert 0 < len(kept) <= 30
    assert kept == kept.strip() == unicodedata.normalize("NFC", kept)
    assert kept.encode("utf-8").decode("utf-8") == kept
    controls = {character for character in kept if unicodedata.category(character) == "Cc"}
    assert controls <= ({"\n"} if lines else set())
    assert not set(kept) & set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2028\u2029\ufffe\uffff")
    # In the middle of a word, or before a space, it is prose and no link.
    assert not re.search(r"(?<![a-z0-9_])javascript:[!-~]", kept.lower())


@settings(deadline=None)
@given(TRICKY, st.booleans())
def test_checking_twice_changes_nothing(text: str, lines: bool) -> None:
    try:
        kept = checked(text, "t", most=30, lines=lines)
    except TextFault:
        return
    assert checked(kept, "t", most=30, lines=lines) == kept


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30))
def test_visible_text_is_kept_character_by_character(text: str) -> None:
    if "://" not in text and ":" not in text:
        assert checked(text, "t", most=100, lines=False) == unicodedata.normalize("NFC", text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_refusal_is_one_printable_line(text: str) -> None:
    try:
        checked(text, "t", most=20, lines=True)
    except TextFault as fault:
        assert str(fault).isprintable()
        assert (fault.cure or "").isprintable()
