"""Channel types by name: ours, other packages', and why there is no e-mail."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.adapter import registry
from publisher.adapter.registry import (
    EMAIL_TYPES,
    TYPES,
    BrokenType,
    EmailRefused,
    UnknownType,
    adapter_for,
    settings_for,
)
from publisher.settings.channel import ChannelSettings

ADAPTER = """
from publisher.adapter.contract import ChannelSettings

class Settings(ChannelSettings):
    token: str = ""

class Pager:
    Settings = Settings

    @classmethod
    def capabilities(cls, settings): ...
    def check(self): ...
    def publish(self, post): ...
"""

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package that offers channel types, as pip would lay it down."""
    monkeypatch.syspath_prepend(tmp_path)
    registry.adapter_for.cache_clear()

    def install(package: str, offers: str, source: str = ADAPTER) -> Path:
        (tmp_path / f"{package}.py").write_text(source)
        metadata = tmp_path / f"{package}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[{registry.ENTRY_POINTS}]\n{offers}\n")
        return tmp_path

    return install


# --- our own ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_name", TYPES)
def test_each_type_of_ours_has_an_adapter_with_settings_and_verbs(type_name: str) -> None:
    adapter = adapter_for(type_name)
    assert issubclass(settings_for(type_name), ChannelSettings)
    assert settings_for(type_name) is adapter.Settings
    assert all(callable(getattr(adapter, verb)) for verb in ("capabilities", "check", "publish"))


@pytest.mark.parametrize("type_name", TYPES)
def test_an_adapter_is_known_without_its_platforms_library(type_name: str) -> None:
    """In a process of its own: this one has imported them long ago."""
    heavy = ["requests", "urllib3", "tweepy", "facebook", "feedgen", "lxml", "jinja2", "babel", "rich"]
    code = f"""
import sys
from publisher.adapter.registry import settings_for
settings_for({type_name!r})
print(*(name for name in {heavy!r} if name in sys.modules))
"""
    paths = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=paths)
    assert (ran.returncode, ran.stdout.split()) == (0, []), ran.stderr


def test_the_registry_itself_loads_no_adapter() -> None:
    code = "import sys, publisher.adapter.registry; print(*(m for m in sys.modules if m.startswith('announce_')))"
    paths = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=paths)
    assert (ran.returncode, ran.stdout.split()) == (0, []), ran.stderr


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("wordpres", "wordpress"), ("WordPress", "wordpress"), ("tweeter", "twitter"), ("rss-feed", "feed")],
)
def test_an_unknown_type_names_the_nearest_one(typed: str, meant: str) -> None:
    with pytest.raises(UnknownType, match=f'unknown channel type "{typed}"') as caught:
        adapter_for(typed)
    assert caught.value.cure == f"did you mean {meant}?"


def test_an_unknown_type_like_nothing_names_them_all() -> None:
    with pytest.raises(UnknownType, match=re.escape(r'"zq\x1b[31m"')) as caught:
        adapter_for("zq\x1b[31m")
    assert all(name in (caught.value.cure or "") for name in TYPES)


# --- e-mail -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "email",
        "e-mail",
        "E-Mail",
        "E_MAIL",
        "mail",
        "smtp",
        "SMTPS",
        "mailto",
        "mailtos",
        "sendmail",
        "imap",
        "pop3",
    ]
    + [
        "newsletter",
        "mailing-list",
        "mailgun",
        "ses",
        "sendgrid",
        "postmark",
        "web.mail",
        "mymailer",
        "office-365",
    ],
)
def test_email_is_refused_with_the_reason(typed: str) -> None:
    with pytest.raises(
        EmailRefused, match="e-mail is too slow for urgent maintenance and is excluded on purpose"
    ):
        adapter_for(typed)
    with pytest.raises(EmailRefused):
        settings_for(typed)


@pytest.mark.parametrize("type_name", sorted(EMAIL_TYPES))
def test_every_name_on_the_list_is_refused_and_in_the_form_it_is_compared_in(type_name: str) -> None:
    assert type_name.isalnum()
    assert type_name == type_name.casefold()
    with pytest.raises(EmailRefused):
        adapter_for(type_name)


def test_none_of_our_types_is_email() -> None:
    assert not EMAIL_TYPES & set(TYPES)


def test_email_is_refused_also_when_a_package_offers_it(install: Install) -> None:
    folder = install("offers_mail", "smtp = offers_mail:Pager", "raise AssertionError('imported')")
    with pytest.raises(EmailRefused):
        adapter_for("smtp")
    assert (folder / "offers_mail.py").exists()
    assert "offers_mail" not in sys.modules


# --- other packages -------------------------------------------------------------------------------------------------


def test_another_package_offers_a_type(install: Install) -> None:
    install("pager_channel", "pager = pager_channel:Pager")
    assert adapter_for("pager").__name__ == "Pager"
    assert "token" in settings_for("pager").model_fields


def test_a_package_is_not_imported_before_its_type_is_asked_for(install: Install) -> None:
    install("lazy_channel", "lazy = lazy_channel:Pager")
    with pytest.raises(UnknownType) as caught:
        adapter_for("lasy")
    assert caught.value.cure == "did you mean lazy?"
    assert "lazy_channel" not in sys.modules


def test_a_package_never_replaces_a_type_of_ours(install: Install) -> None:
    install("false_feed", "feed = false_feed:Pager")
    assert adapter_for("feed").__module__.startswith("announce_channels.")


def test_two_packages_with_one_name_are_refused(install: Install) -> None:
    install("first_bell", "bell = first_bell:Pager")
    install("second_bell", "bell = second_bell:Pager")
    with pytest.raises(BrokenType, match="offered by first_bell and second_bell"):
        adapter_for("bell")


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        ("b_import", "import no_such_module", "ModuleNotFoundError: \"No module named 'no_such_module'\""),
        ("b_name", "", "AttributeError"),
        ("b_raises", "raise RuntimeError('first\\nsecond')", 'RuntimeError: "first second"'),
        ("b_settings", "class Pager: Settings = dict", "its Settings are no ChannelSettings"),
        ("b_verb", ADAPTER.replace("def publish", "def send"), r"it has no publish\(\)"),
        ("b_module", "Pager = 5", "its Settings are no ChannelSettings"),
    ],
)
def test_a_broken_package_is_named_with_the_fault(
    install: Install, name: str, source: str, problem: str
) -> None:
    install(name, f"{name} = {name}:Pager", source)
    with pytest.raises(BrokenType, match=f"the package {name} .*{problem}") as caught:
        adapter_for(name)
    assert caught.value.cure
