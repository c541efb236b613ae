"""What a platform says in words: errors, addresses, names. All of it may be long, odd, or an echo of our secrets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from announce_contract.fault import Fault, Setting, answer, framed
from announce_contract.hostile import Behaviour, Peer, Received
from announce_contract.replies import URL, Call, Reply

# --- complaints -----------------------------------------------------------------------------------------------

_HARD = {
    "escapes": "\x1b[31mred\x1b[0m \x1b]52;c;YQ==\x07 \x9b31m \x00",
    "line-ends": "No.\r\nSet-Cookie: a=b\n\u2028\u2029\x85fatal: all is lost",
    "bidi": "\u202egnorw lla si ti\u2066 \u200f",
    "surrogate": "No \ud800 \udfff.",
    "900-kB": "A" * 900_000,
    "900-kB-of-blanks": " " * 900_000 + "No.",
    "one-long-escape": "\x1b" * 5_000,
    "format": "%s %(name)s {} {0!r} %n",
    "markup": "<b>No</b> [red]No[/red] &lt;",
    "empty": "",
}

_STATUSES = {400: "Rejected", 403: "Rejected", 500: "Unknown", 200: "Unknown"}
_BUT = {
    "check*": {200: "Rejected|Unknown"},
}


def _but(status: int) -> dict[str, str]:
    return {pattern: own[status] for pattern, own in _BUT.items() if status in own}


def _complaint(name: str, text: str, status: int) -> Fault:
    def act(setting: Setting) -> Behaviour:
        return answer(Reply(status=status, document=setting.subject.complaint(status, text)))

    why = "what is said in words changes no verdict, and is shown harmlessly"
    return Fault(
        name=f"{status}-{name}", expects=_STATUSES[status], why=why, content=True, act=act, but=_but(status)
    )


COMPLAINTS = tuple(
    _complaint(name, text, status) for name, text in _HARD.items() for status in (400, 500, 200)
)


# --- echoes ---------------------------------------------------------------------------------------------------


def _echo(request: Received) -> str:
    """Everything that was sent, as a debugging page shows it."""
    return request.raw.decode("latin-1")


def _spoken(setting: Setting) -> str:
    """All secrets of this channel."""
    return " ".join(secret.replace(" ", "") for secret in setting.subject.canaries.environ.values())


def _echoing(
    name: str, status: int, reply: Callable[[Setting, str], Reply], expects: str, but: Mapping[str, str]
) -> tuple[Fault, Fault]:
    """One that sends back what came in, and one that says the secrets as they are."""

    def act(setting: Setting) -> Behaviour:
        def serve(peer: Peer) -> None:
            peer.send(framed(reply(setting, _echo(peer.read())), peer.server.url))

        return serve

    def recite(setting: Setting) -> Behaviour:
        return answer(reply(setting, _spoken(setting)))

    why = "whatever a platform repeats, no secret is passed on"
    return (
        Fault(name=f"{name}-{status}-request", expects=expects, why=why, content=True, act=act, but=but),
        Fault(name=f"{name}-{status}-secrets", expects=expects, why=why, content=True, act=recite, but=but),
    )


def _words(status: int) -> tuple[Fault, Fault]:
    return _echoing(
        "echo",
        status,
        lambda setting, text: Reply(status=status, document=setting.subject.complaint(status, text)),
        _STATUSES[status],
        _but(status),
    )


def _header(name: str, status: int, expects: str, line: Callable[[str], str]) -> tuple[Fault, Fault]:
    def reply(setting: Setting, text: str) -> Reply:
        return replace(setting.call.good, status=status, headers=(line(" ".join(text.split())),))

    return _echoing(f"echo-in-{name}", status, reply, expects, {})


def _typed(status: int, expects: str) -> tuple[Fault, Fault]:
    def reply(setting: Setting, text: str) -> Reply:
        return replace(setting.call.good, status=status, content_type=f"text/{text.rsplit(maxsplit=1)[-1]}")

    but = {"check*": f"{expects}|Rejected|identity"}
    return _echoing("echo-in-type", status, reply, expects, but)


def _straddling(offset: int, status: int) -> Fault:
    """A secret across the place where long texts are cut: what is left of it must not show."""

    def act(setting: Setting) -> Behaviour:
        text = "A" * offset + _spoken(setting)
        return answer(Reply(status=status, document=setting.subject.complaint(status, text)))

    why = "what is cut off was masked before"
    return Fault(
        name=f"cut-{status}-at-{offset}",
        expects=_STATUSES[status],
        why=why,
        content=True,
        act=act,
        but=_but(status),
    )


ECHOES = (
    *(fault for status in _STATUSES for fault in _words(status)),
    *_header("location", 302, "Rejected", lambda text: f"Location: https://{text.split()[-1]}.example.test/"),
    *_header("packing", 200, "Unknown", lambda text: f"Content-Encoding: {text.split()[-1]}"),
    *_typed(200, "Unknown"),
    *(_straddling(offset, status) for offset in range(220, 300, 16) for status in (403, 200)),
)


# --- addresses ------------------------------------------------------------------------------------------------

_LINKS = {
    "javascript": "javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "other-host": "https://elsewhere.example.test/17",
    "bidi": "https://blog.example.test/\u202e71",
    "escape": "https://blog.example.test/\x1b[31m17",
    "line-end": "https://blog.example.test/17\r\nX-Evil: 1",
    "blank": "https://blog.example.test/17 and more",
    "10-kB": f"https://blog.example.test/{'A' * 10_000}",
    "no-host": "https://",
    "broken": "https://[::1/17",
    "surrogate": "https://blog.example.test/\ud800",
    "user": "https://user:password@blog.example.test/17",
    "relative": "/17",
}


def _linked(name: str, link: Callable[[Setting], str], calls: Sequence[Call]) -> Fault:
    def act(setting: Setting) -> Behaviour:
        document = _with_link(setting.call.good.document, link(setting))
        return answer(replace(setting.call.good, body=json.dumps(document).encode()))

    return Fault(
        name=f"address-{name}",
        expects="good|receipt|draft|identity|Unknown|absent",
        why="wherever the platform says it can be read, what is recorded is harmless",
        act=act,
        only="|".join(call.id for call in calls),
    )


def _with_link(document: Any, link: str) -> Any:
    match document:
        case str() if document.startswith((URL, "http://", "https://")):
            return link
        case dict():
            return {name: _with_link(value, link) for name, value in document.items()}
        case list():
            return [_with_link(value, link) for value in document]
    return document


def links_in(calls: Sequence[Call]) -> tuple[Fault, ...]:
    """For the calls in whose answers an address stands: other addresses, and what is none."""
    linking = [
        call for call in calls if not call.alike and _with_link(call.good.document, "") != call.good.document
    ]
    if not linking:
        return ()
    return (
        *(_linked(name, _always(link), linking) for name, link in _LINKS.items()),
        _linked("with-secret", _telling, linking),
    )


def _always(link: str) -> Callable[[Setting], str]:
    return lambda _setting: link


def _telling(setting: Setting) -> str:
    """An address that carries our secrets."""
    return f"https://blog.example.test/?{_spoken(setting).replace(' ', '&')}"


TEXTS = (*COMPLAINTS, *ECHOES)
