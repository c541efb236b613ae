"""``announce windows``: the next maintenance windows, and the verdict on a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

SHOWN = 4
"""How many windows are listed."""

WORDS = {
    "inside": "inside a maintenance window: no notice is due",
    "outside": "outside the maintenance windows: notice is due",
    "overruns": "begins inside a maintenance window and runs past its end: notice is due",
}


def windows(
    context: typer.Context,
    *,
    at: Annotated[
        str | None, typer.Option(help="A time to judge, as urgent --start.", show_default=False)
    ] = None,
    until: Annotated[str | None, typer.Option(help="The end of the work.", show_default=False)] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Show the next maintenance windows and, given a time, whether notice is due."""
    from zoneinfo import ZoneInfo

    from publisher.cli.session import load
    from publisher.cli.terminal import output

    settings = load(context, config)
    zone = ZoneInfo(settings.publisher.timezone)
    found = _found(settings, zone, at, until)
    if json:
        output.data_json({"exit_code": 0} | found)
    else:
        output.data("\n".join(_lines(found, zone)))
    return 0


def _found(settings: Any, zone: ZoneInfo, at: str | None, until: str | None) -> dict[str, Any]:
    from publisher.model.windows import upcoming
    from publisher.runbook.results import utc

    now = datetime.now(UTC)
    listed = upcoming(settings.windows, zone, now, SHOWN)
    windows_found = [{"from": utc(window.start), "to": utc(window.end)} for window in listed]
    return {"windows": windows_found} | (_judged(settings, zone, now, at, until) if at or until else {})


def _judged(
    settings: Any, zone: ZoneInfo, now: datetime, at: str | None, until: str | None
) -> dict[str, Any]:
    from publisher.model.windows import judge
    from publisher.runbook.results import utc

    start, end = _times(zone, now, at or "now", until)
    judgement = judge(settings.windows, zone, start, end)
    window = judgement.occurrence
    return {
        "at": utc(start),
        "until": utc(end) if end else None,
        "verdict": str(judgement.verdict),
        "window": {"from": utc(window.start), "to": utc(window.end)} if window else None,
    }


def _times(zone: ZoneInfo, now: datetime, at: str, until: str | None) -> tuple[datetime, datetime | None]:
    from publisher.model.errors import Refused
    from publisher.model.times import parse_until, parse_when, spoken

    try:
        start = parse_when(at, now=now, zone=zone)
        end = parse_until(until, start=start, now=now, zone=zone) if until else None
    except ValueError as error:
        raise Refused(str(error)) from None
    if end is not None and end <= start:
        raise Refused(f"the end {spoken(end, zone)} is not after the start {spoken(start, zone)}")
    return start, end


def _lines(found: dict[str, Any], zone: ZoneInfo) -> list[str]:
    from publisher.model.times import spoken

    def local(text: str) -> str:
        return spoken(datetime.fromisoformat(text), zone)

    lines = [f"{local(window['from'])}  to  {local(window['to'])}" for window in found["windows"]]
    if not lines:
        lines = ["no maintenance windows are configured"]
    if "verdict" in found:
        until = f" to {local(found['until'])}" if found["until"] else ""
        lines.append(f"{local(found['at'])}{until}: {WORDS[found['verdict']]}")
    return lines
