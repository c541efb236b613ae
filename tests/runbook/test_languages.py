"""No text reaches readers of another language: random lives, and every post, page, feed and calendar read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from announce_sandbox import Sandbox
from publisher.adapter import registry
from publisher.ledger import Ledger, open_ledger
from publisher.model.announcement import Kind
from publisher.model.delivery import State
from publisher.planning.initial import plan_initial
from publisher.planning.initial_request import InitialTyped, read_initial
from publisher.planning.later import plan_later
from publisher.planning.later_request import LaterTyped, read_later
from publisher.planning.plan import Plan, commit
from publisher.runbook.assembly import Assembly
from publisher.runbook.feed import build
from publisher.runbook.first import announce
from publisher.runbook.later import follow
from publisher.settings.config import load
from tests.runbook.desks import ListedDesk

REF = "CMO-7K3M"
NOW = datetime.now(UTC).replace(microsecond=0)

HEAD = """
windows = []
[publisher]
brand = "CMO"
reference_prefix = "CMO"
locale = "de_AT"
ledger = "sqlite:///ledger.db"
permalink = "https://status.example.net/{ref}/"
[services.vps]
name = { de = "Dienstdeutsch", en = "Serviceenglish" }
[services.mail]
name = { de = "Postdeutsch" }
[services.dns]
name = "Everybody"
[presets.p]
services = ["vps", "mail", "dns"]
duration = "1h"
"""
BLOG = """
[channels.{name}]
type = "wordpress"
locale = "{locale}"
base_url = "https://{name}.example.net"
username = "a"
password = {{ env = "A" }}
"""
PAGE = """
[channels.{name}]
type = "facebook"
locale = "{locale}"
page_id = "1"
access_token = {{ env = "A" }}
graph_version = "v26.0"
"""
SHORT = """
[channels.{name}]
type = "twitter"
locale = "{locale}"
consumer_key = {{ env = "A" }}
consumer_secret = {{ env = "A" }}
access_token = {{ env = "A" }}
access_token_secret = {{ env = "A" }}
"""
SITE = """
[channels.{name}]
type = "feed"
locale = "{locale}"
directory = "{name}"
url = "https://{name}.example.net/"
"""
LOCALES = {"de": "de_AT", "en": "en_GB"}
CONFIG = HEAD + "".join(
    table.format(name=f"{kind}-{language}", locale=locale)
    for language, locale in LOCALES.items()
    for kind, table in (("blog", BLOG), ("page", PAGE), ("short", SHORT), ("site", SITE))
)
FOREIGN = {"de": re.compile(r"\w*english\w*"), "en": re.compile(r"\w*deutsch\w*")}
"""By language: what nobody who reads it may see."""
TEXTS = ("title", "reason", "details", "action")

languages = st.lists(st.sampled_from(sorted(LOCALES)), unique=True)
"""In which languages a text is typed."""
lives = st.fixed_dictionaries(
    {
        "first": st.fixed_dictionaries(dict.fromkeys(TEXTS, languages)),
        "later": st.lists(
            st.tuples(
                st.sampled_from([Kind.PROGRESS, Kind.RESCHEDULED, Kind.CORRECTED, Kind.CORRECTED]),
                languages,
                st.fixed_dictionaries(dict.fromkeys(TEXTS, languages)),
                st.booleans(),
            ),
            max_size=3,
        ),
        "end": st.tuples(st.sampled_from([Kind.COMPLETED, Kind.CANCELLED]), languages),
    }
)


def words(place: str, chosen: list[str], number: int = 1) -> tuple[str, ...] | None:
    """A text as it is typed in these languages, German without saying so."""
    said = {"de": f"{place}{number}deutsch", "en": f"en={place}{number}english"}
    return tuple(said[language] for language in chosen) or None


@settings(max_examples=12, deadline=None)
@given(life=lives)
def test_no_text_is_in_a_post_of_another_language(life: Mapping[str, object]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "announce.toml"
        path.write_text(CONFIG, encoding="utf-8")
        assembly = Assembly(load(path, registry.settings_for), {"A": "a"})
        with open_ledger(assembly.ledger_path, write=True) as ledger:
            for plan in _lived(life, assembly, ledger):
                for item in plan.outgoing:
                    _read(f"{item.post.title}\n{item.post.body}", item.post.channel)
        build(assembly, ListedDesk(), adopt=False)
        for file in (one for one in Path(folder).glob("site-*/**/*") if one.is_file()):
            _read(file.read_text("utf-8", "replace"), file.relative_to(folder).parts[0])


def _read(text: str, channel: str) -> None:
    found = FOREIGN[channel.rpartition("-")[2]].findall(text)
    assert not found, (channel, found)


def _lived(life: Mapping[str, object], assembly: Assembly, ledger: Ledger) -> Iterator[Plan]:
    """Every plan of the life, each recorded and delivered."""
    means = assembly.means(ledger)
    first = {place: words(place, chosen) for place, chosen in life["first"].items()}
    typed = InitialTyped(preset="p", start="+10m", **first)
    yield _told(
        plan_initial(read_initial(typed, {}, means.config, now=NOW), means, now=NOW, ref=REF), ledger, means
    )
    ends = [(*life["end"], {}, True)]
    for number, (kind, text, facts, loud) in enumerate([*life["later"], *ends], start=2):
        now = NOW + timedelta(minutes=10 * number)
        newest = ledger.history_of(REF).said[0].update
        corrections = {place: words(place, chosen, number) for place, chosen in facts.items()}
        if kind is Kind.CORRECTED and not any(corrections.values()):
            continue
        typed = LaterTyped(
            kind=kind,
            text=words("text", text, number) if loud or kind is not Kind.CORRECTED else None,
            by="30m" if kind is Kind.RESCHEDULED else None,
            next_update="+20m" if kind is Kind.PROGRESS else None,
            corrections=corrections,
            loud=loud,
            again="the same words twice are a life, too",
        )
        request = read_later(typed, means.config, newest.announcement.period, now=now)
        yield _told(plan_later(REF, request, means, now=now), ledger, means)


def _told(plan: Plan, ledger: Ledger, means: object) -> Plan:
    from msgspec.structs import replace

    _, recorded = commit(plan, means, lambda same: same)
    posted = [
        replace(one, state=State.DELIVERED, remote_id=f"{one.id}", url=f"https://x.example/{one.id}")
        for one in recorded
    ]
    ledger.write(posted, at=NOW)
    return plan


def test_platforms_keep_both_languages_of_one_post(configured: Path, sandbox: Sandbox) -> None:
    text = configured.read_text(encoding="utf-8")
    for kind in ("wordpress", "whmcs", "facebook"):
        text = text.replace(f'type = "{kind}"', f'type = "{kind}"\nlocale = ["de", "en"]')
    configured.write_text(text, encoding="utf-8")
    assembly = Assembly(load(configured, registry.settings_for), {"NO_PROXY": "*"})
    titles = ("Erstens", "en=Firstly")
    typed = InitialTyped(title=titles, services=("vps",), start="+2h", duration="1h")
    assert announce(assembly, typed, {}, ListedDesk(yes=True)) == 0
    later = LaterTyped(kind=Kind.PROGRESS, text=("Halb fertig.", "en=Half done."))
    assert follow(assembly, (None, None), later, ListedDesk(yes=True)) == 0
    for kind in ("wordpress", "whmcs", "facebook"):
        (post,) = sandbox.posts(kind)
        for words in ("Deutsch", "English", "Erstens", "Firstly", "Halb fertig.", "Half done."):
            assert words in f"{post.title} {post.body}", (kind, words)
