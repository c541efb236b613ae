from __future__ import annotations

import pytest

from publisher.model.outcome import Rejected
from publisher.transport.proxies import proxy_for

PROXY = "http://proxy.example.test:3128"
HOST = "api.example.test"


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": PROXY}, "the proxy proxy.example.test:3128"),
        (
            {"https_proxy": PROXY, "HTTPS_PROXY": "http://other.example.test"},
            "the proxy proxy.example.test:3128",
        ),
        ({"ALL_PROXY": PROXY}, "the proxy proxy.example.test:3128"),
        ({"all_proxy": PROXY, "HTTPS_PROXY": "http://other.example.test"}, "the proxy other.example.test:80"),
        ({"HTTPS_PROXY": "proxy.example.test:3128"}, "the proxy proxy.example.test:3128"),
        ({"HTTPS_PROXY": "https://proxy.example.test"}, "the proxy proxy.example.test:443"),
        ({"HTTPS_PROXY": "http://[::1]:3128"}, "the proxy ::1:3128"),
        ({"HTTP_PROXY": PROXY}, None),
    ],
)
def test_the_environment_names_the_proxy(environ: dict[str, str], place: str | None) -> None:
    proxy = proxy_for(HOST, 443, environ)
    assert (proxy.place if proxy else None) == place


@pytest.mark.parametrize(
    ("no_proxy", "host", "excepted"),
    [
        ("*", HOST, True),
        (HOST, HOST, True),
        ("example.test", HOST, True),
        (".example.test", HOST, True),
        ("EXAMPLE.test", "API.Example.Test", True),
        ("other.test, example.test", HOST, True),
        ("other.test example.test", HOST, True),
        ("api.example.test:443", HOST, True),
        ("example.test:443", HOST, True),
        ("api.example.test:8443", HOST, False),
        ("ample.test", HOST, False),
        ("pi.example.test", HOST, False),
        ("", HOST, False),
        (",, ,", HOST, False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("fd00::/8", "fd00::1", True),
        ("10.0.0.0/8", HOST, False),
        ("10.0.0.0/99", "10.1.2.3", False),
    ],
)
def test_no_proxy_excepts_hosts_domains_and_networks(no_proxy: str, host: str, excepted: bool) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        assert (proxy_for(host, 443, {"HTTPS_PROXY": PROXY, name: no_proxy}) is None) is excepted


@pytest.mark.parametrize(
    "value", ["socks5://proxy.example.test", "http://", "http://proxy:port", "http://[", "ftp://x"]
)
def test_a_proxy_that_cannot_be_used_is_rejected_unless_the_host_is_excepted(value: str) -> None:
    with pytest.raises(Rejected, match="ALL_PROXY is not the address"):
        proxy_for(HOST, 443, {"ALL_PROXY": value})
    assert proxy_for(HOST, 443, {"ALL_PROXY": value, "NO_PROXY": HOST}) is None


def test_the_password_shows_in_no_repr_and_goes_into_the_header() -> None:
    proxy = proxy_for(HOST, 443, {"HTTPS_PROXY": "http://user:s%3Acret@proxy.example.test"})
    assert proxy
    assert proxy.password == "s:cret"
    assert proxy.authorization == "Basic dXNlcjpzOmNyZXQ="
    assert "cret" not in repr(proxy)
