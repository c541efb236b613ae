"""Stories told in process: commands as an engineer types them, each at its clock, and the posts that come of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import typer

from announce_channels.feed.settings import FeedSettings
from publisher.adapter import registry
from publisher.cli.app import app
from publisher.cli.options import said
from publisher.cli.terminal.readable import readable
from publisher.ledger import open_ledger
from publisher.model.announcement import Kind
from publisher.model.history import Snapshot
from publisher.model.house import House
from publisher.model.languages import TEXTS
from publisher.model.outgoing import Outgoing
from publisher.model.post import Format, Post
from publisher.planning.initial import plan_initial
from publisher.planning.initial_request import InitialTyped, read_initial
from publisher.planning.later import plan_later
from publisher.planning.later_request import LaterTyped, read_later
from publisher.planning.plan import Means, Plan
from publisher.runbook.assembly import Assembly
from publisher.settings.config import load
from tests.channels.feed.aloud import event_aloud, page_aloud
from tests.channels.feed.saying import Publisher
from tests.planning.making import delivered, recorded
from tests.rendering.posts import BERLIN

HOUSE = """
[publisher]
brand = "Example Hosting"
reference_prefix = "CMO"
provider = "example.net"
permalink = { de = "https://status.example.net/{ref}/", en = "https://status.example.net/en/{ref}/" }
contact = { de = "+49 30 1234567 (rund um die Uhr)", en = "+49 30 1234567 (24/7)" }

[services.vps]
name = { de = "VPS-Hosting", en = "VPS hosting" }

[services.webspace]
name = { de = "Webhosting", en = "web hosting" }

[services.mail]
name = { de = "E-Mail", en = "e-mail" }

[services.dns]
name = { de = "DNS und Domains", en = "DNS and domains" }

[services.storage]
name = { de = "Online-Speicher", en = "online storage" }
"""
SPOKEN = """
[channels.blog{suffix}]
type = "wordpress"
locale = "{locale}"
base_url = "https://blog{suffix}.example.net"
username = "announce"
password = {{ env = "A" }}

[channels.customer-center{suffix}]
type = "whmcs"
locale = "{locale}"
base_url = "https://customer{suffix}.example.net"
identifier = {{ env = "A" }}
secret = {{ env = "A" }}

[channels.facebook{suffix}]
type = "facebook"
locale = "{locale}"
page_id = "1"
access_token = {{ env = "A" }}
graph_version = "v26.0"

[channels.x{suffix}]
type = "twitter"
locale = "{locale}"
consumer_key = {{ env = "A" }}
consumer_secret = {{ env = "A" }}
access_token = {{ env = "A" }}
access_token_secret = {{ env = "A" }}

[channels.feed{suffix}]
type = "feed"
locale = "{locale}"
directory = "public{suffix}"
url = "https://status.example.net/{path}"
"""
BOTH = """
[channels.news]
type = "wordpress"
locale = ["de", "en"]
base_url = "https://news.example.net"
username = "announce"
password = { env = "A" }
"""
NAMES = {
    "wordpress": "blog",
    "whmcs": "customer center",
    "facebook": "Facebook",
    "twitter": "X",
    "feed": "feed",
}


class Story(NamedTuple):
    """What happened in a night: each command as it was typed, and the clock in Berlin at that moment."""

    name: str
    ref: str
    steps: Sequence[tuple[str, str]]
    """``("2026-11-28 02:58", 'announce urgent "Neustart" --service vps …')``."""
    channels: str = SPOKEN.format(locale="de", suffix="", path="") + SPOKEN.format(
        locale="en", suffix="-en", path="en/"
    )


class Told(NamedTuple):
    """A command, and what each channel says then."""

    at: datetime
    line: str
    plan: Plan
    pages: Mapping[str, tuple[str, str]]
    """By language: the page behind the link, and the calendar entry, as they are read at that moment."""


def told(story: Story, folder: Path, *, with_pages: bool) -> Iterator[Told]:
    """Step by step; what was planned counts as delivered before the next."""
    assembly = house(folder, HOUSE + story.channels)
    with open_ledger(folder / "ledger.db", write=True) as ledger:
        means = assembly.means(ledger)
        for clock, line in story.steps:
            at = datetime.fromisoformat(clock).replace(tzinfo=BERLIN)
            plan = planned(line, means, at, story.ref)
            delivered(recorded(plan, means), means)
            history = ledger.history_of(story.ref)
            yield Told(at, line, plan, dict(_pages(assembly, history, folder, at)) if with_pages else {})


def _pages(
    assembly: Assembly, history: Snapshot, folder: Path, at: datetime
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Of both feeds of a house, as they are made at that moment."""
    for name, settings in assembly.config.channels.items():
        if not isinstance(settings, FeedSettings):
            continue
        maker = Publisher(folder)
        maker.name, maker.locale, maker.now = name, str(settings.locale), at
        maker.brand, maker.renderer = assembly.config.publisher.brand, assembly.renderer
        maker.house = House(contact=assembly.config.publisher.contact)
        maker.said = list(assembly.channels.as_read(name, history).said)
        [ref] = {said.ref for said in maker.said}
        maker.channel(directory=settings.directory, url=f"{settings.url}/").build([(ref, maker.history())])
        site = folder / settings.directory
        page = page_aloud((site / ref / "index.html").read_text(encoding="utf-8"))
        yield maker.locale, (page, event_aloud((site / "announcements.ics").read_bytes(), ref))


def house(folder: Path, text: str) -> Assembly:
    """The parts of a run with this configuration."""
    path = folder / "announce.toml"
    path.write_text(text, encoding="utf-8")
    return Assembly(load(path, registry.settings_for))


def planned(line: str, means: Means, at: datetime, ref: str) -> Plan:
    """What a command comes to."""
    verb, words = parsed(line)
    if verb == "urgent":
        request = read_initial(_first(words), {}, means.config, now=at)
        return plan_initial(request, means, now=at, ref=ref)
    newest = means.ledger.history_of(ref).said[0].update
    later = read_later(_later(verb, words), means.config, newest.announcement.period, now=at)
    return plan_later(ref, later, means, now=at)


def parsed(line: str) -> tuple[str, dict[str, Any]]:
    """The verb and its options, read by the real command line; raises where it would be refused."""
    _, verb, *words = shlex.split(line.replace("\\\n", ""))
    command = typer.main.get_command(app([verb])).commands[verb]  # type: ignore[attr-defined]
    return verb, command.make_context(verb, words).params


def _first(words: dict[str, Any]) -> InitialTyped:
    given = {name: words[name] for name in _PLAIN if words.get(name)}
    texts = {name: tuple(words[name]) for name in TEXTS[1:] if words.get(name)}
    services = tuple(words["service"] or ())
    return InitialTyped(title=said(words["title"], words["titles"]), services=services, **texts, **given)


_PLAIN = ("preset", "start", "duration", "until", "impact", "outage", "wording", "already_started", "anyway")


def _later(verb: str, words: dict[str, Any]) -> LaterTyped:
    """As `publisher.cli.commands.later` does; the reference is left out, so that the first word is the text."""
    given = {name: words[name] for name in _LATER if words.get(name)}
    return LaterTyped(
        kind=_KINDS[verb],
        text=said(words["ref"], words["texts"]),
        corrections={name: words.get(name) for name in (*TEXTS, "impact")},
        services=tuple(words.get("add_service") or words.get("services") or ()),
        repairs=words.get("update_number"),
        **given,
    )


_LATER = ("start", "until", "by", "at", "begun", "next_update", "loud", "reopen", "new_date_follows")
_KINDS = {
    "update": Kind.PROGRESS,
    "extend": Kind.RESCHEDULED,
    "complete": Kind.COMPLETED,
    "cancel": Kind.CANCELLED,
    "correct": Kind.CORRECTED,
}


def sheets(plan: Plan) -> Iterator[tuple[str, str, Post]]:
    """Each text once: its language, the channels that say it and the post; of a channel's two the new one."""
    said_by: dict[tuple[str, str, str], list[Outgoing]] = {}
    seen: set[str] = set()
    for item in sorted(plan.outgoing, key=lambda one: one.operation != "publish"):
        if item.post.channel not in seen:
            seen.add(item.post.channel)
            said_by.setdefault((item.post.locale, item.post.title, shown(item.post)), []).append(item)
    for (locale, _, _), items in sorted(said_by.items(), key=lambda one: _order(one[1][0])):
        yield locale, ", ".join(NAMES[item.type] for item in items), items[0].post


def _order(item: Outgoing) -> tuple[int, str]:
    return [Format.SHORT, Format.TEXT, Format.HTML].index(item.post.format), item.post.locale


def shown(post: Post) -> str:
    """As a reader sees it, without markup. What only a page offers, the link to subscribe, is no part of the text."""
    if post.format is not Format.HTML:
        return post.body
    lines = readable(post.body).replace("\u00a0", " ").split("\n")
    return "\n".join(line for line in lines if not line.startswith(("Abonnieren: ", "Subscribe: ")))
