"""A drill: the engineer's own configuration, every channel turned towards a double; and what came of the night.

Nothing of the real platforms is asked: addresses, secrets, ledger and the feed's folder are others, and no proxy is
obeyed. The doubles are lent to it, as `announce_sandbox` has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from publisher.model.commands import command
from publisher.model.delivery import Delivery, State
from publisher.model.errors import Refused
from publisher.model.record import Record

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.settings.channel import ChannelSettings
    from publisher.settings.config import Config

AT_RANDOM = 2
"""So many troubles a random night has, where that many fit the channels."""


class Trouble(Protocol):
    """What can befall the platforms."""

    @property
    def summary(self) -> str:
        """One sentence."""
        ...

    @property
    def platforms(self) -> frozenset[str]:
        """The channel types that it strikes."""
        ...

    @property
    def late(self) -> bool:
        """Whether it begins before the last update, and not before the first."""
        ...


class Doubles(Protocol):
    """The platforms' doubles, on this machine."""

    @property
    def types(self) -> tuple[str, ...]:
        """The channel types that have one."""
        ...

    @property
    def credentials(self) -> dict[str, dict[str, str]]:
        """What each accepts, by type and by the names of its settings."""
        ...

    def base_url(self, type_name: str) -> str:
        """Where one listens."""
        ...


def on_doubles(config: Config, doubles: Doubles, folder: Path) -> Config:
    """The configuration of a drill, whose files all lie in ``folder``.

    Raises Refused for a channel that is switched on and whose type has no double.
    """
    on = {name: settings for name, settings in config.channels.items() if settings.enabled}
    for name, settings in on.items():
        if settings.type not in (*doubles.types, "feed"):
            raise Refused(
                f"channel {name} has the type {settings.type}, which has no double: nothing was posted",
                hint=f"leave it out of the drill: --skip {name}",
            )
    own = config.publisher.model_copy(
        update={
            "ledger": f"sqlite:///{folder}/ledger.db",
            "ledger_password": None,
            "pooler": None,
            "group": None,
        }
    )
    turned = {name: _turned(settings, doubles, folder / name) for name, settings in on.items()}
    return replace(config, publisher=own, channels=turned)


def _turned(settings: ChannelSettings, doubles: Doubles, folder: Path) -> ChannelSettings:
    folder.mkdir(mode=0o700)
    for name, value in doubles.credentials.get(settings.type, {}).items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(value, encoding="utf-8")
    base_url = doubles.base_url(settings.type) if settings.type in doubles.types else ""
    return settings.for_drill(base_url, folder)


def chosen(wanted: str | None, troubles: Mapping[str, Trouble], config: Config, seed: int) -> list[str]:
    """The troubles of a night, by name: those that are listed, or some by the throw of a die that ``seed`` loads.

    Raises Refused for one that there is not, or that strikes no channel of this configuration.
    """
    types = {settings.type for settings in config.channels.values() if settings.enabled}
    fitting = [name for name, one in troubles.items() if one.platforms & types]
    if wanted == "random":
        return Random(seed).sample(fitting, min(AT_RANDOM, len(fitting)))  # noqa: S311  no secret
    names = [name for name in (wanted or "").split(",") if name]
    for name in names:
        if name not in troubles:
            raise Refused(f"there is no trouble {name!r}", hint="they are listed by: --trouble list")
        if name not in fitting:
            raise Refused(
                f"{name} strikes no channel of this configuration",
                hint=f"those that do: {', '.join(fitting)}",
            )
    return list(dict.fromkeys(names))


class Seen(Record, frozen=True, kw_only=True):
    """What customers of a channel could read of an update, and when."""

    update: int
    kind: str
    channel: str
    state: State
    seconds: float | None
    """From when the update was entered; None where nothing is public."""


def seen(ledger: Ledger, ref: str, begun: Mapping[int, datetime]) -> list[Seen]:
    """Every update on every channel; ``begun`` says when each was entered, by its number."""
    kinds = {one.update.number: str(one.update.kind) for one in ledger.history_of(ref).said}
    return [
        Seen(
            update=one.update,
            kind=kinds.get(one.update, ""),
            channel=one.channel,
            state=one.state,
            seconds=_seconds(ledger, one, begun),
        )
        for one in sorted(ledger.all_deliveries(ref), key=lambda one: one.update)
        if not one.is_ping
    ]


def _seconds(ledger: Ledger, delivery: Delivery, begun: Mapping[int, datetime]) -> float | None:
    """A look-up that found the post counts as when it was seen: nobody knows more."""
    ends = [one.ended_at for one in ledger.attempts(delivery) if one.ended_at]
    if delivery.state is not State.DELIVERED or not ends or delivery.update not in begun:
        return None
    return round((max(ends) - begun[delivery.update]).total_seconds(), 1)


SLOW_SECONDS = 60.0
"""From Enter to the last receipt: a night in which this takes longer could be better."""


def advice(rows: Sequence[Seen], *, longest: float, forgotten: Sequence[str], missed: bool) -> list[str]:
    """What a better night looks like, in sentences; empty where there is nothing to say."""
    said = []
    if missed:
        said.append("Read the last line of every command: it names the command that comes next.")
    if longest > SLOW_SECONDS:
        said.append(f"The slowest command took {longest:.0f} s: a preset leaves less to type and to read.")
    late = [row for row in rows if row.kind == "initial" and (row.seconds or 0) > SLOW_SECONDS]
    said += [f"Customers on {row.channel} first read of it after {row.seconds:.0f} s." for row in late]
    never = dict.fromkeys(row.channel for row in rows if row.kind == "initial" and row.seconds is None)
    if never:
        said.append(
            f"The first announcement was never seen on {', '.join(never)}: know how to post there by hand."
        )
    if forgotten:
        said.append(f"Before you go to bed, see what is left: {command('due')}")
    return said
