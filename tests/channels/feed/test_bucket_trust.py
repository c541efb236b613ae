"""S3 is boto3's own connection: what of the trust rules holds there, against sockets that misbehave."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from announce_channels.feed.storage import bucket as module
from announce_channels.feed.storage.bucket import BucketStorage
from publisher.model.outcome import ChannelError, Rejected
from tests.channels.feed.saying import Publisher

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIACANARY7F3A",
    "AWS_SECRET_ACCESS_KEY": "canary-secret-key",
    "AWS_SESSION_TOKEN": "canary-session-token",
}
PUBLIC = "https://api.example.test"
"""Resolved by nobody but the proxy."""


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), str(tmp_path / "none"))
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**KEYS, **files, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def storage(tmp_path: Path) -> Callable[..., BucketStorage]:
    def make(endpoint: str, *, internal: bool = False, **lent: Any) -> BucketStorage:
        context = replace(Publisher(tmp_path)._context(), state=str(tmp_path), **lent)
        return BucketStorage("s3://status", context, endpoint=endpoint, timeout=5, internal=internal)

    return make


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_no_request_to_another_host(hostile: Any, storage: Any, status: int) -> None:
    elsewhere = hostile("ok")
    server = hostile("redirect", status=status, location=f"{elsewhere.url}/steal")

    for act in (lambda: storage(server.url).look("rss.xml"), storage(server.url).probe):
        # boto3's own client stumbles over a 303, and says so
        told = rf"leads to 127\.0\.0\.1 \({status}\)" if status != 303 else "^s3://status: "
        with pytest.raises(ChannelError, match=told):
            act()

    assert server.connections == 2
    assert elsewhere.connections == 0


@pytest.mark.parametrize("behaviour", ["huge_body", "endless_body", "endless_chunked"])
def test_what_is_answered_without_an_end_is_read_only_so_far(
    hostile: Any, storage: Any, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1_000_000)

    with pytest.raises(ChannelError, match=r"s3://status: rss\.xml has more than 1000000 bytes"):
        storage(hostile(behaviour, status=200).url).look("rss.xml")


def test_what_boto3_finds_by_itself_is_masked(hostile: Any, storage: Any) -> None:
    hidden: list[str] = []

    with pytest.raises(ChannelError, match=r"is no S3: it took .* without an ETag"):
        storage(hostile("html200").url, conceal=hidden.append).probe()

    assert set(KEYS.values()) <= set(hidden)


def test_the_named_authority_is_trusted_and_no_other(
    hostile: Any, storage: Any, certificate: Any, server_tls: Any
) -> None:
    server = hostile("ok", status=200, tls=server_tls())

    with pytest.raises(ChannelError, match="SSL"):
        storage(server.url).look("rss.xml")
    assert not server.received

    assert storage(server.url, ca_bundle=str(certificate("ca.pem"))).look("rss.xml")
    assert server.received[0].method == "GET"


def test_a_name_that_leads_into_a_network_of_ones_own_is_refused_unless_that_is_meant(
    hostile: Any, storage: Any, certificate: Any, server_tls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = hostile("ok", status=200, tls=server_tls())
    nearby = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", server.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: nearby)
    trusting = {"ca_bundle": str(certificate("ca.pem"))}

    for act in (storage(PUBLIC, **trusting).probe, lambda: storage(PUBLIC, **trusting).look("rss.xml")):
        with pytest.raises(Rejected, match=r"api\.example\.test leads to 127\.0\.0\.1, which is") as refused:
            act()
        assert "internal = true" in str(refused.value.cure)
    assert server.connections == 0

    assert storage(PUBLIC, internal=True, **trusting).look("rss.xml")
    assert server.connections == 1


@pytest.mark.parametrize("excepted", [False, True])
def test_the_proxy_of_the_environment_tunnels_unless_it_is_excepted(
    hostile: Any,
    connect_proxy: Any,
    storage: Any,
    certificate: Any,
    server_tls: Any,
    monkeypatch: pytest.MonkeyPatch,
    excepted: bool,
) -> None:
    server = hostile("ok", status=200, tls=server_tls())
    proxy = connect_proxy(server.port)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "example.test" if excepted else "example.net")
    bucket = storage(PUBLIC, ca_bundle=str(certificate("ca.pem")))

    if excepted:
        with pytest.raises(ChannelError):
            bucket.look("rss.xml")
        assert proxy.requests == []
        return
    assert bucket.look("rss.xml")
    assert proxy.requests[0].startswith("CONNECT api.example.test:443 ")
    assert "CANARY" not in "".join(proxy.requests).upper()
