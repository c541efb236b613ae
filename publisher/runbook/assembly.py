"""Puts the parts of a run together: configuration in, adapters out, each made late and in its own thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from publisher.adapter import registry
from publisher.adapter.context import Context
from publisher.adapter.contract import Channel, Refreshing, Templated
from publisher.ledger import open_ledger
from publisher.model.delivery import Delivery, State, Terms
from publisher.model.errors import LedgerFault, Refused
from publisher.model.history import Snapshot
from publisher.model.outcome import BadCredentials, NotSent
from publisher.model.post import Capabilities, Reach
from publisher.settings.channel import ChannelSettings
from publisher.settings.config import Config
from publisher.settings.masking import Masker, install, one_line
from publisher.settings.paths import cache_folder
from publisher.settings.secrets import Secret, SecretFault, present, resolve

if TYPE_CHECKING:
    from publisher.delivery.worker import Job
    from publisher.rendering.renderer import Renderer
    from publisher.transport import Transport


MOST_UPDATES = 1_000
"""How far back channels see: feeds list fewer, calendars keep events as long as this."""


class Assembly:
    """Everything one command needs of a configuration. Made on the main thread, used by all."""

    def __init__(
        self, config: Config, environ: Mapping[str, str] = os.environ, *, billed: bool = True
    ) -> None:
        self.config = config
        self._billed = billed
        self.masker = Masker()
        install(self.masker)
        self.channel = cache(self._channel)
        self._environ = environ
        self._making = threading.Lock()
        self._sessions: set[str] = set()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The publisher's time zone."""
        return ZoneInfo(self.config.publisher.timezone)

    @cached_property
    def renderer(self) -> Renderer:
        """Renders posts and pages from the user's templates, then ours."""
        from publisher.rendering.renderer import Renderer

        own = self.config.publisher.templates
        return Renderer(
            [self.config.root / own] if own else [],
            brand=self.config.publisher.brand,
            zone=self.zone,
            feeds=self._feeds,
            cache=cache_folder(),
            # Who wrote the configuration says which templates are taken: a team shares both on one host.
            owners=[self.config.path.stat().st_uid] if own else [],
        )

    @property
    def _feeds(self) -> dict[str, str]:
        """What posts offer to subscribe to: the first feed of each locale, in the order of the configuration."""
        feeds: dict[str, str] = {}
        for name, settings in self.config.channels.items():
            if self.is_open(name) and (address := self.capabilities(name).feed):
                feeds.setdefault(settings.locale or self.config.publisher.locale, address)
        return feeds

    @property
    def ledger_path(self) -> Path:
        """Where the ledger lies."""
        return self.config.ledger

    def masked(self, text: str) -> str:
        """A text fit to be kept and shown: one line, without secrets."""
        return one_line(self.masker.mask(text))

    def page_jobs(self, deliveries: Iterable[Delivery]) -> list[Job]:
        """The delivered posts among these whose pages show the other channels' posts."""
        return [
            self.job(delivery)
            for delivery in deliveries
            if delivery.state is State.DELIVERED
            and delivery.channel in self.config.channels
            and issubclass(registry.adapter_for(delivery.type), Refreshing)
        ]

    def capabilities(self, name: str) -> Capabilities:
        """What a channel can do; loads its adapter's module, not its platform's library."""
        settings = self.config.channels[name]
        return registry.adapter_for(settings.type).capabilities(settings)

    def updates(self, name: str) -> Reach:
        """What is wanted of a channel for later updates. Raises Refused where its platform cannot do it."""
        wanted, can = self.config.channels[name].updates, self.capabilities(name)
        if wanted in {None, Reach.NEW, can.reach} or can.reach is Reach.BOTH:
            return wanted or can.updates
        raise Refused(
            f"channels.{name}.updates = {str(wanted)!r}, but its platform edits no post",
            hint='write updates = "new", or leave the key out',
        )

    def warm_up(self, names: Iterable[str]) -> None:
        """Load the transport before the threads of these channels compete for the interpreter.

        Channels that need no library beyond it then send at once, instead of when the slowest import is done.
        """
        if any(hasattr(self.config.channels[name], "base_url") for name in names):
            _ = self._transport

    def job(self, delivery: Delivery) -> Job:
        """How to work on a delivery."""
        from publisher.delivery.worker import Job  # only a run that sends pays for it

        name = delivery.channel
        return Job(
            delivery=delivery,
            terms=self.terms(name),
            open=partial(self.channel, name),
            departures=partial(self._departures, name),
            fence=partial(self._fence, name),
        )

    def terms(self, name: str) -> Terms:
        """What may be assumed of a channel when its answer is lost."""
        settings, capabilities = self.config.channels[name], self.capabilities(name)
        return Terms(
            staged=capabilities.staged,
            lookup=capabilities.lookup,
            repeatable=capabilities.repeatable,
            settle=capabilities.settle if settings.settle is None else settings.settle,
            on_unknown=settings.on_unknown,
        )

    def template_faults(self, name: str) -> list[str]:
        """What is wrong with a channel's templates, pages included, tried on specimen updates."""
        settings = self.config.channels[name]
        faults = self.renderer.check(
            channel=name,
            type_name=settings.type,
            locale=settings.locale or self.config.publisher.locale,
            capabilities=self.capabilities(name),
        )
        told = [f"{fault}; {fault.cure}" for fault in faults]
        if issubclass(registry.adapter_for(settings.type), Templated):
            told += cast(Templated, self.channel(name)).template_faults()
        return list(dict.fromkeys(told))

    def is_open(self, name: str) -> bool:
        """Whether a channel is configured and not switched off."""
        return name in self.config.channels and self.config.channels[name].enabled

    @property
    def open_channels(self) -> frozenset[str]:
        """The channels that are configured and not switched off."""
        return frozenset(name for name in self.config.channels if self.is_open(name))

    def missing_secrets(self, names: Iterable[str]) -> list[str]:
        """What cannot be had of these channels' secrets, each with its key path; no command is run for it."""
        missing = []
        for name in names:
            for path, secret in _secrets_in(self.config.channels[name], f"channels.{name}"):
                problem = present(secret, root=self.config.root, environ=self._environ)
                if problem:
                    missing.append(f"{path}: {problem}")
        return missing

    # --- inside ---------------------------------------------------------------------------------------------

    def _channel(self, name: str) -> Channel:
        settings = self.config.channels[name]
        return registry.adapter_for(settings.type)(settings, self._context(name, settings))

    def _context(self, name: str, settings: ChannelSettings) -> Context:
        locale = settings.locale or self.config.publisher.locale
        return Context(
            name=name,
            locale=locale,
            zone=self.zone,
            brand=self.config.publisher.brand,
            provider=self.config.publisher.provider,
            session=partial(self._session, name, settings),
            secret=self._secret,
            clock=lambda: datetime.now(UTC),
            history=self._history,
            render=lambda template, values: self.renderer.page(template, locale, values),
            root=str(self.config.root),
            windows=self.config.windows,
            has_delivered=partial(self._has_delivered, name),
            billed=self._billed,
        )

    def _history(self) -> Snapshot:
        """What has been said, read now: another process may have published since this run began."""
        try:
            with open_ledger(self.ledger_path, write=False) as ledger:
                return ledger.snapshot(limit=MOST_UPDATES)
        except LedgerFault as fault:
            raise NotSent(str(fault), cure=fault.hint) from None

    def _has_delivered(self, name: str, beginning: str) -> bool:
        try:
            with open_ledger(self.ledger_path, write=False) as ledger:
                return ledger.has_delivered(name, beginning)
        except LedgerFault:
            return True

    def _session(
        self, name: str, settings: ChannelSettings, *, rewrite: tuple[str, str] | None = None
    ) -> Any:
        self._sessions.add(name)
        return self._transport.session(
            name, timeout=settings.timeout, rewrite=rewrite, internal=settings.internal
        )

    @property
    def _transport(self) -> Transport:
        with self._making:
            return self._shared_transport

    @cached_property
    def _shared_transport(self) -> Transport:
        from publisher.transport import Transport  # imports requests: only a run that sends pays for it

        bundle = self.config.publisher.ca_bundle
        return Transport(
            masker=self.masker,
            ca_bundle=self.config.root / bundle if bundle else None,
            environ=self._environ,
        )

    def _departures(self, name: str) -> int:
        return self._transport.departures(name) if name in self._sessions else 0

    def _fence(self, name: str, since: int) -> bool:
        """An adapter that never took a session may send by ways that nobody here sees."""
        return name not in self._sessions or self._transport.fence(name, since=since)

    def _secret(self, secret: Secret) -> str:
        try:
            value = resolve(secret, root=Path(self.config.root), environ=self._environ)
        except SecretFault as fault:
            raise BadCredentials(str(fault), cure=fault.hint) from None
        self.masker.add(value)
        return value


def _secrets_in(value: object, path: str) -> Iterable[tuple[str, Secret]]:
    match value:
        case Secret():
            yield path, value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _secrets_in(getattr(value, name), f"{path}.{name}")
        case Mapping():
            for name, inner in value.items():
                yield from _secrets_in(inner, f"{path}.{name}")
        case tuple() | list():
            for number, inner in enumerate(value):
                yield from _secrets_in(inner, f"{path}[{number}]")
