"""``announce check``: quiet where nobody has to act, and what it may put right by itself."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from announce_sandbox import Sandbox

LEDGER = 'ledger = "sqlite:///state/ledger.db"'


def test_quiet_is_silent_until_somebody_must_act(announce: Any, sandbox: Sandbox) -> None:
    assert announce.urgent().code == 0
    sandbox.serve(announce.config.parent / "public")
    assert announce("ledger", "backup", str(announce.config.parent / "copy.db")).code == 0
    announce.edit(
        lambda text: text.replace(
            "[publisher]\n",
            '[publisher]\ncontact = "+49 30 1"\nlinks = { Impressum = "https://example.net/" }\n',
            1,
        )
    )
    ran = announce("check", "--quiet", "--no-billed")
    assert (ran.code, ran.stdout, ran.stderr) == (0, "", "")
    assert announce("check", "--quiet", "--json").json["channels"] == []

    (announce.config.parent / "secrets" / "blog-password").write_text("wrong", encoding="utf-8")
    ran = announce("check", "--quiet")
    assert ran.code == 4
    assert [line for line in ran.stdout.splitlines() if not line.startswith(" ")] == [
        line for line in ran.stdout.splitlines() if line.startswith("blog ")
    ]
    assert "hint: " in ran.stdout


def test_quiet_says_what_only_warns(announce: Any) -> None:
    """Without contact and imprint the feed's pages warn: nothing is refused, and somebody has to act."""
    announce.edit(lambda text: "\n".join(one for one in text.splitlines() if not one.startswith("contact")))
    ran = announce("check", "--quiet")
    assert ran.code == 0
    assert "feed " in ran.stdout
    assert "warning: " in ran.stdout
    assert "note: " not in ran.stdout
    assert "blog " not in ran.stdout


def test_what_is_safe_is_put_right_and_said(announce: Any, tmp_path: Path) -> None:
    folder = announce.config.parent
    secret, linked = folder / "secrets" / "blog-password", folder / "secrets" / "facebook-token"
    secret.chmod(0o644)
    linked.chmod(0o640)
    os.link(linked, folder / "another-name")
    announce.edit(lambda text: text.replace('ledger = "sqlite:///ledger.db"', LEDGER))
    assert announce("check").code == 2
    ran = announce("check", "--fix")
    assert ran.stderr.count("fixed: ") == 2, ran.stderr
    assert "mode 0644 is 0600 now" in ran.stderr
    assert f"{folder / 'state'}: made" in ran.stderr
    assert secret.stat().st_mode & 0o777 == 0o600
    assert (folder / "state").stat().st_mode & 0o777 == 0o700
    assert linked.stat().st_mode & 0o777 == 0o640, "it has another name, which is not ours to change"
    assert ran.code == 2
    assert re.search(r"(?m)^facebook +no secret ", ran.stdout)
    assert "fixed: " not in announce("check", "--fix").stderr


class Web(ThreadingHTTPServer):
    """What strangers are served: the site's folder, or nothing of it; and a hub that only takes what is sent."""

    def __init__(self, folder: Path) -> None:
        self.is_well = True
        self.ahead = 0.0
        served = self

        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *words: Any) -> None:
                super().__init__(*words, directory=str(folder))

            def do_GET(self) -> None:
                if self.path.startswith("/hub"):
                    return self.send_error(405 if served.is_well else 503)
                return super().do_GET() if served.is_well else self.send_error(404)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string((timestamp or time.time()) + served.ahead)

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def web(announce: Any) -> Iterator[Web]:
    """In place of the feed's address and hub."""
    server = Web(announce.config.parent / "public")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    place = f"http://127.0.0.1:{server.server_address[1]}"
    announce.edit(
        lambda text: re.sub(r'(?m)^url = "[^"]*"', f'hub = "{place}/hub"\nurl = "{place}/"', text, count=1)
    )
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_site_and_hub_are_looked_at_as_strangers_do(announce: Any, web: Web) -> None:
    """Before anything is written there is no site to look at; what strangers miss warns, and refuses nothing."""
    first = announce("check", "--json", "--no-billed").json
    assert [(one["what"], one["seen"]) for one in first["outside"]] == [("feed, hub", True)]
    assert announce.urgent("--only", "feed").code == 0
    well = announce("check", "--json", "--no-billed").json
    assert [(one["what"], one["seen"]) for one in well["outside"]] == [
        ("feed, site", True),
        ("feed, hub", True),
    ]
    web.is_well = False
    ran = announce("check", "--quiet", "--no-billed")
    assert ran.code == 0
    assert re.search(r"(?m)^feed, site +not seen +http://127", ran.stdout)
    assert "strangers get 404 at " in ran.stdout
    assert "point your web server at public" in ran.stdout
    assert "the hub answers 503" in ran.stdout


@pytest.mark.parametrize(
    ("ahead", "code", "said"),
    [
        (0, 0, "compared with feed"),
        (300, 0, "warning: this machine's clock is [45] min behind"),
        (-7200, 2, "error: this machine's clock is 2 h ahead of"),
    ],
)
def test_a_clock_that_is_off_is_a_row_of_its_own(
    announce: Any, web: Web, ahead: float, code: int, said: str
) -> None:
    """Whatever answers tells the time: here the site alone."""
    announce.edit(lambda text: re.sub(r"(?m)^(type = \"(?!feed).*)$", r"\1\nenabled = false", text))
    assert announce.urgent().code == 0
    web.ahead = ahead
    ran = announce("check")
    assert ran.code == code, ran
    row, *below = ran.stdout.partition("\nclock")[2].splitlines()
    assert row.split()[0] == ("wrong" if ahead else "right")
    assert re.search(said, " ".join(" ".join([row, *below]).split()))
    assert ("timedatectl set-ntp true" in ran.stdout) == bool(ahead)
    told = announce("check", "--json").json["clock"]
    assert abs(told["ahead"] + ahead) < 30
    quiet = announce("check", "--quiet").stdout
    assert bool(re.search(r"(?m)^clock +wrong", quiet)) == bool(ahead)
