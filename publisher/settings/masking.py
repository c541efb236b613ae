"""Secrets and control characters never reach a screen, a log or the ledger."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from logging import Formatter, LogRecord

MASK = "***"

SHORTEST = 4
"""A shorter secret is not masked: it would blot out half of every text and is no secret anyway."""

QUIET_LOGGERS = ("oauthlib", "requests_oauthlib", "tweepy", "urllib3")
"""At DEBUG these write down whole requests: headers, tokens, signatures, query strings."""


class _Family(NamedTuple):
    """Secrets that begin alike and are less than twice as long as that."""

    lengths: tuple[int, ...]
    """Of them, the longest first."""
    forms: frozenset[str]


_NOBODY = _Family((), frozenset())


class Masker:
    """Knows the secrets of this run and blots them out of any text. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: set[str] = set()
        self._by_head: dict[str, _Family] = {}
        self._heads: set[tuple[str, ...]] = set()

    def add(self, secret: str) -> None:
        """Mask this secret from now on, also as URLs, JSON, HTML, base64 and Python would write it."""
        if len(secret) < SHORTEST or secret in self._known:
            return
        with self._lock:
            self._known.add(secret)
            # An application password is shown in groups, and sent without the spaces between them.
            for form in _forms(secret) | _forms("".join(secret.split())):
                self._learn(form)

    def mask(self, text: str) -> str:
        """The text with every known secret replaced by ``***``; takes linear time, whatever the number of secrets.

        Where secrets overlap, all they cover is replaced.
        """
        if not self._may_hold_one(text):
            return text
        pieces, kept = [], 0
        for begin, end in self._covered(text):
            pieces += [text[kept:begin], MASK]
            kept = end
        return "".join([*pieces, text[kept:]]) if pieces else text

    def _may_hold_one(self, text: str) -> bool:
        """Whether any four characters in a row begin a secret: nearly no text has them, and this asks in C."""
        heads = zip(text, text[1:], text[2:], text[3:], strict=False)  # as many as SHORTEST
        return not self._heads.isdisjoint(heads)

    def _learn(self, form: str) -> None:
        """File it under its first 4, 8, 16, … characters, so that a look never asks many that begin alike."""
        self._heads.add(tuple(form[:SHORTEST]))
        size = SHORTEST
        while size <= len(form):
            family = self._by_head.get(form[:size], _NOBODY)
            if size * 2 > len(form):
                lengths = tuple(sorted({*family.lengths, len(form)}, reverse=True))
                family = _Family(lengths, family.forms | {form})
            self._by_head[form[:size]] = family
            size *= 2

    def _reach(self, text: str, at: int) -> int:
        """Where the longest secret ends that begins at ``at``; 0 where none does."""
        size, reach = SHORTEST, 0
        while at + size <= len(text) and (family := self._by_head.get(text[at : at + size])):
            for length in family.lengths:
                if text[at : at + length] in family.forms:
                    reach = at + length
                    break
            size *= 2
        return reach

    def _covered(self, text: str) -> Iterator[tuple[int, int]]:
        """The stretches that secrets cover, merged, in order."""
        begin = end = 0
        for at in range(len(text) - SHORTEST + 1) if self._by_head else ():
            reach = self._reach(text, at)
            if reach <= end:
                continue
            if at > end:
                if end:
                    yield begin, end
                begin = at
            end = reach
        if end:
            yield begin, end


def one_line(text: str, most: int = 300) -> str:
    """A text from somewhere else as one safe line of at most ``most`` characters, cut with ``…``.

    White space is folded; control and direction characters and lone surrogates become visible escapes.
    """
    folded = " ".join(text.split())
    if len(folded) <= most and folded.isprintable():
        return folded
    pieces, length = [], 0
    for character in folded[: most + 1]:
        piece = _visible(character)
        pieces.append(piece)
        length += len(piece)
    if length <= most:
        return "".join(pieces)
    while length > most - 1:
        length -= len(pieces.pop())
    return "".join(pieces) + "…"


def install(masker: Masker) -> None:
    """Mask every log record of this process, tracebacks included, and keep the talkative libraries at WARNING.

    A record becomes one line; control characters in it become visible. Called again, it replaces the masker.
    """
    import logging  # a preview logs nothing and must not pay for it

    factory = logging.getLogRecordFactory()
    plain = factory.plain if isinstance(factory, _MaskedRecords) else factory
    logging.setLogRecordFactory(_MaskedRecords(masker, plain, logging.Formatter()))
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


class _MaskedRecords:
    """A log record factory: what it makes is already formatted, so that no handler sees the arguments."""

    def __init__(self, masker: Masker, plain: Callable[..., LogRecord], formatter: Formatter) -> None:
        self.plain = plain
        self._masker = masker
        self._formatter = formatter

    def __call__(self, *args: object, **kwargs: object) -> LogRecord:
        record = self.plain(*args, **kwargs)
        record.msg = self._safe(_message(record)).replace("\n", " ")
        record.args = None
        if record.exc_info and record.exc_info[0]:
            # Formatters print exc_text as it stands; without exc_info none can format the exception anew.
            record.exc_text = self._safe(self._formatter.formatException(record.exc_info))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self._safe(record.stack_info)
        return record

    def _safe(self, text: str) -> str:
        return "".join(c if c == "\n" else _visible(c) for c in self._masker.mask(text))


def _message(record: LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # logging itself would print the arguments unmasked on stderr.
        return f"{record.msg} {record.args!r}"


_JOINERS = "\u200c\u200d"
"""Invisible, but part of how some scripts and emoji are written."""


def _visible(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return character.encode("unicode_escape").decode("ascii")


def _forms(secret: str) -> set[str]:
    """Ways of writing the secret that turn up in URLs, bodies, headers and tracebacks: a net, not a proof."""
    import html  # 1 ms that only a run that resolves secrets pays

    octets = secret.encode("utf-8", "surrogatepass")
    quoted = {quote(octets, safe=""), quote(octets), quote_plus(octets)}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {
        secret,
        *quoted,
        *(_lower_hex(form) for form in quoted),
        *escaped,
        *(form.replace("/", "\\/") for form in escaped),  # as PHP writes JSON
        html.escape(secret),
        repr(secret)[1:-1],
        repr(octets)[2:-1],
        *_in_base64(octets),
        *(quote(form, safe="") for form in quoted),  # an address inside an address
        *(json.dumps(form)[1:-1] for form in escaped),  # and a document inside a document
        secret.lower(),
        secret.upper(),
        octets.hex(),
        octets.hex().upper(),
        *(_as_entities(secret, style) for style in ("&#{};", "&#0{};", "&#x{:x};", "&#x{:X};")),
    }


def _as_entities(secret: str, style: str) -> str:
    """As WordPress and others write what is special in HTML: by number."""
    return "".join(style.format(ord(c)) if c in "&<>\"'" else c for c in secret)


def _lower_hex(quoted: str) -> str:
    head, *rest = quoted.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in rest)])


def _in_base64(octets: bytes) -> Iterator[str]:
    """How the secret shows inside a longer base64 text, such as ``user:password``.

    Base64 writes three bytes as four characters, so there are three alignments; the characters at both ends
    that also depend on the neighbours are left out.
    """
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(octets)) * 8 // 6
        text = base64.b64encode(b"\0" * before + octets).decode("ascii")[first:last]
        yield text
        yield text.replace("+", "-").replace("/", "_")
