"""Every server that is documented gives readers the same: validators, media types, nothing that is not theirs."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from starlette.requests import Request
from starlette.responses import Response

from publisher.web.folder import ServedFolder
from tests.web.conftest import CALENDARS, CONFIG, FEEDS, ROOT, printed, words

TYPES = {
    "/": "text/html; charset=utf-8",
    "/CMO-7K3M/": "text/html; charset=utf-8",
    "/rss.xml": "application/rss+xml; charset=utf-8",
    "/atom.xml": "application/atom+xml; charset=utf-8",
    "/feed.json": "application/feed+json; charset=utf-8",
    "/rss-vps.xml": "application/rss+xml; charset=utf-8",
    "/atom-vps.xml": "application/atom+xml; charset=utf-8",
    "/feed-vps.json": "application/feed+json; charset=utf-8",
    **{f"/{name}": "text/calendar; charset=utf-8" for name in CALENDARS},
    "/style.css": "text/css; charset=utf-8",
    "/favicon.ico": "image/x-icon",
    "/opensearch.xml": "application/opensearchdescription+xml; charset=utf-8",
}


def get(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, timeout=5, allow_redirects=False)


@pytest.mark.parametrize("path", TYPES)
def test_a_file_has_its_media_type_and_every_header(server: str, path: str) -> None:
    answer = get(f"{server}{path}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].lower() == TYPES[path]
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in answer.headers
    assert path == "/favicon.ico" or "ä" in answer.content.decode()


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_names_its_hub_and_the_address_the_hub_knows_it_by(server: str, name: str) -> None:
    links = get(f"{server}/{name}").headers["Link"]
    assert requests.utils.parse_header_links(links) == [
        {"url": "https://hub.example.net/", "rel": "hub"},
        {"url": f"https://status.example.net/{name}", "rel": "self"},
    ]
    for other in ("", *CALENDARS, "CMO-7K3M/", "style.css", "opensearch.xml"):
        assert "Link" not in get(f"{server}/{other}").headers


@pytest.mark.parametrize(
    "path", ["/rss-x%3E%3B.xml", "/rss.xml%0d%0aX-Laid:%201", "/rss.xml%0a", "/rss-%0d%0a.xml"]
)
def test_nobody_writes_into_the_head_of_an_answer(server: str, path: str) -> None:
    answer = get(f"{server}{path}")
    assert answer.status_code in (400, 404)
    assert {"Link", "X-Laid"}.isdisjoint(answer.headers)


def test_who_comes_by_webcal_is_led_on(site: Path) -> None:
    assert "return 301 https://status.example.net$request_uri;" in printed(site, "nginx")
    assert "https://status.example.net {" in printed(site, "caddy")  # it leads http there by itself


def test_the_settings_do_not_ask_which_services_have_files(site: Path) -> None:
    for name in ("nginx", "caddy"):
        assert printed(site, name) == printed(site, name, config="services.toml")


@pytest.mark.parametrize("server", ["nginx", "caddy"])
def test_the_page_on_serving_shows_what_is_printed(server: str, tmp_path: Path) -> None:
    (tmp_path / "announce.toml").write_text(CONFIG.replace('"public"', '"/srv/status"'))
    page = (ROOT / "docs/serving.md").read_text()
    assert f"```{server}\n{printed(tmp_path / 'public', server)}```" in page


@pytest.mark.parametrize("server", ["nginx", "caddy"])
@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("directory", "my sites/{x}", "has a character that web servers read otherwise"),
        ("url", "https://www.example.net/status", "is a folder of a site"),
        ("directory", "s3://bucket", "no local folder"),
    ],
)
def test_what_cannot_be_written_into_settings_is_refused(
    server: str, key: str, value: str, says: str, tmp_path: Path
) -> None:
    config = tmp_path / "announce.toml"
    config.write_text(re.sub(f'{key} = ".*"', f'{key} = "{value}"', CONFIG))
    ran = subprocess.run(words(tmp_path / "x", "feed", server), cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 2
    assert says in ran.stderr


def test_gzip_is_given_to_those_who_take_it_and_caches_are_told(server: str, site: Path) -> None:
    packed = get(f"{server}/rss.xml", **{"Accept-Encoding": "gzip"})
    plain = get(f"{server}/rss.xml", **{"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.content == plain.content == (site / "rss.xml").read_bytes()
    if packed.headers.get("Server") != "Caddy":  # Debian's has one tag for both, and Vary keeps them apart
        assert packed.headers["ETag"] != plain.headers["ETag"]  # strong ones differ, and a weak one from them


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_who_has_it_gets_304_with_what_the_200_said(server: str, encoding: str) -> None:
    first = get(f"{server}/rss.xml", **{"Accept-Encoding": encoding})
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]

    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"x", {tag}'}, {"If-Modified-Since": date}):
        again = get(f"{server}/rss.xml", **{"Accept-Encoding": encoding, **headers})
        assert (again.status_code, again.content) == (304, b""), headers
        assert again.headers["ETag"].removeprefix("W/").strip('"').split("-gzip")[0] in tag
        assert again.headers["Cache-Control"] == "public, max-age=60"
        assert again.headers["Vary"] == first.headers["Vary"] == "Accept-Encoding"
        assert again.headers["Link"] == first.headers["Link"]
    later = format_datetime(parsedate_to_datetime(date) + timedelta(hours=1), usegmt=True)
    assert get(f"{server}/rss.xml", **{"If-Modified-Since": later}).status_code == 304
    assert get(f"{server}/rss.xml", **{"If-None-Match": '"x"', "If-Modified-Since": date}).status_code == 200
    assert parsedate_to_datetime(date).timestamp() <= parsedate_to_datetime(first.headers["Date"]).timestamp()


@pytest.mark.parametrize(
    "path",
    [
        "/.announce-manifest.json",
        "/../outside.html",
        "/%2e%2e/outside.html",
        "/..%2foutside.html",
        "/CMO-7K3M/../../outside.html",
        "/CMO-7K3M/.hidden",
        "/nothing",
        "/nothing/",
        "/link.html",
        "/linked/index.html",
        "/linked/",
        "/%00",
    ],
)
def test_nothing_else_is_shown(server: str, path: str) -> None:
    with closing(http.client.HTTPConnection(urlsplit(server).netloc, timeout=5)) as connection:
        connection.putrequest("GET", path)  # requests would tidy the path
        connection.endheaders()
        with closing(connection.getresponse()) as answer:
            if path.startswith("/link") and answer.headers["Server"] == "Caddy":
                assert "Caddy follows symbolic links" in (ROOT / "docs/serving.md").read_text()
                return
            assert answer.status in (400, 403, 404, 500)
            assert b"Wartung" not in answer.read()


def test_a_folder_leads_to_its_page_and_writing_is_refused(server: str) -> None:
    moved = get(f"{server}/CMO-7K3M")
    assert moved.status_code in (301, 308)
    assert moved.headers["Location"] == "/CMO-7K3M/"
    assert requests.post(f"{server}/rss.xml", data=b"x", timeout=5).status_code in (403, 405)
    head = requests.head(f"{server}/rss.xml", timeout=5)
    assert (head.status_code, head.content) == (200, b"")
    assert "ETag" in head.headers


def test_a_new_file_is_shown_at_once(server: str, site: Path) -> None:
    before = get(f"{server}/style.css")
    new = site / ".new"
    new.write_text(f"{before.text}/* more: nginx tells files of one second apart by their sizes */")
    os.utime(new, ns=(0, 10**18))  # older than the one it replaces, as after a restored backup
    new.rename(site / "style.css")

    after = get(f"{server}/style.css", **{"If-None-Match": before.headers["ETag"]})

    assert (after.status_code, after.text) == (200, (site / "style.css").read_text())
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_missing_extra_is_said_with_the_command_that_installs_it(site: Path, tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ImportError('gone', name='uvicorn')")
    words = [
        sys.executable,
        "-m",
        "publisher",
        "--config",
        str(site.parent / "announce.toml"),
        "feed",
        "serve",
    ]
    paths = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    ran = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths})

    assert ran.returncode == 2
    assert "uvicorn is needed, which is not installed" in ran.stderr
    assert "in a checkout: pipx install --force '.[serve]'; from a wheel: " in ran.stderr


def test_an_answer_does_not_wait_for_a_receipt(server: str) -> None:
    with closing(http.client.HTTPConnection(urlsplit(server).netloc, timeout=5)) as connection:
        quickest = min(_asked(connection) for _ in range(20))
    assert (
        quickest < 0.04
    )  # the kernel holds a second small packet back for 40 ms unless it is told otherwise


def _asked(connection: http.client.HTTPConnection) -> float:
    start = time.perf_counter()
    connection.request("GET", "/rss.xml")
    connection.getresponse().read()
    return time.perf_counter() - start


def answered(folder: Path, path: str, **headers: str) -> Response:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return ServedFolder(folder).answer(
        Request({"type": "http", "method": "GET", "path": path, "headers": raw})
    )


@pytest.mark.parametrize(
    ("offer", "packed"),
    [("*;q=0, gzip", True), ("gzip;q=0, *", False), ("*", True), ("br", False), ("gzip;q=0.000", False)],
)
def test_an_encoding_that_is_named_counts_before_any_encoding(
    tmp_path: Path, offer: str, packed: bool
) -> None:
    (tmp_path / "rss.xml").write_text("x" * 1000)
    response = answered(tmp_path, "/rss.xml", **{"accept-encoding": offer})
    assert (response.headers.get("Content-Encoding") == "gzip") is packed


def test_no_date_lies_ahead(tmp_path: Path) -> None:
    ahead = time.time() + 10**8
    (tmp_path / "rss.xml").write_text("x")
    os.utime(tmp_path / "rss.xml", (ahead, ahead))
    modified = answered(tmp_path, "/rss.xml").headers["Last-Modified"]
    assert parsedate_to_datetime(modified).timestamp() <= time.time()


def serving(config: Path) -> list[str]:
    return [sys.executable, "-m", "publisher", "--config", str(config), "feed", "serve", "--port", "0"]


def test_it_is_stopped_quietly(site: Path) -> None:
    with subprocess.Popen(
        serving(site.parent / "announce.toml"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert get(process.stdout.readline().split()[-1]).status_code == 200
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=10)
    assert (process.returncode, complaint) == (0, "")


def test_a_folder_that_is_not_there_is_not_served(site: Path, tmp_path: Path) -> None:
    config = tmp_path / "announce.toml"
    config.write_text((site.parent / "announce.toml").read_text())
    ran = subprocess.run(serving(config), capture_output=True, text=True, timeout=20)
    assert ran.returncode == 2
    assert "there is no folder" in ran.stderr
    assert f"it is made by: announce feed build --config {config}" in ran.stderr
