"""announce.toml as frozen data. All faults are found in one pass, each with its key path and its cure."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from publisher.model.announcement import Service
from publisher.model.languages import language_of
from publisher.model.lint import Lint
from publisher.model.record import Record
from publisher.model.windows import DEFAULT_WINDOWS, Window
from publisher.settings import toml
from publisher.settings.channel import ChannelSettings
from publisher.settings.explain import faults_of
from publisher.settings.faults import (
    ConfigFault,
    Fault,
    InputFault,
    fault_at,
    key_path,
    quoted,
    unknown_key,
)
from publisher.settings.nearest import nearest
from publisher.settings.paths import default_ledger, find, is_chosen, is_database, ledger_file
from publisher.settings.schema import (
    GateTable,
    LintTable,
    Preset,
    Publisher,
    ServiceTable,
    WindowTable,
    checked_locale,
)
from publisher.settings.trust import Trust

if TYPE_CHECKING:
    from publisher.settings.database import Database

__all__ = ["Config", "ConfigFault", "Preset", "Publisher", "find", "is_chosen", "load"]


class Config(Record, frozen=True, kw_only=True):
    """What announce.toml says, checked and with its defaults."""

    path: Path
    publisher: Publisher
    windows: tuple[Window, ...]
    services: Mapping[str, Service]
    presets: Mapping[str, Preset]
    lint: Lint = Lint()
    """How texts are looked at."""
    gate: GateTable = GateTable.model_construct()
    channels: Mapping[str, ChannelSettings]
    """By name, in the order of the file; those with ``enabled = false`` too."""

    @property
    def root(self) -> Path:
        """The file's folder: relative paths count from it."""
        return self.path.parent

    @property
    def group(self) -> int | None:
        """The number of the Unix group that shares what belongs to the team; None where nobody shares it."""
        if self.publisher.group is None:
            return None
        import grp  # not on Windows, where no group is accepted

        return grp.getgrnam(self.publisher.group).gr_gid

    @property
    def language(self) -> str:
        """The publisher's own: that of a text of which nobody says another one."""
        return language_of(self.publisher.locale)

    @property
    def locales(self) -> tuple[str, ...]:
        """Those that are spoken, each once: the publisher's, then those of the channels that are switched on."""
        own = self.publisher.locale
        spoken = (each for one in self.channels.values() if one.enabled for each in one.locales(own))
        return tuple(dict.fromkeys((own, *spoken)))

    @property
    def ledger(self) -> Path | Database:
        """The ledger's file, or its database: the one configured, else a file in the platform's state folder."""
        if self.publisher.ledger is not None:
            return self.database or ledger_file(self.publisher.ledger, self.root)
        ledger = default_ledger()
        if ledger is None:
            fault = Fault(
                "publisher.ledger",
                "is not set, and there is no home folder to keep it in",
                "set HOME as it is where announcements are usually made: the ledger lies in it",
            )
            raise ConfigFault([fault], path=self.path)
        return ledger

    @property
    def database(self) -> Database | None:
        """The database that the ledger is in; None where it is a file."""
        url = self.publisher.ledger
        if url is None or not is_database(url):
            return None
        from publisher.settings.database import Database  # only whoever has one pays for it

        return Database(
            url=url,
            secret=self.publisher.ledger_password,
            root=self.root,
            group=self.group,
            pooled=self.publisher.pooler is not None,
        )

    @property
    def state(self) -> Path | None:
        """The folder of the ledger's file, for what else this host keeps; None where the ledger is in a database."""
        return self.ledger.parent if isinstance(self.ledger, Path) else None


def load(path: Path, settings_for: Callable[[str], type[ChannelSettings]], *, chosen: bool = True) -> Config:
    """The configuration in a file; ``settings_for`` gives the settings model of a channel type.

    A file that somebody else could have written is not obeyed; one that nobody has chosen, because it was merely
    found in the current folder, only if that folder is ours alone. Secrets are neither looked for nor read.
    Raises ConfigFault with every fault that the file has.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100  resolve() would follow a link away from the file's folder
    return _Reader(path, toml.read(path, Trust(path, chosen=chosen).fault), settings_for).config()


_SECTIONS = ("publisher", "windows", "services", "presets", "lint", "gate", "channels")
_CHANNEL_NAME = r"[a-z0-9-]{1,40}"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
_Model = TypeVar("_Model", bound=BaseModel)


class _Reader:
    """Reads one document, part by part, and collects what is wrong with it."""

    def __init__(
        self, path: Path, document: dict[str, Any], settings_for: Callable[[str], type[ChannelSettings]]
    ) -> None:
        self._path = path
        self._document = document
        self._settings_for = settings_for
        self._faults: list[Fault] = []

    def config(self) -> Config:
        self._faults += [unknown_key([key], _SECTIONS) for key in self._document if key not in _SECTIONS]
        publisher = self._publisher()
        windows, services = self._windows(), self._services()
        presets, lint, gate = self._presets(), self._lint(), self._gate()
        channels = self._channels()
        if publisher is None or self._faults:
            raise ConfigFault(self._faults, path=self._path)
        return Config(
            path=self._path,
            publisher=publisher,
            windows=windows,
            services=services,
            presets=presets,
            lint=lint,
            gate=gate,
            channels=channels,
        )

    # --- the parts ----------------------------------------------------------------------------------------------

    def _publisher(self) -> Publisher | None:
        if "publisher" not in self._document:
            cure = 'add [publisher] with brand = "…" and reference_prefix = "…"'
            self._fault(["publisher"], "is missing", cure)
            return None
        made = self._made(Publisher, self._document["publisher"], "publisher")
        for key in ("ledger_password", "pooler") if made and not is_database(made.ledger or "") else ():
            if getattr(made, key) is not None:
                self._fault(
                    ["publisher", key], "is for a ledger in a database", "name one in ledger, or remove it"
                )
        return made

    def _lint(self) -> Lint:
        if "lint" not in self._document:
            return Lint(file=str(self._path))
        made = self._made(LintTable, self._document["lint"], "lint")
        return made.lint(self._path) if made else Lint()

    def _gate(self) -> GateTable:
        if "gate" not in self._document:
            return GateTable.model_construct()  # its defaults, without building what would check them
        made = self._made(GateTable, self._document["gate"], "gate") or GateTable()
        known = (*self._tables("channels"), "any-social", "all")
        for position, name in enumerate(made.need):
            if name not in known:
                self._fault(
                    ["gate", "need", position],
                    f"unknown channel {quoted(name)}",
                    f"known: {', '.join(known)}",
                )
        return made

    def _windows(self) -> tuple[Window, ...]:
        tables = self._document.get("windows")
        if tables is None:
            return DEFAULT_WINDOWS
        if not isinstance(tables, list):
            self._fault(
                ["windows"], "must be a list of tables", "write [[windows]], or windows = [] for none"
            )
            return ()
        windows = (self._window(table, number) for number, table in enumerate(tables))
        return tuple(window for window in windows if window is not None)

    def _window(self, table: Any, number: int) -> Window | None:
        made = self._made(WindowTable, table, "windows", number)
        if made is None:
            return None
        try:
            return Window.parse(made.from_, made.to)
        except ValueError as error:
            self._faults.append(fault_at(["windows", number], error))
            return None

    def _services(self) -> dict[str, Service]:
        services = {}
        for key, table in self._named("services"):
            if made := self._made(ServiceTable, table, "services", key):
                services[key] = Service(key=key, name=made.name)
        return services

    def _presets(self) -> dict[str, Preset]:
        presets = {}
        for name, table in self._named("presets"):
            if made := self._made(Preset, table, "presets", name):
                presets[name] = made
                self._refuse_unknown_services(["presets", name, "services"], made.services)
        return presets

    def _channels(self) -> dict[str, ChannelSettings]:
        channels = {}
        for name, table in self._tables("channels").items():
            if not re.fullmatch(_CHANNEL_NAME, name):
                self._fault(
                    ["channels", name], "is no name for a channel", "use at most 40 of a-z, 0-9 and -"
                )
            if settings := self._channel(name, table):
                channels[name] = settings
                for key in settings.of_services:
                    self._refuse_unknown_services(["channels", name, key], getattr(settings, key))
        self._refuse_shared(channels)
        return channels

    def _refuse_shared(self, channels: Mapping[str, ChannelSettings]) -> None:
        """Two channels that write one place overwrite each other."""
        owners: dict[tuple[str, str], str] = {}
        for name, settings in channels.items():
            for key in settings.exclusive if settings.enabled else ():
                value = str(getattr(settings, key))
                place = value.rstrip("/") if "://" in value else os.path.normpath(self._path.parent / value)
                owner = owners.setdefault((key, place), name)
                if owner != name:
                    problem = f"is that of channels.{owner}.{key} too: they would overwrite each other"
                    self._fault(["channels", name, key], problem, "give each of them its own")

    def _channel(self, name: str, table: Any) -> ChannelSettings | None:
        if not isinstance(table, dict):
            self._fault(["channels", name], "must be a table", f"write [channels.{name}]")
            return None
        if not isinstance(table.get("type"), str):
            self._fault(
                ["channels", name, "type"], "is missing, or no text", 'add type = "…", as in "wordpress"'
            )
            return None
        try:
            model = self._settings_for(table["type"])
        except InputFault as fault:
            self._faults.append(fault_at(["channels", name, "type"], fault))
            return None
        made = self._made(model, self._with_locale(name, table), "channels", name)
        if made and len(made.locales("")) > 1 and not made.several:
            cure = "write a channel for each language"
            self._fault(["channels", name, "locale"], f"a {made.type} channel speaks one language", cure)
        return made

    def _with_locale(self, name: str, table: dict[str, Any]) -> dict[str, Any]:
        """The table with its locale in the one form that is used inside."""
        given = table.get("locale")
        if not given or not isinstance(given, str | list) or not all(isinstance(one, str) for one in given):
            return table
        try:
            if isinstance(given, str):
                return {**table, "locale": checked_locale(given)}
            return {**table, "locale": tuple(dict.fromkeys(map(checked_locale, given)))}
        except InputFault as fault:
            self._faults.append(fault_at(["channels", name, "locale"], fault))
            return table

    # --- what the parts have in common ----------------------------------------------------------------------------

    def _named(self, section: str) -> list[tuple[str, Any]]:
        """The tables of a section whose names can be typed on a command line."""
        named = []
        for name, table in self._tables(section).items():
            if re.fullmatch(_NAME, name):
                named.append((name, table))
            else:
                self._fault([section, name], "is no name", "use at most 40 letters, digits, dots, _ and -")
        return named

    def _tables(self, section: str) -> dict[str, Any]:
        tables = self._document.get(section, {})
        if isinstance(tables, dict):
            return tables
        fault = Fault(section, "must hold tables", f"write [{section}.NAME]")
        if fault not in self._faults:
            self._faults.append(fault)
        return {}

    def _made(self, model: type[_Model], table: Any, *place: str | int) -> _Model | None:
        try:
            return model.model_validate(table, context={"root": self._path.parent})
        except ValidationError as error:
            self._faults += faults_of(error, place, table, model)
            return None

    def _refuse_unknown_services(self, place: list[str | int], services: Sequence[str]) -> None:
        known = self._tables("services")
        for position, service in enumerate(services):
            if service not in known:
                meant = nearest(service, known)
                all_known = f"known: {', '.join(known) or 'none, add [services.…]'}"
                cure = f"did you mean {meant}?" if meant else all_known
                self._fault([*place, position], f"unknown service {quoted(service)}", cure)

    def _fault(self, place: list[str | int], problem: str, cure: str | None) -> None:
        self._faults.append(Fault(key_path(place), problem, cure))
