"""What a misbehaving server does, by name: each reads one request, or does not, and answers it in its way."""

from __future__ import annotations

import gzip
import re

from announce_contract.hostile.server import BODY, Peer, behaviour

# --- before the request ---------------------------------------------------------------------------------------


@behaviour
def refuse(peer: Peer) -> None:
    """Nobody listens; the server never gets here."""


@behaviour
def reset_before(peer: Peer) -> None:
    peer.reset()


@behaviour
def hang_in_tls(peer: Peer) -> None:
    peer.wait()


@behaviour
def drip_in_tls(peer: Peer) -> None:
    """A TLS record that promises 16 kB of handshake and comes byte by byte."""
    peer.drip(b"\x16\x03\x03\x40\x00" + b"\x02" * 400)


@behaviour
def reset_in_tls(peer: Peer) -> None:
    peer.connection.recv(5)
    peer.reset()


@behaviour
def close_in_tls(peer: Peer) -> None:
    peer.connection.recv(65536)


@behaviour
def plain_in_tls(peer: Peer) -> None:
    peer.connection.recv(65536)
    peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


# --- during the request, and instead of an answer ---------------------------------------------------------------


@behaviour
def reset_during(peer: Peer) -> None:
    peer.read(most=1)
    peer.reset()


@behaviour
def reset_after(peer: Peer) -> None:
    peer.read()
    peer.reset()


@behaviour
def close_after(peer: Peer) -> None:
    peer.read()


@behaviour
def hang(peer: Peer) -> None:
    peer.read()
    peer.wait()


@behaviour
def hang_unread(peer: Peer) -> None:
    """Never reads: a large request stays half-sent."""
    peer.wait()


# --- answers that come too slowly -----------------------------------------------------------------------------


@behaviour
def drip_headers(peer: Peer) -> None:
    peer.read()
    peer.drip(peer.head(*(f"X-Filler-{n}: {'x' * 40}" for n in range(20)), length=0))


@behaviour
def drip_body(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head(length=2000))
    peer.drip(b" " * 2000)


@behaviour
def drip_until_close(peer: Peer) -> None:
    """A body without a length, so that a cut connection looks like its end."""
    peer.read()
    peer.send(peer.head())
    peer.drip(BODY + b" " * 2000)


# --- answers that are cut or broken ---------------------------------------------------------------------------


@behaviour
def cut_status_line(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 20")


@behaviour
def cut_headers(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head(length=10)[:-20])


@behaviour
def short_body(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head(length=len(BODY) + 100) + BODY)


@behaviour
def bad_chunk(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"zz\r\n" + BODY)


@behaviour
def cut_chunk(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"%x\r\n" % len(BODY) + BODY + b"\r\n")


@behaviour
def junk(peer: Peer) -> None:
    peer.read()
    peer.send(b"\x00\xff SSH-2.0-OpenSSH\r\n")


@behaviour
def http09(peer: Peer) -> None:
    peer.read()
    peer.send(b"<html>no status line at all</html>\r\n")


@behaviour
def http2(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/2.0 201 Created\r\n\r\n")


# --- answers that are too much --------------------------------------------------------------------------------


def _flood(peer: Peer, piece: bytes) -> None:
    while True:
        peer.send(piece)


@behaviour
def huge_body(peer: Peer) -> None:
    """10 GB, announced as such."""
    peer.read()
    peer.send(peer.head(length=10 * 1024**3))
    _flood(peer, b" " * 65536)


@behaviour
def endless_body(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head())
    _flood(peer, b" " * 65536)


@behaviour
def endless_chunked(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"))
    _flood(peer, b"1\r\n \r\n" * 4096)


@behaviour
def negative_chunk(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"-1\r\n")
    _flood(peer, b" " * 65536)


@behaviour
def endless_trailers(peer: Peer) -> None:
    peer.read()
    peer.send(peer.head("Transfer-Encoding: chunked"), b"0\r\n")
    _flood(peer, b"X-Trailer: x\r\n" * 1000)


@behaviour
def endless_interim(peer: Peer) -> None:
    peer.read()
    _flood(peer, b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@behaviour
def many_headers(peer: Peer) -> None:
    peer.read()
    peer.answer(*(f"X-Header-{n}: x" for n in range(500)))


@behaviour
def huge_header(peer: Peer) -> None:
    peer.read()
    peer.answer(f"X-Header: {'x' * 1024 * 1024}")


@behaviour
def gzip_bomb(peer: Peer) -> None:
    """20 kB that unpack to 20 MB."""
    peer.read()
    peer.answer("Content-Encoding: gzip", body=gzip.compress(b"\0" * 20_000_000))


# --- answers that are whole, and odd --------------------------------------------------------------------------


@behaviour
def ok(peer: Peer) -> None:
    """Answers as the settings say."""
    peer.read()
    peer.answer()


@behaviour
def keep_alive(peer: Peer) -> None:
    """Serves request after request on one connection, as far as the client lets it."""
    while True:
        peer.read()
        peer.answer("Connection: keep-alive")


@behaviour
def until_close(peer: Peer) -> None:
    """HTTP/1.0: the end of the connection is the end of the body."""
    peer.read()
    peer.send(b"HTTP/1.0 201 Created\r\nContent-Type: application/json\r\n\r\n" + peer.settings.body)


@behaviour
def chunked(peer: Peer) -> None:
    peer.read()
    chunks = re.findall(rb"(?s).{1,7}", peer.settings.body)
    peer.send(
        peer.head("Transfer-Encoding: chunked"),
        *(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks),
        b"0\r\n\r\n",
    )


@behaviour
def redirect(peer: Peer) -> None:
    """To ``location``, with the status of the settings (301 … 308)."""
    peer.read()
    peer.answer(f"Location: {peer.settings.location}", body=b"")


@behaviour
def html200(peer: Peer) -> None:
    """A captive portal, or a front page in the place of the API."""
    peer.read()
    page = b"<!DOCTYPE html><title>Welcome to the hotel</title>"
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page)


@behaviour
def cookies(peer: Peer) -> None:
    peer.read()
    peer.answer("Set-Cookie: session=abc; Path=/", "Set-Cookie: other=def", "Refresh: 0; url=/elsewhere")


@behaviour
def two_responses(peer: Peer) -> None:
    peer.read()
    peer.answer()
    peer.answer(body=b'{"id": 99}')


@behaviour
def interim(peer: Peer) -> None:
    """100 Continue, then the answer."""
    peer.read()
    peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    peer.answer()


@behaviour
def only_interim(peer: Peer) -> None:
    """103 Early Hints, and then nothing."""
    peer.read()
    peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")


@behaviour
def early_2xx(peer: Peer) -> None:
    """Answers before it has read the body, and hangs up."""
    peer.read(most=0)
    peer.answer()


@behaviour
def early_reset(peer: Peer) -> None:
    """Says half a yes before it has read the body, and resets."""
    peer.read(most=0)
    peer.send(peer.head(length=len(BODY) + 100) + BODY)
    peer.reset()
