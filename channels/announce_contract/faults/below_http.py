"""What goes wrong below HTTP, or in its framing: the same for every adapter, so judged by the transport."""

from __future__ import annotations

import contextlib
import gzip
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from announce_contract.canaries import PROXY_PASSWORD
from announce_contract.fault import Fault, Setting, answer
from announce_contract.hostile import BEHAVIOURS, Behaviour, ConnectProxy, Peer

NOWHERE = "nowhere.invalid"
"""A host that no name server is asked for: the suite answers in its place that there is none."""


def _does(name: str) -> Callable[[Setting], Behaviour]:
    return lambda _setting: BEHAVIOURS[name]


def _before(name: str, expects: str, why: str, behaviour: str | None = None, **more: Any) -> Fault:
    """What keeps a connection from coming about spoils the first request: the later ones go the same way."""
    return Fault(name=name, expects=expects, why=why, act=_does(behaviour or "ok"), first=True, **more)


def _through(name: str, expects: str, why: str, proxy: Callable[[Setting], str], **more: Any) -> Fault:
    return _before(name, expects, why, tls="good.pem", only=_A_READ_AND_A_WRITE, proxy=proxy, **more)


def _after(behaviour: str, expects: str, why: str, **more: Any) -> Fault:
    return Fault(name=behaviour, expects=expects, why=why, act=_does(behaviour), **more)


def _closed_port(setting: Setting) -> str:
    """Bound, so that nobody else gets it, and not listened to."""
    bound = setting.stop.enter_context(socket.socket())
    bound.bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{bound.getsockname()[1]}"


def _black_hole(setting: Setting) -> str:
    """A listener whose queue is full drops what asks to come in, as a firewall does."""
    listener = setting.stop.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for _ in range(4):
        waiting = setting.stop.enter_context(socket.socket())
        waiting.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            waiting.connect(listener.getsockname())
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _proxied(**verdict: Any) -> Callable[[Setting], str]:
    """A proxy that joins its tunnels to the platform, or does not."""

    def start(setting: Setting) -> str:
        proxy = ConnectProxy(int(setting.url.rpartition(":")[2]), **verdict)
        setting.stop.callback(proxy.close)
        return f"http://user:{PROXY_PASSWORD}@127.0.0.1:{proxy.port}"

    return start


def _https(setting: Setting) -> str:
    return setting.url.replace("http:", "https:")


def _http10(setting: Setting) -> Behaviour:
    """No length: the end of the connection is the end of the body."""
    reply = setting.call.good

    def act(peer: Peer) -> None:
        peer.read()
        lines = [f"HTTP/1.0 {reply.status} Said", f"Content-Type: {reply.content_type}", *reply.headers]
        peer.send("\r\n".join([*lines, "", ""]).encode() + reply.content(setting.url))

    return act


@cache
def _packed() -> bytes:
    """20 kB that unpack to 20 MB."""
    return gzip.compress(b"\0" * 20_000_000)


def _bomb(setting: Setting) -> Behaviour:
    return answer(replace(setting.call.good, body=_packed(), headers=("Content-Encoding: gzip",)))


_UNTRUSTED = "a certificate that is not trusted is not trusted the next time either"
_NO_TUNNEL = "without a tunnel there is no request"
_NO_HANDSHAKE = "the request leaves only after the handshake"
_LEFT = "the request had left, so it may have been carried out"
_CUT = "the answer breaks off: that something was made is likely, and not known"
_NOT_HTTP = "what is no HTTP says nothing about the request"
_BOUNDED = "an answer is read up to 1 MiB and 64 KiB of head, and no further"
_A_READ_AND_A_WRITE = "stage|publish|find"
"""Of every adapter, for what takes long: reading to the limit in tiny pieces, a transport for each proxy."""
_WHOLE = "the answer is whole, however it is framed"

BELOW_HTTP = (
    _before("refused", "NotSent", "nobody listens", address=_closed_port),
    _before("no-such-name", "NotSent", "the name does not resolve", address=lambda _: f"https://{NOWHERE}"),
    _before("black-hole", "NotSent", "no connection, no request", address=_black_hole, slow=True),
    _before("tls-expired", "Rejected", _UNTRUSTED, tls="expired.pem", names="certificate"),
    _before("tls-wrong-name", "Rejected", _UNTRUSTED, tls="wrong-name.pem", names="certificate"),
    _before("tls-self-signed", "Rejected", _UNTRUSTED, tls="self-signed.pem", names="certificate"),
    _before("tls-hangs", "NotSent", _NO_HANDSHAKE, "hang_in_tls", slow=True, address=_https),
    _before("tls-drips", "NotSent", _NO_HANDSHAKE, "drip_in_tls", slow=True, address=_https),
    _before("tls-reset", "NotSent", _NO_HANDSHAKE, "reset_in_tls", address=_https),
    _before("tls-closed", "NotSent", _NO_HANDSHAKE, "close_in_tls", address=_https),
    _before("tls-is-plain", "NotSent", _NO_HANDSHAKE, "plain_in_tls", address=_https),
    _before("tls", "good", "the authority that signed it is in ca_bundle", tls="good.pem"),
    _through("proxy", "good", "through the tunnel", _proxied()),
    _through("proxy-dead", "NotSent", _NO_TUNNEL, _closed_port),
    _through("proxy-407", "NotSent", _NO_TUNNEL, _proxied(verdict=407)),
    _through("proxy-403", "NotSent", _NO_TUNNEL, _proxied(verdict=403)),
    _through("proxy-cuts", "NotSent", _NO_HANDSHAKE, _proxied(cut=True)),
    _through("proxy-hangs", "NotSent", _NO_TUNNEL, _proxied(mute=True), slow=True),
    # A reset may come in before the request goes out or just after: both verdicts tell the truth then.
    _after("reset_before", "NotSent|Unknown", "whether the first byte left is a matter of luck"),
    _after("reset_during", "Unknown", _LEFT),
    _after("reset_after", "Unknown", _LEFT),
    _after("close_after", "Unknown", _LEFT),
    _after("hang", "Unknown", _LEFT, slow=True),
    _after("hang_unread", "Unknown", _LEFT, slow=True),
    _after("drip_headers", "Unknown", "the time limit holds for the whole answer", slow=True),
    _after("drip_body", "Unknown", "the time limit holds for the whole answer", slow=True),
    _after("drip_until_close", "Unknown", "an answer ended by our own cut is not whole", slow=True),
    _after("cut_status_line", "Unknown", _CUT),
    _after("cut_headers", "Unknown", _CUT),
    _after("short_body", "Unknown", _CUT),
    _after("bad_chunk", "Unknown", _CUT),
    _after("cut_chunk", "Unknown", _CUT),
    _after("early_reset", "Unknown", _CUT),
    _after("only_interim", "Unknown", _CUT),
    _after("junk", "Unknown", _NOT_HTTP),
    _after("http09", "Unknown", _NOT_HTTP),
    _after("http2", "Unknown", _NOT_HTTP),
    _after("huge_body", "Unknown", _BOUNDED, content=True),
    _after("endless_body", "Unknown", _BOUNDED, content=True),
    _after("endless_chunked", "Unknown", _BOUNDED, content=True, only=_A_READ_AND_A_WRITE),
    _after("negative_chunk", "Unknown", _BOUNDED, content=True),
    _after("endless_trailers", "Unknown", _BOUNDED, content=True, only=_A_READ_AND_A_WRITE),
    _after("endless_interim", "Unknown", _BOUNDED, content=True, only=_A_READ_AND_A_WRITE),
    _after("many_headers", "Unknown", _BOUNDED, content=True),
    _after("huge_header", "Unknown", _BOUNDED, content=True),
    Fault(name="gzip_bomb", expects="Unknown", why="what is packed is not unpacked", act=_bomb, content=True),
    _after("chunked", "good", _WHOLE),
    Fault(name="until_close", expects="good", why=_WHOLE, act=_http10),
    _after("interim", "good", _WHOLE),
    _after("early_2xx", "good", "the first answer counts, even one that came before the body was read"),
    _after("two_responses", "good", "the first answer counts, and the connection ends with it"),
    _after("cookies", "good", "cookies, and where to refresh from, are ignored"),
)
