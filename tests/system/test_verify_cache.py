"""A cache between the status site and its readers: Debian's nginx, which keeps what it was given for a while."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.system.test_verify import URGENT
from tests.web.conftest import free_port, give_up, ready, running

CONFIG = """daemon off; {user} pid {work}/pid; error_log {work}/error.log; events {{}}
http {{
    access_log off; default_type text/html; charset utf-8;
    types {{ text/html html; text/calendar ics; application/xml xml; application/json json; }}
    client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
    proxy_cache_path {work}/kept keys_zone=kept:1m;
    server {{ listen unix:{work}/site; root {public}; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://unix:{work}/site:; proxy_cache kept; proxy_cache_valid 200 {seconds}s;
            proxy_cache_key {key}; proxy_ignore_headers Cache-Control Expires;
        }}
    }}
}}
"""


@pytest.fixture
def cached(announce: Any, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """The status site behind a cache that keeps pages for so many seconds, by a key."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if not program:
        give_up("nginx is missing (apt-get install nginx-light)")
    work, public, port = tmp_path / "nginx", announce.config.parent / "public", free_port()
    work.mkdir()
    for folder in (work, *work.parents):
        if os.access(folder, os.W_OK) and folder.is_relative_to("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    with ExitStack() as served:

        def serve(seconds: int, key: str) -> None:
            user = "user root;" if os.geteuid() == 0 else ""
            (work / "nginx.conf").write_text(
                CONFIG.format(user=user, work=work, public=public, port=port, seconds=seconds, key=key)
            )
            site = announce.config.read_text().partition('permalink = "')[2].partition("{ref}")[0]
            announce.edit(lambda text: text.replace(site, f"http://127.0.0.1:{port}/"))
            served.enter_context(running([program, "-c", str(work / "nginx.conf"), "-p", str(work)]))
            ready(f"http://127.0.0.1:{port}")

        yield serve


def feed(announce: Any, ref: str, *words: str) -> tuple[int, dict[str, Any]]:
    ran = announce("verify", ref, "--json", *words)
    [row] = [row for row in ran.json["channels"] if row["channel"] == "feed"]
    return ran.code, row


def test_a_cache_that_keeps_the_old_page_is_named_and_waited_for(announce: Any, cached: Any) -> None:
    cached(4, "$request_uri")
    ref = announce(*URGENT).json["ref"]
    assert feed(announce, ref)[0] == 0
    announce("cancel", "--yes")
    code, row = feed(announce, ref)
    assert (code, row["why"]) == (7, "a cache on the way still shows what was there before")
    code, row = feed(announce, ref, "--wait", "1m")
    assert (code, row["visible"], row["why"]) == (0, True, None)
    assert row["seconds"] >= 1


def test_a_cache_that_nobody_gets_past_shows_an_earlier_text(announce: Any, cached: Any) -> None:
    cached(600, "$uri")
    ref = announce(*URGENT).json["ref"]
    assert feed(announce, ref)[0] == 0
    announce("cancel", "--yes")
    code, row = feed(announce, ref)
    assert (code, row["why"]) == (7, "strangers read an earlier text there")
