"""What an address in the configuration may look like."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from publisher.settings.urls import (
    BaseUrl,
    UrlFault,
    checked_domain,
    checked_permalink,
    checked_url,
    is_loopback,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://blog.example.net", "https://blog.example.net"),
        ("https://blog.example.net/", "https://blog.example.net"),
        ("https://blog.example.net/shop//", "https://blog.example.net/shop"),
        ("HTTPS://Blog.Example.NET/Shop", "https://blog.example.net/Shop"),
        ("https://example.net:8443/a", "https://example.net:8443/a"),
        ("https://example.net:", "https://example.net"),
        ("https://straße.example/", "https://xn--strae-oqa.example"),
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("https://example.net/störung", "https://example.net/st%C3%B6rung"),
        ("https://example.net/a%20b", "https://example.net/a%20b"),
        ("https://my_host.example.net", "https://my_host.example.net"),
        ("https://[2001:DB8::1]:443/x", "https://[2001:db8::1]:443/x"),
        ("https://192.0.2.7", "https://192.0.2.7"),
        ("http://127.0.0.1:8080/wordpress", "http://127.0.0.1:8080/wordpress"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:1234/", "http://[::1]:1234"),
        ("http://LOCALHOST/", "http://localhost"),
    ],
)
def test_a_base_url_is_kept_in_its_plain_form(typed: str, kept: str) -> None:
    assert checked_url(typed) == kept
    assert checked_url(kept) == kept


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "no web address"),
        ("blog.example.net", "no web address"),
        ("localhost:8080", "no web address"),
        ("ftp://example.net", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("javascript://example.net/%0aalert(1)", "no web address"),
        ("https:/example.net", "no web address"),
        ("https:///path", "names no host"),
        ("http://example.net", "http:// to another machine"),
        ("http://10.0.0.1", "http:// to another machine"),
        ("http://localhost.example.net", "http:// to another machine"),
        ("http://127.0.0.1.example.net", "http:// to another machine"),
        ("http://[::ffff:127.0.0.1]", "http:// to another machine"),
        ("http://127.1", "no valid IPv4"),
        ("http://2130706433", "no valid IPv4"),
        ("https://300.1.1.1", "no valid IPv4"),
        ("https://user:hunter2@example.net", "user name or a password"),
        ("https://@example.net", "user name or a password"),
        ("https://example.net/?page=1", "query or a fragment"),
        ("https://example.net/?", "query or a fragment"),
        ("https://example.net/#top", "query or a fragment"),
        ("https://example.net#", "query or a fragment"),
        ("https://example.net:0", "no valid port"),
        ("https://example.net:99999", "no valid port"),
        ("https://example.net:https", "no valid port"),
        ("https://[::1", "cannot be read"),
        ("https://[fe80::1%25eth0]", "IPv6"),
        ("https://example..net", "no valid host name"),
        ("https://-example.net", "no valid host name"),
        ("https://exa%6dple.net", "no valid host name"),
        ("https://" + "a" * 64 + ".net", "no valid host name"),
        ("https://ex ample.net", "U+0020"),
        (" https://example.net", "U+0020"),
        ("https://example.net\n", "U+000A"),
        ("https://example.net/\t", "U+0009"),
        ("https://example.net/\x00", "U+0000"),
        ("https://example.net/\u202egpj", "U+202E"),
        ("https://example\u200b.net", "U+200B"),
        ("https://good.example\\@evil.example", "U+005C"),
        ("https://example.net/\ud800", "U+D800"),
        ("https://example.net/" + "a" * 2000, "2020 characters"),
    ],
)
def test_any_other_base_url_is_refused_with_a_cure(typed: str, problem: str) -> None:
    with pytest.raises(UrlFault, match=problem.replace("+", r"\+")) as caught:
        checked_url(typed)
    assert caught.value.cure
    assert "hunter2" not in f"{caught.value} {caught.value.cure}"


@settings(deadline=None)
@given(st.text(alphabet="htps:/@[]?#.%\\ 127:0aé\u202e{}", max_size=40))
def test_whatever_passes_once_passes_again_unchanged(text: str) -> None:
    try:
        kept = checked_url(f"https://{text}")
    except UrlFault:
        return
    assert checked_url(kept) == kept
    assert kept.isascii()


def test_a_settings_model_refuses_with_the_fault_itself() -> None:
    adapter = TypeAdapter(BaseUrl)
    assert adapter.validate_python("https://example.net/") == "https://example.net"
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python("http://example.net")
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], UrlFault)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://status.example.net/{ref}/", "https://status.example.net/{ref}/"),
        ("http://status.example.net/{slug}", "http://status.example.net/{slug}"),
        ("https://Status.example.net/?id={ref}#{slug}", "https://status.example.net/?id={ref}#{slug}"),
        ("https://störung.example/{ref}/", "https://xn--strung-xxa.example/{ref}/"),
    ],
)
def test_a_permalink_names_its_announcement(typed: str, kept: str) -> None:
    assert checked_permalink(typed) == kept
    assert checked_permalink(typed).format(ref="CMO-7K3M", slug="cmo-7k3m").count("{") == 0


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("https://status.example.net/", "same for all"),
        ("https://status.example.net/{reference}", "neither"),
        ("https://status.example.net/{ref}/{0}", "neither"),
        ("https://status.example.net/{ref.__class__}", "neither"),
        ("https://status.example.net/{ref!r}", "neither"),
        ("https://status.example.net/{{ref}}", "neither"),
        ("https://status.example.net/{ref}/}", "neither"),
        ("https://{ref}.example.net/{ref}", "no valid host"),
        ("https://me:secret@status.example.net/{ref}", "user name"),
        ("ftp://status.example.net/{ref}", "no web address"),
        ("/{ref}", "no web address"),
    ],
)
def test_a_permalink_that_names_none_or_something_else_is_refused(typed: str, problem: str) -> None:
    with pytest.raises(UrlFault, match=problem):
        checked_permalink(typed)


def test_a_domain_is_kept_in_lower_case_and_ascii() -> None:
    assert checked_domain("Example.NET") == "example.net"
    assert checked_domain("müller.example") == "xn--mller-kva.example"


@pytest.mark.parametrize(
    "typed", ["", "example", "https://example.net", "a@example.net", "ex ample.net", "a..b"]
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(UrlFault):
        checked_domain(typed)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.255.0.3", "[::1]"])
def test_loopback_hosts(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["example.net", "10.0.0.1", "0.0.0.0", "[::]", "[2001:db8::1]", "localhost.net"]
)
def test_other_hosts(host: str) -> None:
    assert not is_loopback(host)
