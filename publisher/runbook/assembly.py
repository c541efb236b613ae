"""Puts the parts of a run together, from a configuration; each is made late."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from publisher.adapter import registry
from publisher.adapter.contract import Templated
from publisher.delivery.channels import Channels
from publisher.ledger import Ledger, alone, open_ledger
from publisher.model.errors import LedgerFault, Refused
from publisher.model.history import Snapshot
from publisher.model.outcome import NotSent
from publisher.settings.config import Config
from publisher.settings.masking import Masker, install, one_line
from publisher.settings.paths import cache_folder
from publisher.settings.secrets import Secret, present

if TYPE_CHECKING:
    from publisher.planning.plan import Means
    from publisher.rendering.renderer import Renderer
    from publisher.settings.database import Database


MOST_UPDATES = 1_000
"""How far back channels see: feeds list fewer, calendars keep events as long as this."""


class Assembly:
    """Everything one command needs of a configuration. Made on the main thread, used by all."""

    def __init__(
        self,
        config: Config,
        environ: Mapping[str, str] = os.environ,
        *,
        billed: bool = True,
        ignored: frozenset[str] = frozenset(),
    ) -> None:
        """``ignored``: codes of rules on texts that find nothing in this run."""
        self.config = config
        self.ignored = ignored
        self.masker = Masker()
        install(self.masker)
        self._environ = environ
        self._one_at_a_time = Lock()
        self._histories: dict[str, Snapshot] = {}
        self.page_faults: list[str] = []
        """What is wrong with pages of the user's own that ours stood in for."""
        self.channels = Channels(
            config,
            masker=self.masker,
            history=self._history,
            history_of=self._history_of,
            has_delivered=self._has_delivered,
            render=self._page,
            words=self._words,
            brief=lambda at, locale: self.renderer.brief(at, locale),  # noqa: PLW0108  made late
            environ=environ,
            billed=billed,
            alone=partial(_alone, shared) if (shared := config.database) else None,
        )

    def promise(self, name: str) -> str:
        """What a channel's posts can be relied on for, should an answer be lost."""
        from publisher.delivery.promises import guarantee

        return guarantee(self.channels.terms(name))

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
            contact=self.config.publisher.contact,
            wording=self.config.publisher.wording,
            untranslated=self.config.publisher.untranslated,
            # Who wrote the configuration says which templates are taken: a team shares both on one host.
            owners=[self.config.path.stat().st_uid] if own else [],
            group=self.config.group,
        )

    @property
    def _feeds(self) -> dict[str, str]:
        """What posts offer to subscribe to: the first feed of each locale, in the order of the configuration."""
        feeds: dict[str, str] = {}
        for name in self.config.channels:
            if self.channels.is_open(name) and (address := self.channels.capabilities(name).feed):
                feeds.setdefault(self.channels.locale(name), address)
        return feeds

    @property
    def ledger_path(self) -> Path | Database:
        """Where the ledger lies: its file, or its database."""
        return self.config.ledger

    def means(self, ledger: Ledger) -> Means:
        """What plans are made with."""
        from publisher.planning.plan import Means

        return Means(
            config=self.config,
            ledger=ledger,
            renderer=self.renderer,
            capabilities=self.channels.capabilities,
            updates=self.channels.updates,
        )

    def masked(self, text: str) -> str:
        """A text fit to be kept and shown: one line, without secrets."""
        return one_line(self.masker.mask(text))

    def template_faults(self, name: str) -> list[str]:
        """What is wrong with a channel's templates, pages included, tried on specimen updates."""
        type_name = self.config.channels[name].type
        faults = self.renderer.check(
            channel=name,
            type_name=type_name,
            locale=self.channels.locale(name),
            capabilities=self.channels.capabilities(name),
        )
        told = [f"{fault}; {fault.cure}" for fault in faults]
        if issubclass(registry.adapter_for(type_name), Templated):
            told += cast(Templated, self.channels.adapter(name)).template_faults()
            told += self.page_faults
        return list(dict.fromkeys(told))

    def missing_secrets(self, names: Iterable[str]) -> list[str]:
        """What cannot be had of these channels' secrets, each with its key path; no command is run for it."""
        missing = []
        for name in names:
            for path, secret in secrets_in(self.config.channels[name], f"channels.{name}"):
                problem = present(
                    secret, root=self.config.root, environ=self._environ, group=self.config.group
                )
                if problem:
                    missing.append(f"{path}: {problem}")
        return missing

    # --- what adapters are lent -----------------------------------------------------------------------------

    def _page(self, template: str, locale: str, values: Mapping[str, Any]) -> str:
        from publisher.rendering.standby import page_of

        return page_of(self.renderer, template, locale, values, self.page_faults)

    def _words(self, locale: str) -> Mapping[str, Any]:
        return self.renderer.words(locale)

    def _history(self) -> Snapshot:
        """What has been said, read now: another process may have published since this run began."""
        return self._read(lambda ledger: ledger.snapshot(limit=MOST_UPDATES))

    def _history_of(self, ref: str) -> Snapshot:
        """What has been said of one announcement, read once for all channels: a run that sends owns it."""
        with self._one_at_a_time:
            if ref not in self._histories:
                self._histories[ref] = self._read(lambda ledger: ledger.history_of(ref))
            return self._histories[ref]

    def _read(self, question: Callable[[Ledger], Snapshot]) -> Snapshot:
        try:
            with open_ledger(self.ledger_path, write=False) as ledger:
                return question(ledger)
        except LedgerFault as fault:
            raise NotSent(str(fault), cure=fault.hint) from None

    def _has_delivered(self, name: str, beginning: str) -> bool:
        with self._one_at_a_time:
            newest = self._newest_addresses
        return newest is None or newest.get(name, "").startswith(beginning)

    @cached_property
    def _newest_addresses(self) -> Mapping[str, str] | None:
        """Read once for all channels; None where the ledger cannot tell."""
        try:
            with open_ledger(self.ledger_path, write=False) as ledger:
                return ledger.newest_addresses()
        except LedgerFault:
            return None


@contextmanager
def _alone(database: Database, place: str) -> Iterator[None]:
    """The only writer of a place, of all machines that share the database."""
    try:
        with alone(database, place):
            yield
    except Refused as refused:
        raise NotSent(str(refused), cure=refused.hint) from None


def secrets_in(value: object, path: str) -> Iterable[tuple[str, Secret]]:
    """Every secret in settings, with the path of its key."""
    match value:
        case Secret():
            yield path, value
        case BaseModel():
            for name in type(value).model_fields:
                yield from secrets_in(getattr(value, name), f"{path}.{name}")
        case Mapping():
            for name, inner in value.items():
                yield from secrets_in(inner, f"{path}.{name}")
        case tuple() | list():
            for number, inner in enumerate(value):
                yield from secrets_in(inner, f"{path}[{number}]")
