"""The mounted folder."""

from __future__ import annotations

import socket

import pytest
import requests


@pytest.fixture
def folder(tmp_path, sandbox):
    public = tmp_path / "public"
    (public / "CMO-7K3M").mkdir(parents=True)
    (public / "CMO-7K3M" / "index.html").write_text("<p>Störung</p>", encoding="utf-8")
    (public / "rss.xml").write_text("<rss/>")
    (public / ".rss.xml.tmp").write_text("half")
    (tmp_path / "secret").write_text("secret")
    (public / "link").symlink_to(tmp_path / "secret")
    assert sandbox.serve(public) == f"{sandbox.url}/site/"
    return public


def get(sandbox, path):
    return requests.get(f"{sandbox.url}{path}", timeout=5)


def raw_get(sandbox, path):
    """As it stands: requests would tidy the path up."""
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("path", "media_type", "text"),
    [
        ("/site/rss.xml", "application/xml", "<rss/>"),
        ("/site/CMO-7K3M/", "text/html; charset=utf-8", "<p>Störung</p>"),
        ("/site/CMO-7K3M/index.html", "text/html; charset=utf-8", "<p>Störung</p>"),
    ],
)
def test_files_are_served_with_their_media_type(sandbox, folder, path, media_type, text):
    answer = get(sandbox, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    assert answer.content.decode() == text


def test_a_folder_without_its_slash_leads_to_the_one_with(sandbox, folder):
    assert get(sandbox, "/site/CMO-7K3M").url == f"{sandbox.url}/site/CMO-7K3M/"


def test_a_folder_without_an_index_is_listed_without_its_hidden_files(sandbox, folder):
    text = get(sandbox, "/site/").text
    assert 'href="CMO-7K3M/"' in text
    assert 'href="rss.xml"' in text
    assert ".tmp" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/site/../secret",
        "/site/%2e%2e/secret",
        "/site/CMO-7K3M/../../secret",
        "/site//../secret",
        "/site/link",
        "/site/.rss.xml.tmp",
        "/site/%00",
        "/site//etc/passwd",
        "/site/nothing",
    ],
)
def test_nothing_outside_the_folder_and_nothing_hidden_is_served(sandbox, folder, path):
    answer = raw_get(sandbox, path)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"secret" not in answer
    assert b"root:" not in answer


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_folder_cannot_be_written(sandbox, folder, method):
    assert requests.request(method, f"{sandbox.url}/site/rss.xml", data="x", timeout=5).status_code == 405
    assert (folder / "rss.xml").read_text() == "<rss/>"


def test_without_a_folder_there_is_nothing(sandbox):
    assert get(sandbox, "/site/").status_code == 404


def test_the_overview_links_to_the_feed_once_it_is_there(sandbox, folder):
    assert 'href="/site/rss.xml"' in get(sandbox, "/").text
    (folder / "rss.xml").unlink()
    assert 'href="/site/rss.xml"' not in get(sandbox, "/").text
