"""Questions to the person at the terminal: only for what was not typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import typer
from msgspec.structs import replace

from publisher.cli.terminal import output
from publisher.model.errors import Refused

if TYPE_CHECKING:
    from publisher.planning.initial_request import InitialTyped
    from publisher.settings.config import Config


YES = frozenset({"y", "yes", "j", "ja"})
NO = frozenset({"", "n", "no", "nein"})


def somebody_is_there() -> bool:
    """Whether questions can be asked and answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Yes or no, in German too; no answer is no, and any other is asked about again."""
    while True:
        answer = _text(f"{question} [y/N]", "").lower()
        if answer in YES or answer in NO:
            return answer in YES
        output.log("y, yes, j or ja sends; n, no, nein or nothing does not")


def complete(typed: InitialTyped, file: Mapping[str, Any], config: Config) -> InitialTyped:
    """What was typed, with answers for what is missing."""
    if not (typed.preset or typed.services or file):
        typed = _preset(typed, config)
    preset = config.presets.get(typed.preset or file.get("preset", ""))
    if not (typed.services or file.get("services") or (preset and preset.services)):
        typed = replace(typed, services=_services(config))
    if not (typed.title or file.get("title") or preset):
        typed = replace(typed, title=_text("Title (empty: the services' names)", "") or None)
    if not (typed.start or file.get("start")):
        typed = replace(typed, start=_start(config))
    if not (_length(typed) or file.get("duration") or file.get("until") or (preset and preset.duration)):
        typed = replace(typed, duration=_duration())
    return typed


def _start(config: Config) -> str:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from publisher.model.times import parse_when

    zone = ZoneInfo(config.publisher.timezone)
    return _readable("Start", "now", lambda text: parse_when(text, now=datetime.now(UTC), zone=zone))


def _duration() -> str:
    from publisher.model.times import parse_duration

    return _readable("Duration", "1h", parse_duration)


def _readable(question: str, default: str, reading: Callable[[str], object]) -> str:
    """Ask until the answer can be read."""
    while True:
        answer = _text(question, default)
        try:
            reading(answer)
        except ValueError as error:
            output.log(str(error))
        else:
            return answer


def _length(typed: InitialTyped) -> str | None:
    return typed.duration or typed.until


def _preset(typed: InitialTyped, config: Config) -> InitialTyped:
    names = list(config.presets)
    if not names:
        return typed
    number = chosen("Preset", [*names, "none of them"])
    return replace(typed, preset=names[number]) if number < len(names) else typed


def _services(config: Config) -> tuple[str, ...]:
    names = list(config.services)
    if not names:
        raise Refused("no services are configured", hint="add [services.NAME] to the configuration")
    _list(names)
    while True:
        answer = _text("Services (numbers or names, with commas)", "1")
        meant = [_by_number(word.strip(), names) for word in answer.split(",")]
        if all(name in names for name in meant):
            return tuple(meant)
        output.log("not in the list")


def chosen(what: str, options: list[str]) -> int:
    """Which of the options is meant, counted from 0."""
    _list(options)
    while True:
        answer = _by_number(_text(what, "1"), options)
        if answer in options:
            return options.index(answer)
        output.log("not in the list")


def _list(options: list[str]) -> None:
    for number, option in enumerate(options, start=1):
        output.log(f"  {number}  {option}")


def _by_number(answer: str, options: list[str]) -> str:
    if answer.isdecimal() and 1 <= int(answer) <= len(options):
        return options[int(answer) - 1]
    return answer


def _text(question: str, default: str) -> str:
    answer: str = typer.prompt(question, default=default, err=True, show_default=bool(default))
    return answer.strip()
