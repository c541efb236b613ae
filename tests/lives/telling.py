"""A life: the program plans and words what is said, step by step, while the model keeps what is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec.structs import replace

from publisher.adapter import registry
from publisher.model.announcement import Announcement, Impact, Kind, Period, Phase, Service, Update, Wording
from publisher.model.carried import Carried
from publisher.model.change import Change
from publisher.model.history import Said, Snapshot, Told
from publisher.model.lifecycle import followed
from publisher.model.post import Post
from publisher.planning.operations import operations
from publisher.planning.plan import Means
from publisher.planning.posts import Posts
from publisher.rendering.renderer import Renderer
from publisher.runbook.assembly import Assembly
from publisher.settings.config import load
from tests.lives.catalog import CONTACT
from tests.lives.reader.facts import SERVICES
from tests.lives.reader.times import BERLIN
from tests.lives.truth import Truth

SEEN_AFTER = timedelta(minutes=14)
"""When strangers have looked at what was said."""

REF = "CMO-7K3M"
SITES = {"de": "https://status.example.net/", "en": "https://status.example.net/en/"}
_SECRETS = "\n".join(
    f'{name} = {{ env = "A" }}'
    for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
)
CHANNELS: Mapping[str, tuple[str, str, str]] = {
    "blog": (
        "wordpress",
        "de",
        'base_url = "https://blog.example.net"\nusername = "a"\npassword = { env = "A" }',
    ),
    "center": (
        "whmcs",
        "en",
        'base_url = "https://c.example.net"\nidentifier = { env = "A" }\nsecret = { env = "A" }',
    ),
    "both": (
        "wordpress",
        "de en",
        'base_url = "https://b.example.net"\nusername = "a"\npassword = { env = "A" }',
    ),
    "facebook": ("facebook", "de", 'page_id = "1"\naccess_token = { env = "A" }\ngraph_version = "v26.0"'),
    "facebook-en": ("facebook", "en", 'page_id = "2"\naccess_token = { env = "A" }\ngraph_version = "v26.0"'),
    "x": ("twitter", "de", _SECRETS),
    "x-en": ("twitter", "en", _SECRETS),
    "x-long": ("twitter", "de", f"limit = 4000\n{_SECRETS}"),
    "x-long-en": ("twitter", "en", f"limit = 4000\n{_SECRETS}"),
    "feed": ("feed", "de", f'directory = "de"\nurl = "{SITES["de"]}"'),
    "feed-en": ("feed", "en", f'directory = "en"\nurl = "{SITES["en"]}"'),
}
"""Type, languages and settings of every channel that is read."""


def config_text() -> str:
    head = (
        '[publisher]\nbrand = "CMO"\nreference_prefix = "CMO"\nlocale = "de"\n'
        f'contact = {{ de = "{CONTACT["de"]}", en = "{CONTACT["en"]}" }}\n'
        f'permalink = {{ de = "{SITES["de"]}{{ref}}/", en = "{SITES["en"]}{{ref}}/" }}\n'
    )
    services = "".join(
        f'[services.{key}]\nname = {{ de = "{name["de"]}", en = "{name["en"]}" }}\n'
        for key, name in SERVICES.items()
    )
    channels = "".join(
        f'[channels.{name}]\ntype = "{kind}"\nlocale = {_locale(locales)}\n{settings}\n'
        for name, (kind, locales, settings) in CHANNELS.items()
    )
    return head + services + channels


def _locale(locales: str) -> str:
    first, *more = locales.split()
    return f'["{first}", "{more[0]}"]' if more else f'"{first}"'


@cache
def means() -> Means:
    """One configuration and one renderer for all lives; no ledger, for nothing is recorded."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "announce.toml"
        path.write_text(config_text(), encoding="utf-8")
        config = load(path, registry.settings_for)
    nothing: Any = None
    return Assembly(config).means(nothing)


def languages(channel: str) -> list[str]:
    return CHANNELS[channel][1].split()


class Life:
    """One announcement from its first word on."""

    def __init__(self, now: datetime, channels: Sequence[str], renderer: Renderer | None = None) -> None:
        self.now = now
        self.channels = channels
        self.means = replace(means(), renderer=renderer) if renderer else means()
        self.updates: list[Update] = []
        """Newest first, as the program has them."""
        self.truth: Truth
        self.said: list[Said] = []
        self.fresh: dict[str, tuple[Post, ...]] = {}
        """By channel what the newest step has published or edited."""
        self.heard: dict[str, dict[int, bool]] = {}
        self.story: list[str] = []

    @property
    def newest(self) -> Update:
        return self.updates[0]

    @property
    def spoken(self) -> list[datetime]:
        """When something was said."""
        return [one.published_at for one in self.updates]

    def begin(self, truth: Truth, on: Sequence[str]) -> None:
        self.truth = truth
        facts = Announcement(
            ref=REF,
            title=truth.title or _names(truth.services),
            services=services_of(truth.services),
            period=Period(truth.start, truth.end),
            impact=Impact(truth.impact) if truth.impact else None,
            outage=timedelta(minutes=truth.outage) if truth.outage else None,
            reason=truth.reason,
            details=truth.details,
            action=truth.action,
            unaffected=truth.unaffected,
            wording=Wording(truth.wording),
            permalink=f"{SITES['de']}{REF}/",
            permalinks={locale: f"{site}{REF}/" for locale, site in SITES.items()},
        )
        phase = Phase.SCHEDULED if truth.stands == "ahead" else Phase.IN_PROGRESS
        self._speak(
            Update(number=1, kind=Kind.INITIAL, phase=phase, announcement=facts, published_at=self._at()),
            truth,
            on,
        )

    def tell(self, change: Change, truth: Truth, on: Sequence[str]) -> None:
        """Raises Refused where the program will not say that; then nothing has happened."""
        update = followed(self.newest, change, now=self.now, published_at=self._at(), zone=BERLIN)
        self._speak(update, truth, on)

    def withdraw(self, on: Sequence[str]) -> None:
        """Take everything down on these channels."""
        self.fresh = {}
        self.said = [
            replace(
                one,
                told=tuple(
                    replace(each, withdrawn=True, withdrawn_at=self.now) if each.channel in on else each
                    for each in one.told
                ),
            )
            for one in self.said
        ]

    def _at(self) -> datetime:
        second = self.now.replace(microsecond=0)
        return max(second, self.updates[0].published_at + timedelta(seconds=1)) if self.updates else second

    def _speak(self, update: Update, truth: Truth, on: Sequence[str]) -> None:
        carried = {
            name: Carried(channel=name, type=CHANNELS[name][0], unsettled=True, heard=heard)
            for name, heard in self.heard.items()
        }
        posts = Posts(self.means, update, tuple(self.updates), carried)
        todo = {name: self._todo(name, update, carried) for name in on}
        outgoing = posts.outgoing(todo)
        self.fresh = {}
        for item in outgoing:
            name = item.post.channel
            self.fresh[name] = (*self.fresh.get(name, ()), item.post)
            self.heard.setdefault(name, {})[update.number] = True
        self.updates.insert(0, update)
        self.truth = truth
        told = tuple(_told(name, posts[-1]) for name, posts in self.fresh.items())
        self.said.insert(0, Said(update=update, told=told))

    def _todo(self, name: str, update: Update, carried: Mapping[str, Carried]) -> tuple[Any, ...]:
        if update.number == 1:
            return operations(
                update,
                reach=self.means.capabilities(name).reach,
                updates=self.means.updates(name),
                standing=None,
            )
        return operations(
            update,
            reach=self.means.capabilities(name).reach,
            updates=self.means.updates(name),
            standing=carried.get(name),
        )

    def history(self, channel: str) -> Snapshot:
        config = self.means.config
        return Snapshot(tuple(self.said)).read_in(
            languages(channel)[0], own=config.language, untranslated=config.publisher.untranslated
        )


def _told(name: str, post: Post) -> Told:
    kind = CHANNELS[name][0]
    url = f"{SITES[post.locale]}{post.ref}/" if kind == "feed" else f"https://{name}.example/{post.ref}"
    seen_at = post.published_at + SEEN_AFTER
    return Told(channel=name, type=kind, state="delivered", url=url, post=post, seen_at=seen_at)


def services_of(keys: Sequence[str]) -> tuple[Service, ...]:
    return tuple(Service(key=key, name=SERVICES[key]) for key in keys)


def _names(keys: Sequence[str]) -> dict[str, str]:
    return {locale: ", ".join(SERVICES[key][locale] for key in keys) for locale in ("de", "en")}
