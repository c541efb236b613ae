"""A real Roundup takes posts through the `http` adapter, configured as docs/channels/http.md shows it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from msgspec.structs import replace

from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, ChangedByHand, Gone, NotSent, Rejected, Unknown
from publisher.model.post import Format

pytestmark = pytest.mark.real

DOCUMENT = Path(__file__).parents[2] / "docs/channels/http.md"
SITE, TRACKER = "https://tracker.example.net", "https://tracker.example.net/support"
"""As the documentation calls them."""
PASSWORD = "announce-password"


@pytest.fixture(scope="session")
def tracker(unavailable) -> Iterator[str]:
    """The address of a classic tracker with a user `announce`; not run as root, which Roundup refuses."""
    if importlib.util.find_spec("roundup") is None:
        unavailable("Roundup is not installed: pip install 'roundup>=2.6'")
    folder = Path(tempfile.mkdtemp(prefix="roundup."))
    port = free_port()
    url = f"http://127.0.0.1:{port}/support"
    try:
        installed(folder / "tracker", url)
        with (folder / "server.log").open("w") as log:
            server = subprocess.Popen(
                roundup(
                    "server",
                    *unprivileged(folder),
                    "-n",
                    "127.0.0.1",
                    "-p",
                    str(port),
                    f"support={folder}/tracker",
                ),
                stdout=log,
                stderr=log,
            )
        try:
            wait_for(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=10)
    finally:
        shutil.rmtree(folder)


def roundup(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", f"roundup.scripts.roundup_{program}", *arguments]


def installed(home: Path, url: str) -> None:
    def admin(*arguments: str) -> None:
        subprocess.run(roundup("admin", "-i", str(home), *arguments), check=True, capture_output=True)

    admin("install", "classic", "sqlite")
    config = home / "config.ini"
    text = config.read_text()
    for setting, value in {
        "#web = NO DEFAULT": f"web = {url}/",
        "#domain = NO DEFAULT": "domain = example.net",
        "#host = NO DEFAULT": "host = localhost",
        "\ndebug = \n": f"\ndebug = {home}/mail.txt\n",  # no mail leaves this machine
    }.items():
        assert text.count(setting) == 1, setting
        text = text.replace(setting, value)
    config.write_text(text)
    schema = home / "schema.py"
    schema.write_text(f"{schema.read_text()}\ndb.security.addPermissionToRole('User', 'Retire', 'msg')\n")
    admin("initialise", "admin-password")
    user = {"username": "announce", "password": PASSWORD, "roles": "User", "address": "announce@example.net"}
    admin("create", "user", *(f"{key}={value}" for key, value in user.items()))


def unprivileged(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    folder.chmod(0o755)
    subprocess.run(["chown", "-R", "nobody:nogroup", folder / "tracker"], check=True)
    return ["-u", "nobody", "-g", "nogroup"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    with requests.Session() as session:
        session.trust_env = False
        while server.poll() is None and time.monotonic() < until:
            try:
                session.get(f"{url}/", timeout=5)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return
    pytest.fail(f"Roundup did not start (exit code {server.poll()})")


@pytest.fixture
def center(engineer, tracker) -> Any:
    return opened(engineer, tracker)


def opened(engineer, tracker: str, *, password: str = PASSWORD, **changes: Any) -> Any:
    """The channel of the documentation, at our tracker's address instead of the example's."""
    engineer.environ["ANNOUNCE_ROUNDUP_PASSWORD"] = password
    return engineer.open("http", **(documented(tracker) | changes))


def documented(tracker: str) -> dict[str, Any]:
    block = re.search(r"<!-- tested: roundup -->\n```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert block
    text = block[1].replace(TRACKER, tracker).replace(SITE, tracker.removesuffix("/support"))
    channel = tomllib.loads(text)["channels"]["customer-center"]
    assert channel.pop("type") == "http"
    return channel


def text_post(engineer, **fields: Any) -> Any:
    return engineer.post(**({"format": Format.TEXT, "body": "Wartung am Montag um 22:30 Uhr"} | fields))


def test_a_post_is_published_found_and_read_by_customers(center, engineer, visitor):
    post = text_post(engineer, body='Störung 😀 {{ 7*7 }} <script>alert(1)</script> ]]> & "x"\nzweite Zeile')
    assert center.find(post) is None
    receipt = center.publish(post)
    assert receipt == center.find(post)
    page = visitor.get(receipt.url, timeout=10)
    assert page.status_code == 200
    assert "Störung 😀 {{ 7*7 }} &lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &amp;" in page.text


def test_another_update_of_the_announcement_is_not_taken_for_this_one(center, engineer):
    post = text_post(engineer, update=12)
    center.publish(post)
    assert center.find(text_post(engineer, ref=post.ref, update=1)) is None


def test_a_second_copy_is_noted(center, engineer):
    post = text_post(engineer)
    first, second = center.publish(post), center.publish(post)
    found = center.find(post)
    assert (found.remote_id, found.note) == (
        first.remote_id,
        f"published 2 times; delete the others: {second.url}",
    )


def test_a_post_is_edited_and_taken_down(center, engineer, visitor):
    post = text_post(engineer)
    receipt = center.publish(post)
    later = text_post(engineer, ref=post.ref, update=2, body="Wartung am Dienstag um 23:30 Uhr")
    edited = center.amend(receipt, later)
    assert "Dienstag um 23:30" in visitor.get(edited.url, timeout=10).text
    assert center.amend(receipt, later) == edited, "repeated, as after a lost answer"
    center.withdraw(edited)
    assert "23:30" not in visitor.get(edited.url, timeout=10).text
    center.withdraw(edited)
    assert center.find(post) is None
    with pytest.raises(Gone):
        center.amend(edited, post)


def test_what_a_colleague_changed_is_left_alone(center, engineer, tracker):
    post = text_post(engineer)
    receipt = center.publish(post)
    colleague = opened(engineer, tracker)
    colleague.amend(receipt, text_post(engineer, ref=post.ref, body=f"Ich war hier, um 7:00 ({post.ref})"))
    with pytest.raises(ChangedByHand):
        center.amend(receipt, text_post(engineer, ref=post.ref, body="Wartung am Dienstag um 23:30 Uhr"))


def test_a_deletion_that_only_retires_is_not_believed(engineer, tracker):
    post = text_post(engineer)
    headers = documented(tracker)["withdraw"]["headers"]
    retire = {"method": "DELETE", "path": "/rest/data/msg/{{ id }}", "headers": headers}
    center = opened(engineer, tracker, withdraw=retire)
    receipt = center.publish(post)
    with pytest.raises(Unknown, match="still public"):
        center.withdraw(receipt)


def test_what_is_not_there_any_more_is_gone_in_its_own_words(center, engineer):
    receipt = replace(center.publish(text_post(engineer)), remote_id="99999")
    center.withdraw(receipt)
    with pytest.raises(Gone):
        center.amend(receipt, text_post(engineer, update=2))


def test_check_proves_that_reading_works(center):
    identity = center.check()
    assert identity.may_publish is Permission.UNKNOWN
    assert "reading works" in identity.notes[0]


def test_a_wrong_password_is_told_as_such_by_every_verb(engineer, tracker):
    channel, post = opened(engineer, tracker, password="wrong-password"), text_post(engineer)
    for verb in (channel.check, lambda: channel.publish(post), lambda: channel.find(post)):
        with pytest.raises(BadCredentials):
            verb()


def test_without_its_headers_roundup_refuses_and_its_words_are_passed_on(engineer, tracker):
    publish = documented(tracker)["publish"] | {"headers": {}}
    with pytest.raises(Rejected, match="Required Header Missing"):
        opened(engineer, tracker, publish=publish).publish(text_post(engineer))


def test_a_tracker_that_is_down_was_sent_nothing(engineer):
    with pytest.raises(NotSent):
        opened(engineer, f"http://127.0.0.1:{free_port()}/support").publish(text_post(engineer))
