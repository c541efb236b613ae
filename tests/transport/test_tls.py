from __future__ import annotations

import ssl
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publisher.model.outcome import NotSent, Rejected, Unknown
from publisher.settings.masking import Masker
from publisher.transport import Transport
from publisher.transport.trust import tls_context

SECRET = "canary-7f3a"  # travels in the query of every request, where libraries quote it from
SOON = 0.3
"""The time limit of the requests that hang, in seconds."""


# --- TLS ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("expired.pem", "certificate has expired"),
        ("wrong-name.pem", "not valid for '127.0.0.1'"),
        ("self-signed.pem", "self-signed certificate"),
    ],
)
@pytest.mark.parametrize("verify", [True, False])
def test_a_bad_certificate_is_rejected_whatever_the_caller_asks_for(
    hostile: Any, trusting: Transport, server_tls: Any, failure: Any, *, name: str, told: str, verify: bool
) -> None:
    server = hostile(tls=server_tls(name))
    error = failure(server, through=trusting, verify=verify)
    assert isinstance(error, Rejected)
    assert told in str(error)
    assert "ca_bundle" in (error.cure or "")
    assert server.received == []


def test_an_authority_that_nobody_named_is_not_trusted(hostile: Any, server_tls: Any, failure: Any) -> None:
    error = failure(hostile(tls=server_tls()))
    assert isinstance(error, Rejected)
    assert "unable to get local issuer certificate" in str(error)


@pytest.mark.parametrize("bundle", ["ca.pem", "hashed"])
@pytest.mark.parametrize("source", ["ca_bundle", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_named_authority_is_trusted(
    hostile: Any, certificate: Any, server_tls: Any, post: Any, *, bundle: str, source: str
) -> None:
    path = certificate(bundle)
    named = {"ca_bundle": path} if source == "ca_bundle" else {"environ": {source: str(path)}}
    transport = Transport(masker=Masker(), **{"environ": {"SSL_CERT_FILE": ""}, **named})
    assert post(hostile(tls=server_tls()), through=transport).status_code == 201


def test_the_setting_wins_over_the_environment(
    hostile: Any, certificate: Any, server_tls: Any, post: Any
) -> None:
    environ = {"REQUESTS_CA_BUNDLE": "/missing.pem"}
    transport = Transport(masker=Masker(), ca_bundle=certificate("ca.pem"), environ=environ)
    assert post(hostile(tls=server_tls()), through=transport).status_code == 201


def test_a_bundle_that_cannot_be_used_is_rejected_with_its_source(
    hostile: Any, post: Any, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    server = hostile("hang_in_tls")
    for variable, path, told in [
        ("REQUESTS_CA_BUNDLE", tmp_path / "no.pem", "no.pem cannot be read: No such file"),
        ("CURL_CA_BUNDLE", tmp_path / "empty.pem", "empty.pem cannot be read: not a file of certificates"),
        ("SSL_CERT_FILE", tmp_path, "holds no certificates under hashed names"),
    ]:
        with pytest.raises(Rejected, match=f"{variable}: .*{told}"):
            post(server, through=Transport(masker=Masker(), environ={variable: str(path)}))
    assert server.connections == 0


def test_certificates_are_loaded_once_for_all_sessions(
    hostile: Any, certificate: Any, server_tls: Any, post: Any, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(certificate("ca.pem").read_bytes())
    transport = Transport(masker=Masker(), ca_bundle=bundle, environ={})
    server = hostile(tls=server_tls())
    post(server, through=transport)
    bundle.unlink()
    assert transport.session("other", timeout=1).get(server.url).status_code == 201


def test_nothing_older_than_tls_1_2_is_spoken_and_everything_is_verified() -> None:
    context = tls_context(None, {})
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


# --- proxies ------------------------------------------------------------------------------------------------------

API = "https://api.example.test/posts"
"""Resolved by nobody but the proxy."""


def through(proxy_url: str, certificate: Callable[[str], Path], *, timeout: float = 5, **environ: str) -> Any:
    transport = Transport(
        masker=Masker(), ca_bundle=certificate("ca.pem"), environ={"HTTPS_PROXY": proxy_url, **environ}
    )
    return transport.session("twitter", timeout=timeout)


def test_a_proxy_tunnels_and_sees_nothing_of_the_request(
    hostile: Any, connect_proxy: Any, certificate: Any, server_tls: Any
) -> None:
    server = hostile(tls=server_tls())
    proxy = connect_proxy(server.port)
    session = through(f"http://us%20er:p%40ss@127.0.0.1:{proxy.port}", certificate)
    assert session.post(API, json={}, headers={"Authorization": "Bearer token"}).status_code == 201
    assert proxy.requests == [
        "CONNECT api.example.test:443 HTTP/1.1\r\nHost: api.example.test:443\r\n"
        "Proxy-Authorization: Basic dXMgZXI6cEBzcw==\r\n\r\n"
    ]
    assert server.received[0].headers["host"] == "api.example.test"
    assert "proxy-authorization" not in server.received[0].headers


def test_a_proxy_may_itself_be_spoken_to_in_tls(
    hostile: Any, connect_proxy: Any, certificate: Any, server_tls: Any
) -> None:
    server = hostile(tls=server_tls())
    proxy = connect_proxy(server.port, tls=server_tls())
    session = through(f"https://localhost:{proxy.port}", certificate)
    assert session.post(API, json={}).json()["id"] == 17


@pytest.mark.parametrize(
    ("how", "told", "cure"),
    [
        ({"verdict": 407}, r"asks for other credentials \(407\)", "the password in HTTPS_PROXY"),
        ({"verdict": 403}, r"did not connect us to api\.example\.test \(403\)", "NO_PROXY"),
        ({"verdict": 502}, r"did not connect us to api\.example\.test \(502\)", "NO_PROXY"),
        ({"cut": True}, "TLS handshake with api.example.test failed", "https"),
        ({"mute": True}, "no connection to api.example.test within 0.3 s", None),
    ],
)
def test_a_failure_of_the_proxy_is_not_sent_and_shows_no_password(
    connect_proxy: Any, certificate: Any, how: dict[str, Any], told: str, cure: str | None
) -> None:
    proxy = connect_proxy(1, **how)
    with pytest.raises(NotSent, match=told) as caught:
        through(f"http://user:{SECRET}@127.0.0.1:{proxy.port}", certificate, timeout=SOON).post(API, json={})
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert (cure or "") in (caught.value.cure or "")


def test_a_dead_proxy_is_not_sent(hostile: Any, certificate: Any) -> None:
    dead = hostile("refuse")
    with pytest.raises(
        NotSent, match=f"the proxy 127.0.0.1:{dead.port} cannot be reached: Connection refused"
    ):
        through(f"http://user:{SECRET}@127.0.0.1:{dead.port}", certificate).post(API, json={})


def test_a_connection_lost_in_the_tunnel_after_the_request_is_unknown(
    hostile: Any, connect_proxy: Any, certificate: Any, server_tls: Any
) -> None:
    server = hostile("reset_after", tls=server_tls())
    session = through(f"http://127.0.0.1:{connect_proxy(server.port).port}", certificate)
    with pytest.raises(Unknown):
        session.post(API, json={})


def test_a_kind_of_proxy_that_cannot_be_used_is_rejected(certificate: Any) -> None:
    with pytest.raises(Rejected, match="HTTPS_PROXY is not the address of a proxy") as caught:
        through(f"socks5://user:{SECRET}@127.0.0.1:1", certificate).post(API, json={})
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_excepted_hosts_and_this_machine_go_without_the_proxy(
    hostile: Any, certificate: Any, server_tls: Any
) -> None:
    """Plain http:// leads to this machine, and a proxy's 127.0.0.1 is another one."""
    dead = f"http://127.0.0.1:{hostile('refuse').port}"
    excepted = through(dead, certificate, NO_PROXY="127.0.0.1")
    assert excepted.get(hostile(tls=server_tls()).url).status_code == 201
    plain = through(dead, certificate, HTTP_PROXY=dead, ALL_PROXY=dead)
    assert plain.get(hostile().url).status_code == 201
