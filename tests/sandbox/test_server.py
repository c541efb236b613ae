"""The server under clients as they are, and the sandbox as an object."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

import announce_sandbox
from announce_sandbox import start

SOURCES = sorted(Path(announce_sandbox.__file__).parent.glob("*.py"))


def connected(sandbox):
    host, port = sandbox.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def test_fifty_clients_at_once_are_served(sandbox, publish):
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: publish("facebook", f"Nr. {number}"), range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({post.remote_id for post in sandbox.posts("facebook")}) == 50


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"POST /wordpress/wp-json/wp/v2/posts HTTP/1.1\r\n",
        b"POST /wordpress/wp-json/wp/v2/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x00\xa5",
    ],
    ids=["nothing", "half a head", "half a body", "no wait for the answer", "TLS"],
)
def test_a_client_that_vanishes_harms_nobody_and_says_nothing(sandbox, capfd, publish, sent):
    for _ in range(5):
        with connected(sandbox) as connection:
            connection.sendall(sent)
    assert publish("wordpress").ok
    assert len(sandbox.posts()) == 1
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "head",
    ["Transfer-Encoding: chunked", "Content-Length: 99999999", "Content-Length: -1", "Content-Length: x"],
)
def test_a_body_without_a_bearable_length_is_refused(sandbox, head):
    with connected(sandbox) as connection:
        connection.sendall(f"POST /http/news HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_connection_may_be_used_again(sandbox):
    with requests.Session() as session:
        for _ in range(3):
            assert session.get(f"{sandbox.url}/posts.json", timeout=5).status_code == 200


def test_calls_are_kept_as_they_came(sandbox, publish, wordpress):
    publish("whmcs")
    wordpress("GET", "/wp/v2/users/me", params={"context": "edit"})
    assert [(call.platform, call.verb, call.method, call.path) for call in sandbox.calls] == [
        ("whmcs", "create", "POST", "/whmcs/includes/api.php"),
        ("wordpress", "identity", "GET", "/wordpress/wp-json/wp/v2/users/me"),
    ]
    told = requests.get(f"{sandbox.url}/calls.json", timeout=5).json()["calls"]
    assert [call["verb"] for call in told] == ["create", "identity"]
    assert "Password" not in str(told)


def test_what_nobody_answers_is_404(sandbox):
    assert requests.get(f"{sandbox.url}/mastodon/api", timeout=5).status_code == 404
    assert requests.post(sandbox.url, timeout=5).status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.net", "::1", ""])
def test_it_listens_on_loopback_alone(host):
    with pytest.raises(ValueError, match="sandbox listens"):
        start(host=host)


def test_a_port_can_be_chosen_and_is_free_again_after_stopping():
    with start() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            start(port=port)
    with start(port=port) as second:
        assert second.url == first.url
    second.stop()


def test_stopping_leaves_no_thread_behind():
    before = set(threading.enumerate())
    with start() as sandbox, requests.Session() as session:
        session.get(sandbox.url, timeout=5)
    started = set(threading.enumerate()) - before
    for thread in started:
        thread.join(2)
    assert not [thread for thread in started if thread.is_alive()]


def test_two_sandboxes_know_nothing_of_each_other(sandbox, publish):
    publish("wordpress")
    with start() as other:
        assert other.posts() == []
        assert other.url != sandbox.url


def test_credentials_are_named_as_the_settings_are(sandbox):
    assert {name: tuple(keys) for name, keys in sandbox.credentials.items()} == {
        "wordpress": ("username", "password"),
        "whmcs": ("identifier", "secret"),
        "facebook": ("page_id", "access_token"),
        "twitter": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
        "http": ("username", "password", "token", "hmac_secret"),
    }
    assert {name: tuple(keys) for name, keys in sandbox.readers.items()} == {
        name: tuple(keys) for name, keys in sandbox.credentials.items()
    }
    with pytest.raises(KeyError, match="no double for 'feed'"):
        sandbox.base_url("feed")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_it_shares_no_mistakes(source):
    """The standard library alone: neither the adapters' code nor the libraries they speak through."""
    imported = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) <= {"announce_sandbox"}


def test_it_starts_with_the_standard_library_alone():
    folder = Path(announce_sandbox.__file__).parents[1]
    program = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); from announce_sandbox import start; start().stop()"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True, timeout=30)
