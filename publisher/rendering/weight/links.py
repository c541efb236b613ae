"""Where X sees links in a text: addresses with http:// or https://, and bare hosts under a known domain.

It takes the decisions of the expressions in the npm package twitter-text 3.1.0 (Copyright Twitter, Inc., Apache
License 2.0) without their backtracking: a run of host characters is cut into labels once, which are read once from
the right (how far does a host reach?) and once from the left (where does the next one begin?).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from publisher.rendering.weight.domains import TLDS
from publisher.rendering.weight.units import join

Span = tuple[int, int]
"""Start and end in the text."""


def links(text: str) -> Iterator[Span]:
    """The parts of a text, given in UTF-16 units, that X replaces with a short link; in order."""
    seen = 0
    for run in re.finditer(_RUN, text):
        if run.end() <= seen or "." not in run[0]:
            continue
        for host in _hosts(text, run.span(), seen):
            if tail := _tail().match(text, host.end):  # always, if only the empty string
                seen = tail.end()
                yield from _links_of(text, host, tail)


# --- characters, as twitter-text has them; its expressions ignore case -------------------------------------------

_SPACE = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_INVALID = "\ufffe\ufeff\uffff"
_LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0260\u0263\u0268\u0269\u026f\u0272\u0275"
    "\u0280\u0283\u0288-\u028c\u0292\u02bb\u0300-\u036f\u0399\u03b9\u1e00-\u1eff\u2c65\u2c66\u2c7e\u2c7f"
)
_CYRILLIC = "\u0400-\u04ff"

_RUN = rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${_SPACE}{_INVALID}{_DIRECTION}]+"
_BEFORE = f"[^A-Za-z0-9@＠$#＃{_INVALID}]"
_START = rf"(?<={_BEFORE})[^-_.]"
_SCHEME = rf"(?:(?<={_BEFORE})|\A)[Hh][Tt][Tt][Pp][Ss]?://\Z"

_END = rf"-+A-Za-z0-9=_#/{_LATIN}{_CYRILLIC}"  # what a path may end with
_MIDDLE = r"!*';:,.$%\[\]\u2013~@|&"  # what else a path may hold
_PARENTHESES = rf"\((?!\))[{_END}{_MIDDLE}]*+(?:\([{_END}{_MIDDLE}]++\)[{_END}{_MIDDLE}]*+)?\)"
_QUERY_END = "[-A-Za-z0-9_&=#/]"
_QUERY_MIDDLE = r"[!?*'@():;+$%\[\].,~|]"
_QUERY = rf"\?(?:{_QUERY_MIDDLE}*+{_QUERY_END}++)+"


@cache
def _tail() -> re.Pattern[str]:
    """Port, path and query; compiled once a host is met, since that takes longer than all else here.

    Each run of characters keeps what it took, and what may follow begins with another character, so that nothing is
    tried twice. Groups are not possessive: before Python 3.11.5 one that fails midway does not give back what it took
    (python/cpython#100061).
    """
    path = rf"/(?:(?:[{_MIDDLE}]++|{_PARENTHESES})*[{_END}]++)*(?:{_PARENTHESES})*"
    return re.compile(rf"(?::[0-9]+)?(?P<path>{path})?(?:{_QUERY})?")


_SHORTENED = rf"(?ai)https?://t\.co/(?P<slug>[a-z0-9]+)(?:{_QUERY})?"
_LATIN_NAMES = rf"(?:[-A-Za-z0-9{_LATIN}]++\.)+"


# --- hosts ------------------------------------------------------------------------------------------------------


class _Host(NamedTuple):
    start: int
    """Of the link: its scheme's, or the name's."""
    name: int
    end: int


class _Label(NamedTuple):
    start: int
    end: int
    domain: int
    """Where a top-level domain that begins here ends; 0: none does."""
    reach: int
    """Where the longest host ends that this label can begin, whole; 0: it can begin none."""


_NO_LABEL = _Label(0, 0, 0, 0)


def _hosts(text: str, run: Span, seen: int) -> Iterator[_Host]:
    """The hosts in a run of host characters, from left to right; what lies before ``seen`` is taken."""
    labels = _labels(text, *run)
    scheme = re.compile(_SCHEME).search(text, max(run[0] - len("https://"), seen + 1 if seen else 0), run[0])
    if scheme and (end := labels[0].reach):
        yield _Host(scheme.start(), run[0], end)
        seen = end
    for label, after in pairwise(labels):
        end = after.reach or after.domain
        if label.end > seen and end and (start := _start(text, label, after, seen)) is not None:
            yield _Host(start, start, end)
            seen = end


def _labels(text: str, start: int, end: int) -> list[_Label]:
    """The labels of a run, read from the right: how far each one reaches depends on those after it."""
    labels: list[_Label] = []
    after = _NO_LABEL
    while end >= start:
        dot = text.rfind(".", start, end)
        after = _label(text, max(dot + 1, start), end, after)
        labels.append(after)
        end = dot
    return labels[::-1]


def _label(text: str, start: int, end: int, after: _Label) -> _Label:
    """The label between ``start`` and ``end``; ``after`` is its right neighbour."""
    whole = start < end and text[start] not in "-_" and text[end - 1] not in "-_"
    name = whole and "_" not in text[start:end]  # X takes no underscore right before the domain
    reach = (whole and after.reach) or (name and after.domain)
    return _Label(start, end, _domain_end(text, start), reach or 0)


def _start(text: str, label: _Label, after: _Label, seen: int) -> int | None:
    """Where in a label, short of its end, a host can begin: behind a character that may stand before a link."""
    if text[label.end - 1] in "-_":
        return None
    lowest = label.start if after.reach else max(label.start, text.rfind("_", label.start, label.end) + 1)
    found = re.compile(_START).search(text, max(lowest, seen + 1), label.end)
    if lowest == seen == 0 and label.end and text[0] not in "-_" and not (found and found.start() == 1):
        return 0
    return found.start() if found else None


_LONGEST_DOMAIN = max(map(len, TLDS.split()))
_DOMAINS = frozenset(TLDS.split())
_WORD = "[A-Za-z]++(?![0-9@+-])"
_PUNYCODE = "[Xx][Nn]--[-0-9A-Za-z]+"


def _domain_end(text: str, start: int) -> int:
    """Where a top-level domain that begins at ``start`` ends; 0: none begins there."""
    piece = text[start : start + _LONGEST_DOMAIN]
    if piece.isascii():
        word = re.compile(_WORD).match(text, start)
        if word and word[0].lower() in _DOMAINS:
            return word.end()
    else:
        for length in range(len(piece), 1, -1):
            if piece[:length].lower() in _DOMAINS and not _joins(text[start + length : start + length + 1]):
                return start + length
    punycode = re.compile(_PUNYCODE).match(text, start)
    return punycode.end() if punycode else 0


def _joins(following: str) -> bool:
    """Whether the character after a domain makes it another word."""
    return following.isascii() and (following.isalnum() or following in ("@", "+", "-"))


# --- links ------------------------------------------------------------------------------------------------------

_LONGEST_LINK = 4096
_LONGEST_LABEL = 63


def _links_of(text: str, host: _Host, tail: re.Match[str]) -> Iterator[Span]:
    """What of a host and its tail X takes for a link; a bare host behind a dash or a slash is none."""
    if not _is_address(text, host, tail.end()):
        return
    if host.start == host.name:
        if text[host.start - 1 : host.start] not in ("-", "_", ".", "/"):
            yield from _bare(text, host, tail)
    elif shortened := re.compile(_SHORTENED).match(text, host.start, tail.end()):
        if len(shortened["slug"]) <= 40:
            yield shortened.span()
    else:
        yield host.start, tail.end()


def _is_address(text: str, host: _Host, end: int) -> bool:
    """Whether no label and not the whole is longer than an address's can be; its scheme counts twice."""
    scheme = host.name - host.start or len("https://")
    if scheme + end - host.start > _LONGEST_LINK:
        return False
    name = text[host.name : host.end]
    if name.startswith("xn--") and not any(_latin_hosts(text, host)):
        return False
    return all(_encoded_length(label) <= _LONGEST_LABEL for label in name.split("."))


def _encoded_length(label: str) -> int:
    """Of a host's label in punycode, as DNS knows it."""
    label = join(label)
    if len(label) > _LONGEST_LABEL or (label.isascii() and label.isprintable()):
        return len(label)
    return len("xn--") + len(label.encode("punycode"))


def _bare(text: str, host: _Host, tail: re.Match[str]) -> Iterator[Span]:
    """Without a scheme only Latin names are links; the last one takes the tail along if that has a path."""
    for start, end in _latin_hosts(text, host):
        yield start, tail.end() if end == host.end and tail["path"] else end


def _latin_hosts(text: str, host: _Host) -> Iterator[Span]:
    """The parts of a host name that are hosts in Latin letters."""
    at = host.name
    while names := re.compile(_LATIN_NAMES).search(text, at, host.end):
        end = _last_domain(text, names)
        if end:
            yield names.start(), end
        at = end or names.end()


def _last_domain(text: str, names: re.Match[str]) -> int:
    """Where the last top-level domain behind one of the names ends; 0: there is none."""
    dot = names.end() - 1
    while dot > names.start():
        if end := _domain_end(text, dot + 1):
            return end
        dot = text.rfind(".", names.start(), dot)
    return 0
