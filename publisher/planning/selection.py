"""Names picked from those that are configured: channels, services, presets; what is unknown names its neighbour."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.settings.config import Config
from publisher.settings.nearest import nearest


def select(config: Config, *, only: Iterable[str], skip: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """The enabled channels that ``--only`` and ``--skip`` leave, in the order of the file, and what is wrong."""
    given, left_out = tuple(only), names_in(skip)
    wanted = names_in(given)
    faults = ["--only names no channel"] if given and not wanted else []
    faults += [fault for name in (*wanted, *left_out) if (fault := _fault(config, name, name in wanted))]
    enabled = [name for name, settings in config.channels.items() if settings.enabled]
    chosen = tuple(name for name in enabled if (name in wanted or not wanted) and name not in left_out)
    if not chosen and not faults:
        faults.append("no channel is left to announce on")
    return chosen, faults


def names_in(values: Iterable[str]) -> tuple[str, ...]:
    """Options repeat and take comma lists; each name once."""
    names = (name.strip() for value in values for name in value.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """``unknown channel 'blgo'; did you mean blog?``"""
    names = list(known)
    close = nearest(name, names)
    cure = f"did you mean {close}?" if close else f"known: {', '.join(names) or 'none'}"
    return f"unknown {what} {name!r}; {cure}"


def _fault(config: Config, name: str, is_wanted: bool) -> str | None:
    if name not in config.channels:
        return unknown("channel", name, config.channels)
    if is_wanted and not config.channels[name].enabled:
        return f"channel {name} is switched off (channels.{name}.enabled = false)"
    return None
