"""Bad inputs in configuration, secrets, addresses, templates and the environment."""

from __future__ import annotations

import os
from pathlib import Path

from announce_sandbox import Fault
from tests.system.inputs.desk import WORDS, Desk, Play, assert_refused, configured, refused


def templated(says: str, name: str, text: str) -> Play:
    """A template that goes wrong is replaced by ours, and says where; a check refuses it by day."""

    def play(desk: Desk) -> None:
        plain = desk.dry(facts={})
        desk.template(name, text)
        ran = desk.dry(facts={})
        assert ran.code == 0, ran.stdout
        (warning,) = [one for one in ran.json["warnings"] if one["code"] == "template"]
        assert warning["channel"] == "facebook"
        assert says in warning["text"]
        before, after = (
            [row["post"]["body"].replace(said.json["ref"], "") for row in said.json["deliveries"]]
            for said in (plain, ran)
        )
        assert before == after

    return play


def linked_out_of_its_folder(desk: Desk) -> None:
    desk.template("other.txt", "x")
    secret = desk.folder / "secret.txt"
    secret.write_text("canary", encoding="utf-8")
    (desk.announce.config.with_name("own") / "de" / "text.txt").symlink_to(secret)
    ran = desk.dry(facts={})
    assert ran.code == 2
    assert "canary" not in ran.stdout + ran.stderr


def from_somebody_else(desk: Desk) -> None:
    """A template or a configuration that another user wrote, or could, is refused."""
    desk.template("text.txt", (Path(__file__).parents[3] / "templates" / "text.txt").read_text("utf-8"))
    template = desk.announce.config.with_name("own") / "de" / "text.txt"
    assert desk.dry(facts={}).code == 0
    template.chmod(0o646)
    assert_refused(desk, desk.dry(facts={}), "everybody on this machine may write")
    template.chmod(0o644)
    if os.geteuid() != 0:  # only root can give a file away
        return
    os.chown(template, 4321, -1)
    assert_refused(desk, desk.dry(facts={}), "belongs to another user (4321)")
    os.chown(desk.announce.config, 4321, -1)
    assert_refused(desk, desk.dry(facts={}), "belongs to another user (4321)")


NAMES = """
import socket
resolved = socket.getaddrinfo
def getaddrinfo(host, *words, **options):
    return resolved({address!r} if host == "blog.example.net" else host, *words, **options)
socket.getaddrinfo = getaddrinfo
"""


def leads_to(address: str, says: str, *, internal: bool = False) -> Play:
    """What comes of a host name that leads to ``address``; nothing listens there."""

    def play(desk: Desk) -> None:
        own = desk.sandbox.base_url("wordpress")
        key = "internal = true\n" if internal else ""
        desk.announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 1", 1))
        desk.announce.edit(
            lambda text: text.replace(f'base_url = "{own}"', f'{key}base_url = "https://blog.example.net:1"')
        )
        (desk.folder / "sitecustomize.py").write_text(NAMES.format(address=address), encoding="utf-8")
        path = os.pathsep.join([str(desk.folder), desk.announce.environ["PYTHONPATH"]])
        ran = desk.announce(
            "urgent", "Wartung", *WORDS, "--only", "blog", "--yes", "--json", environ={"PYTHONPATH": path}
        )
        (row,) = ran.json["deliveries"]
        assert says in row["error"], row
        assert row["state"] == ("retry_wait" if internal else "failed")
        assert desk.sandbox.calls == []

    return play


def secretive_whatever_the_environment(desk: Desk) -> None:
    secrets = [
        value for known in desk.sandbox.credentials.values() for value in known.values() if len(value) > 11
    ]
    for name in ("wordpress", "whmcs", "facebook", "twitter"):
        desk.sandbox.fault(name, Fault("401", times=9))
    loud = {"PYTHONWARNINGS": "default", "PYTHONDEVMODE": "1", "HTTPX_LOG_LEVEL": "debug", "DEBUG": "1"}
    for words in (("urgent", "Wartung", *WORDS, "--yes"), ("check",)):
        ran = desk.announce(*words, environ=loud)
        assert ran.code == 4, ran.stderr
        assert not [secret for secret in secrets if secret in ran.stdout + ran.stderr]


def one_secret(content: str, mode: int, says: str) -> Play:
    def play(desk: Desk) -> None:
        file = desk.announce.config.with_name("secrets") / "blog-password"
        file.write_text(content, encoding="utf-8")
        file.chmod(mode)
        ran = desk.announce("urgent", "Wartung", *WORDS, "--only", "blog", "--yes", "--json")
        assert ran.code in {2, 4}  # seen before the run, or by the one channel that needs it
        assert says in ran.stdout
        assert "hunter2hunter2" not in ran.stdout + ran.stderr
        assert desk.sandbox.calls == []

    return play


USER = 'username = "announce"\n'


PASSWORD = f'{USER}password = {{ file = "secrets/blog-password" }}'


ROWS: tuple[tuple[str, str, Play], ...] = (
    ("I20", "inline", configured("channels.blog.password", PASSWORD, f'{USER}password = "hunter2hunter2"')),
    ("I20", "for everybody to read", one_secret("hunter2hunter2", 0o644, "blog")),
    ("I20", "of two lines", one_secret("hunter2hunter2\nmore", 0o600, "blog")),
    ("I20", "empty", one_secret("", 0o600, "blog")),
    ("I21", "unknown key", configured("lokale: unknown key", "locale =", "lokale =")),
    ("I21", "unknown channel", refused("blog", *("Wartung", *WORDS, "--only", "blogg"))),
    ("I21", "channel twice", configured("", "[channels.facebook]", "[channels.blog]")),
    ("I21", "unknown type", configured("unknown channel type", 'type = "wordpress"', 'type = "wordpres"')),
    ("I22", "path", configured("channels", "[channels.blog]", '[channels."../x"]')),
    ("I22", "long", configured("channels", "[channels.blog]", f"[channels.{'a' * 300}]")),
    ("I22", "upper case", configured("channels", "[channels.blog]", "[channels.Blog]")),
    *(
        ("I23", scheme, configured("base_url", 'base_url = "http://127.0.0.1', f'base_url = "{scheme}'))
        for scheme in ("http://blog.example.net", "file:///etc", "ftp://127.0.0.1", "https://u:p@127.0.0.1")
    ),
    ("I23", "fragment", configured("base_url", '/wordpress"', '/wordpress#x"')),
    *(
        ("I24", host, configured("base_url", 'base_url = "http://127.0.0.1', f'base_url = "http://{host}'))
        for host in ("169.254.169.254", "10.0.0.1", "[::ffff:10.0.0.1]", "127.1", "2130706433", "0x7f.1")
    ),
    *(
        (
            "I24",
            f"a name for {address}",
            leads_to(
                address,
                f"leads to {address}, which is an internal address; if that is meant, write internal = true",
            ),
        )
        for address in (
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "fd00::1",
        )
    ),
    ("I24", "a name that is said to be internal", leads_to("127.0.0.1", "cannot be reached", internal=True)),
    ("I25", "loop", templated("de/text.txt", "text.txt", "{% for i in range(10000000) %}x{% endfor %}")),
    ("I25", "growth", templated("de/text.txt", "text.txt", "{{ 'a' * 500000000 }}")),
    ("I25", "recursion", templated("de/text.txt", "text.txt", "{% include 'de/text.txt' %}")),
    ("I25", "unknown name", templated("de/text.txt", "text.txt", "{{ nothing }}")),
    ("I25", "inside Python", templated("de/text.txt", "text.txt", "{{ ''.__class__.__mro__ }}")),
    ("I26", "outside", templated("de/text.txt", "text.txt", "{% include '../../secret.txt' %}")),
    ("I26", "link", linked_out_of_its_folder),
    ("I26", "owner", from_somebody_else),
    ("I30", "environment", secretive_whatever_the_environment),
)
