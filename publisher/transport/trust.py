"""Whom to trust: one TLS context for every session, verification always on."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from publisher.model.outcome import Rejected

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""What requests, curl and OpenSSL read; the first that is set wins."""

_HASHED = r"[0-9a-f]{8}\.\d+"


def tls_context(ca_bundle: Path | None, environ: Mapping[str, str]) -> ssl.SSLContext:
    """A client context of TLS 1.2 or newer; costs up to 20 ms, so it is made once.

    Trusts ``ca_bundle`` (a PEM file or a directory of hashed names), else what the environment names, else the
    system, else certifi. Raises Rejected where the one that was named cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    for source, path in _named(ca_bundle, environ):
        _load(context, source, path)
        return context
    _load(context, "this system's trust store", _system_store())
    return context


def _named(ca_bundle: Path | None, environ: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    if ca_bundle is not None:
        yield "ca_bundle", ca_bundle
    for variable in VARIABLES:
        if environ.get(variable):
            yield variable, Path(environ[variable])


def _system_store() -> Path:
    """The directory of hashed names, 0.1 ms: OpenSSL looks up in it only what it meets. Or a file, 20 ms."""
    system = ssl.get_default_verify_paths()
    for folder in (system.openssl_capath, system.capath, "/etc/ssl/certs"):
        if folder and _is_hashed(Path(folder)):
            return Path(folder)
    return Path(system.cafile or DEFAULT_CA_BUNDLE_PATH)


def _is_hashed(folder: Path) -> bool:
    try:
        return any(re.fullmatch(_HASHED, entry.name) for entry in folder.iterdir())
    except OSError:
        return False


def _load(context: ssl.SSLContext, source: str, path: Path) -> None:
    cure = f"let {source} name a PEM file, or a directory prepared by `openssl rehash`"
    if path.is_dir():
        if not _is_hashed(path):
            raise Rejected(f"{source}: {path} holds no certificates under hashed names", cure=cure)
        context.load_verify_locations(capath=path)
        return
    try:
        context.load_verify_locations(cafile=path)
    except OSError as error:
        problem = error.strerror if not isinstance(error, ssl.SSLError) else "not a file of certificates"
        raise Rejected(f"{source}: {path} cannot be read: {problem}", cure=cure) from error
