from __future__ import annotations

import base64
import html
import io
import json
import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import tweepy
from hypothesis import given
from hypothesis import strategies as st

from publisher.settings.masking import MASK, QUIET_LOGGERS, Masker, install, one_line
from tests.clocks import growth

AWKWARD = 'pä"s/s <w&ö>\\rd+1='


def masker(*secrets: str) -> Masker:
    made = Masker()
    for secret in secrets:
        made.add(secret)
    return made


# --- secrets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        lambda s: s,
        lambda s: quote(s, safe=""),
        quote,
        quote_plus,
        lambda s: quote(s, safe="").replace("%C3%A4", "%c3%a4").replace("%C3%B6", "%c3%b6").lower(),
        lambda s: json.dumps(s)[1:-1],
        lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
        lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
        html.escape,
        lambda s: repr(s)[1:-1],
        lambda s: repr(s.encode())[2:-1],
    ],
    ids=[
        "itself",
        "url",
        "url path",
        "form",
        "lower url",
        "json",
        "raw json",
        "php json",
        "html",
        "repr",
        "bytes",
    ],
)
def test_a_secret_is_masked_however_it_is_written(form: Callable[[str], str]) -> None:
    assert masker(AWKWARD).mask(f"before {form(AWKWARD)} after") == f"before {MASK} after"


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "announce", "ünser"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_password_is_masked_inside_basic_authentication(
    user: str, encode: Callable[[bytes], bytes]
) -> None:
    header = encode(f"{user}:hunter2-hunter2/?>".encode()).decode()
    masked = masker("hunter2-hunter2/?>").mask(f"Authorization: Basic {header}")
    assert MASK in masked
    assert all(header[at : at + 8] not in masked.split(MASK)[-1] for at in range(len(header) - 8))
    assert b"hunter" not in base64.b64decode(masked.split()[-1].split(MASK)[0] + "==", altchars=b"-_")


@pytest.mark.parametrize(
    ("secrets", "text", "masked"),
    [
        ((), "nothing known", "nothing known"),
        (("token",), "", ""),
        (("token",), "token token", f"{MASK} {MASK}"),
        (("token",), "tokentoken", MASK),
        (("token", "token-long"), "token-long!", f"{MASK}!"),
        (("abcd", "bcdefgh"), "abcdefgh.", f"{MASK}."),
        (("abcd", "cdefgh"), "abcdefgh", MASK),
        (("abcd", "zzzz"), "abcd zzzz x", f"{MASK} {MASK} x"),
        (("abc",), "abc is too short", "abc is too short"),
        (("",), "empty", "empty"),
        (("tok\ud800en",), "a tok\ud800en", f"a {MASK}"),
    ],
)
def test_secrets_may_repeat_touch_and_overlap(secrets: tuple[str, ...], text: str, masked: str) -> None:
    assert masker(*secrets).mask(text) == masked


@given(
    secrets=st.lists(st.text("abAB01/+", min_size=4, max_size=12), min_size=1, max_size=5),
    around=st.lists(st.text("abAB01/+ \n", max_size=10), min_size=6, max_size=6),
)
def test_no_secret_survives_masking(secrets: list[str], around: list[str]) -> None:
    text = "".join(part for pair in zip(around, secrets, strict=False) for part in pair)
    masked = masker(*secrets).mask(text)
    assert not any(secret in masked for secret in secrets)


def test_masking_is_linear_and_indifferent_to_the_number_of_secrets() -> None:
    many = masker(*(f"secret-number-{n}" for n in range(2000)), "a" * 60 + "b")
    assert many.mask("a" * 1_000_000 + " secret-number-77").endswith(MASK)
    assert growth(lambda size: many.mask("a" * size + " secret-number-77"), size=20_000) < 8


def test_secrets_that_begin_alike_do_not_add_up() -> None:
    """300 tokens of one kind, in a text that is nothing but their beginning."""

    def of(number: int) -> Callable[[int], str]:
        made = masker(*(f"token-of-{n:04d}{'x' * (n % 3)}" for n in range(number)))
        return lambda size: made.mask("token-of-" * size)

    few, many = of(150), of(600)
    assert growth(few, size=3_000) < 8
    looks = [lines_of(lambda mask=mask: mask(500)) for mask in (few, many)]
    assert looks[1] < 2 * looks[0]


def lines_of(call: Callable[[], object]) -> int:
    """How many lines of Python a call runs through."""
    count = 0

    def trace(*_: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "written",
    [
        "p%2540ss%2526w%253Cord",
        "p@ss&#038;w&#060;ord",
        "p@ss&#38;w&#60;ord",
        "p@ss&#x26;w&#x3c;ord",
        "P@SS&W<ORD",
        b"p@ss&w<ord".hex(),
    ],
)
def test_a_secret_is_known_however_often_it_was_encoded(written: str) -> None:
    assert masker("p@ss&w<ord").mask(f"a {written} b") == f"a {MASK} b"


def test_secrets_may_be_added_while_others_mask() -> None:
    shared, failures = masker("secret-x"), []

    def mask() -> None:
        failures.extend(
            text for text in (shared.mask("a secret-x b") for _ in range(500)) if "secret-x" in text
        )

    threads = [threading.Thread(target=mask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(200):
        shared.add(f"secret-{number}")
    for thread in threads:
        thread.join()
    assert failures == []
    assert shared.mask("secret-199") == MASK


# --- one line -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain – ünïcode 🧑\u200d💻", "plain – ünïcode 🧑\u200d💻"),
        ("two\r\nlines\tand\x0b\x0c more \u2028 x", "two lines and more x"),
        ("  \n ", ""),
        ("\x1b[31mred\x1b]52;c;x\x07", "\\x1b[31mred\\x1b]52;c;x\\x07"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("a\x85b", "a b"),
        ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
        ("\u200b\ufeff", "\\u200b\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800 \ufffe", "\\ud800 \\ufffe"),
    ],
)
def test_one_line_shows_what_it_would_be_dangerous_to_print(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "most", "line"),
    [
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("ab\x1bcd", 5, "ab…"),
        ("ab\x1b", 6, "ab\\x1b"),
        ("\x1b\x1b", 5, "\\x1b…"),
        ("x" * 400, 300, "x" * 299 + "…"),
    ],
)
def test_a_long_text_is_cut_and_never_within_an_escape(text: str, most: int, line: str) -> None:
    assert one_line(text, most) == line


@given(st.text(), st.integers(1, 40))
def test_one_line_is_always_one_short_printable_line(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert all(character.isprintable() or character in "\u200c\u200d" for character in line)


def test_the_cost_of_one_line_grows_with_the_text() -> None:
    for text in (" \x1b", " ", "\ud800"):
        assert len(one_line(text * 500_000)) <= 300
        assert growth(lambda size, text=text: one_line(text * size), size=20_000) < 8


# --- logging ------------------------------------------------------------------------------------------------------

SECRET = "canary-7f3a"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged at DEBUG, as a plain handler writes it; the masker knows SECRET."""
    factory, root = logging.getLogRecordFactory(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *QUIET_LOGGERS)}
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    install(masker(SECRET))
    yield stream
    root.removeHandler(handler)
    logging.setLogRecordFactory(factory)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def fail(error: Exception, cause: Exception | None = None) -> None:
    raise error from cause


def test_messages_and_arguments_are_masked(log: io.StringIO) -> None:
    logger = logging.getLogger("announce.test")
    logger.debug("token %s and %(nothing)s", SECRET)
    logger.info("at https://x/?token=%s", SECRET)
    logger.info({"token": SECRET})
    logger.info("by name %(token)s", {"token": SECRET})
    assert SECRET not in log.getvalue()
    assert log.getvalue().count(MASK) == 4


def test_tracebacks_are_masked_with_all_their_causes(log: io.StringIO) -> None:
    try:
        fail(RuntimeError(f"second {SECRET}\x1b[31m"), ValueError(f"first {SECRET}"))
    except RuntimeError:
        logging.getLogger("announce.test").exception("failed", stack_info=True)
    written = log.getvalue()
    assert SECRET not in written
    assert f"first {MASK}" in written
    assert f"second {MASK}\\x1b[31m" in written
    assert "Stack (most recent call last)" in written


def test_a_handler_that_formats_by_itself_sees_no_secret(log: io.StringIO) -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]  # the shortest handler there is
    logging.getLogger().addHandler(handler)
    try:
        fail(ValueError(SECRET))
    except ValueError:
        logging.getLogger("announce.test").exception("failed %s", SECRET)
    finally:
        logging.getLogger().removeHandler(handler)
    assert SECRET not in repr(vars(records[0]))


def test_a_record_is_one_line_and_shows_control_characters(log: io.StringIO) -> None:
    logging.getLogger("announce.test").info("one\nINFO forged \x1b[2J\u202e")
    assert log.getvalue() == "INFO announce.test one INFO forged \\x1b[2J\\u202e\n"


def test_the_talkative_libraries_are_kept_quiet(log: io.StringIO) -> None:
    for name in (
        "urllib3.connectionpool",
        "tweepy.client",
        "oauthlib.oauth1",
        "requests_oauthlib.oauth1_auth",
    ):
        logging.getLogger(name).debug("quiet")
        logging.getLogger(name).warning("loud")
    assert "quiet" not in log.getvalue()
    assert log.getvalue().count("loud") == 4


def test_installing_again_replaces_the_masker(log: io.StringIO) -> None:
    install(masker("another-secret"))
    install(masker("another-secret"))
    logging.getLogger("announce.test").info("%s another-secret", SECRET)
    assert log.getvalue() == f"INFO announce.test {SECRET} {MASK}\n"


@pytest.mark.parametrize("talkative", [False, True])
def test_a_whole_run_at_debug_leaves_no_secret_in_the_log(
    log: io.StringIO, hostile: Any, post: Any, talkative: bool
) -> None:
    """tweepy, oauthlib and requests over the real transport; the traceback of a failure as well.

    Also where somebody lets the libraries talk: then what they say is masked.
    """
    from publisher.transport import Transport

    secrets = {"consumer_key": "key-1a2b", "consumer_secret": "secret-3c4d", "access_token": "token-5e6f"}
    known = masker(SECRET, "ats-7a8b", *secrets.values())
    install(known)
    for name in QUIET_LOGGERS if talkative else ():
        logging.getLogger(name).setLevel(logging.DEBUG)
    transport = Transport(masker=known, environ={})
    client = tweepy.Client(**secrets, access_token_secret="ats-7a8b")
    body = b'{"data": {"id": "1", "text": "hi"}}'
    server = hostile("ok", "reset_after", body=body)
    client.session = transport.session("twitter", timeout=1, rewrite=("https://api.twitter.com", server.url))
    client.create_tweet(text="hi")
    try:
        client.create_tweet(text=SECRET)
    except Exception:
        logging.getLogger("announce.test").exception("lost")
        assert "ats-7a8b" not in traceback.format_exc()
    assert "lost" in log.getvalue()
    assert ("Params: " in log.getvalue() or "oauth_" in log.getvalue()) is talkative
    assert not any(secret in log.getvalue() for secret in (SECRET, "ats-7a8b", *secrets.values()))
