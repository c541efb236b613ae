"""The configured channels: what is known of each without asking it, and its adapter, made late and once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from publisher.adapter import registry
from publisher.adapter.context import Context
from publisher.adapter.contract import Channel, Refreshing
from publisher.model.delivery import Delivery, State, Terms
from publisher.model.errors import Refused
from publisher.model.history import Snapshot
from publisher.model.house import House
from publisher.model.outcome import NoSecret
from publisher.model.post import Capabilities, Reach
from publisher.settings.channel import ChannelSettings
from publisher.settings.config import Config
from publisher.settings.masking import Masker
from publisher.settings.secrets import Secret, SecretFault, resolve

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from publisher.delivery.worker import Job
    from publisher.transport import Transport

_STRANGER = ", looked at as a stranger"
"""Behind a channel's name: its session without secrets."""


class Channels:
    """Every channel of a configuration, by its name. Made on the main thread, used by all."""

    def __init__(
        self,
        config: Config,
        *,
        masker: Masker,
        history: Callable[[], Snapshot],
        history_of: Callable[[str], Snapshot],
        has_delivered: Callable[[str, str], bool],
        render: Callable[[str, str, Mapping[str, Any]], str],
        words: Callable[[str], Mapping[str, Any]],
        brief: Callable[[datetime | timedelta, str], str],
        environ: Mapping[str, str] = os.environ,
        billed: bool = True,
        alone: Callable[[str], AbstractContextManager[None]] | None = None,
    ) -> None:
        """What adapters are lent: see `Context`.

        ``render`` takes a template, a locale and values; ``words`` a locale; ``brief`` a time or a length, and one;
        ``has_delivered`` a channel and the
        beginning of an id.
        """
        self._config = config
        self._masker = masker
        self._history = history
        self._history_of = history_of
        self._has_delivered = has_delivered
        self._render = render
        self._words = words
        self._brief = brief
        self._environ = environ
        self._billed = billed
        self._alone = alone
        self._making = threading.Lock()
        self._sessions: set[str] = set()
        self.adapter = cache(self._adapter)
        """A channel's adapter, by name: made when it is first asked for, in the thread that asks."""

    def is_open(self, name: str) -> bool:
        """Whether a channel is configured and not switched off."""
        return name in self._config.channels and self._config.channels[name].enabled

    @property
    def open(self) -> frozenset[str]:
        """The channels that are configured and not switched off."""
        return frozenset(name for name in self._config.channels if self.is_open(name))

    def locale(self, name: str) -> str:
        """The language a channel speaks; of several the first."""
        return self._config.channels[name].locales(self._config.publisher.locale)[0]

    def as_read(self, name: str, history: Snapshot) -> Snapshot:
        """What has been said, in no other language than a channel's readers have: all that its adapter sees of it."""
        own, untranslated = self._config.language, self._config.publisher.untranslated
        return history.read_in(self.locale(name), own=own, untranslated=untranslated)

    def capabilities(self, name: str) -> Capabilities:
        """What a channel can do; loads its adapter's module, not its platform's library."""
        settings = self._config.channels[name]
        return registry.adapter_for(settings.type).capabilities(settings)

    def updates(self, name: str) -> Reach:
        """What is wanted of a channel for later updates. Raises Refused where its platform cannot do it."""
        wanted, can = self._config.channels[name].updates, self.capabilities(name)
        if wanted in {None, Reach.NEW, can.reach} or can.reach is Reach.BOTH:
            return wanted or can.updates
        raise Refused(
            f"channels.{name}.updates = {str(wanted)!r}, but its platform edits no post",
            hint='write updates = "new", or leave the key out',
        )

    def terms(self, name: str) -> Terms:
        """What may be assumed of a channel when its answer is lost."""
        settings, capabilities = self._config.channels[name], self.capabilities(name)
        return Terms(
            staged=capabilities.staged,
            lookup=capabilities.lookup,
            repeatable=capabilities.repeatable,
            settle=capabilities.settle if settings.settle is None else settings.settle,
            on_unknown=settings.on_unknown,
            timeout=settings.timeout,
        )

    def hosts(self, name: str) -> frozenset[str]:
        """Where links to a channel's posts may lead: its own addresses, its platform's, and what is configured."""
        from publisher.delivery.screening import hosts_in  # only a run that sends pays for it

        settings = self._config.channels[name]
        return frozenset((*hosts_in(settings), *self.capabilities(name).hosts, *settings.link_hosts))

    # --- to be worked on ------------------------------------------------------------------------------------

    def warm_up(self, names: Iterable[str]) -> None:
        """Load the transport before the threads of these channels compete for the interpreter.

        Channels that need no library beyond it then send at once, instead of when the slowest import is done.
        """
        if any(hasattr(self._config.channels[name], "base_url") for name in names):
            _ = self._transport

    def job(self, delivery: Delivery) -> Job:
        """How to work on a delivery."""
        from publisher.delivery.worker import Job  # only a run that sends pays for it

        name = delivery.channel
        return Job(
            delivery=delivery,
            terms=self.terms(name),
            open=partial(self.adapter, name),
            departures=partial(self._departures, name),
            fence=partial(self._fence, name),
            hosts=self.hosts(name),
        )

    def page_jobs(self, deliveries: Iterable[Delivery]) -> list[Job]:
        """The delivered posts among these whose pages show the other channels' posts."""
        return [
            self.job(delivery)
            for delivery in deliveries
            if delivery.state is State.DELIVERED
            and delivery.channel in self._config.channels
            and issubclass(registry.adapter_for(delivery.type), Refreshing)
        ]

    # --- an adapter and what it is lent -----------------------------------------------------------------------

    def _adapter(self, name: str) -> Channel:
        settings = self._config.channels[name]
        return registry.adapter_for(settings.type)(settings, self._context(name, settings))

    def _context(self, name: str, settings: ChannelSettings) -> Context:
        publisher, locale = self._config.publisher, self.locale(name)
        return Context(
            name=name,
            locale=locale,
            zone=ZoneInfo(publisher.timezone),
            brand=publisher.brand,
            provider=publisher.provider,
            session=partial(self._session, name, settings),
            secret=self._secret,
            clock=lambda: datetime.now(UTC),
            history=lambda: self.as_read(name, self._history()),
            history_of=lambda ref: self.as_read(name, self._history_of(ref)),
            render=lambda template, values: self._render(template, locale, values),
            words=self._words,
            root=str(self._config.root),
            state=str(self._config.state or ""),
            conceal=self._masker.add,
            ca_bundle=str(self._config.root / publisher.ca_bundle) if publisher.ca_bundle else None,
            windows=self._config.windows,
            has_delivered=partial(self._has_delivered, name),
            group=self._config.group,
            brief=lambda at: self._brief(at, locale),
            house=self._house(),
            billed=self._billed,
            alone=self._alone,
        )

    def _house(self) -> House:
        own = self._config.publisher
        looks = {"logo": own.logo, "accent": own.accent}
        return House(contact=own.contact, links=own.links, wording=own.wording, **looks)

    def _secret(self, secret: Secret) -> str:
        try:
            root, group = Path(self._config.root), self._config.group
            value = resolve(secret, root=root, environ=self._environ, group=group)
        except SecretFault as fault:
            raise NoSecret(str(fault), cure=fault.hint) from None
        self._masker.add(value)
        return value

    # --- the way to the platforms -----------------------------------------------------------------------------

    def _session(
        self, name: str, settings: ChannelSettings, *, rewrite: tuple[str, str] | None = None
    ) -> Any:
        self._sessions.add(name)
        return self._transport.session(
            name, timeout=settings.timeout, rewrite=rewrite, internal=settings.internal
        )

    def stranger(self, name: str) -> Any:
        """A session for a channel's public addresses, which knows none of its secrets."""
        settings = self._config.channels[name]
        return self._transport.session(
            f"{name}{_STRANGER}", timeout=settings.timeout, internal=settings.internal
        )

    @property
    def ahead(self) -> Mapping[str, timedelta]:
        """How far this machine's clock is ahead of those that have answered so far, by channel."""
        with self._making:
            made = "_shared_transport" in self.__dict__
        told = dict(self._shared_transport.ahead) if made else {}
        return {name.removesuffix(_STRANGER): ahead for name, ahead in told.items()}

    @property
    def _transport(self) -> Transport:
        with self._making:
            return self._shared_transport

    @cached_property
    def _shared_transport(self) -> Transport:
        from publisher.transport import Transport  # imports requests: only a run that sends pays for it

        bundle = self._config.publisher.ca_bundle
        return Transport(
            masker=self._masker,
            ca_bundle=self._config.root / bundle if bundle else None,
            environ=self._environ,
        )

    def _departures(self, name: str) -> int:
        return self._transport.departures(name) if name in self._sessions else 0

    def _fence(self, name: str, since: int) -> bool:
        """An adapter that never took a session may send by ways that nobody here sees."""
        return name not in self._sessions or self._transport.fence(name, since=since)
