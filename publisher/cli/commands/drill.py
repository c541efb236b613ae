"""``announce drill``: the whole night on doubles, with the engineer's own configuration, and a report at its end."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption, SkipOption, YesOption

if TYPE_CHECKING:
    from publisher.cli.rehearsal import Night
    from publisher.runbook.drill import Trouble
    from publisher.settings.config import Config


def drill(
    context: typer.Context,
    *,
    trouble: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Names with commas between, random, or list.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Of a random night, to have it again.", show_default=False)
    ] = None,
    skip: SkipOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Play a whole night on doubles of the platforms: nothing is posted, no secret is looked for."""
    from publisher.cli.session import load
    from publisher.model.errors import Refused
    from publisher.runbook.drill import chosen

    doubles: Any = importlib.import_module("announce_sandbox")
    if trouble == "list":
        return _listed(doubles.TROUBLES, as_json=json)
    from publisher.cli.terminal import asking, output

    alone = yes or json
    if not alone and not asking.somebody_is_there():
        raise Refused("nobody is there to be asked", hint="--yes plays the night by itself")
    wanted = _without(load(context, config), skip or [])
    drawn = _drawn(seed)
    names = chosen(trouble, doubles.TROUBLES, wanted, drawn)
    if trouble == "random":
        output.log(f"troubles: {', '.join(names)}; the same night again: --trouble random --seed {drawn}")
    return _played(wanted, doubles, names, alone=alone, as_json=json)


def _played(wanted: Config, doubles: Any, names: list[str], *, alone: bool, as_json: bool) -> int:
    from publisher.cli.rehearsal import Night
    from publisher.model.commands import keep
    from publisher.runbook.drill import on_doubles

    keep(None)  # commands that are printed are entered here, where no file is obeyed
    sys.addaudithook(_stay_here)
    with tempfile.TemporaryDirectory(prefix="announce-drill-") as place, doubles.start() as running:
        turned = on_doubles(wanted, running, Path(place))
        late = [name for name in names if doubles.TROUBLES[name].late]
        night = Night(turned, running, names, late=late, alone=alone, quiet=as_json)
        code = night.play()
        _report(night, code, {name: doubles.TROUBLES[name].summary for name in names}, as_json=as_json)
    return code


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """The last wall, below every library: a drill connects to this machine alone, and asks no name server."""
    if (
        event == "socket.connect"
        and isinstance(address := arguments[1], tuple)
        and not _is_here(str(address[0]))
    ):
        raise ConnectionRefusedError(f"this is a drill: no connection to {address[0]}")
    if event == "socket.getaddrinfo" and not _is_here(str(arguments[0])):
        raise ConnectionRefusedError(f"this is a drill: {arguments[0]} is not looked up")


def _is_here(host: str) -> bool:
    return host.startswith("127.") or host in {"::1", "localhost"}


def _drawn(seed: int | None) -> int:
    if seed is not None:
        return seed
    import secrets

    return secrets.randbelow(10_000)


def _without(config: Config, skipped: list[str]) -> Config:
    from msgspec.structs import replace

    from publisher.model.errors import Refused

    names = {name for word in skipped for name in word.split(",")}
    if unknown := sorted(names - set(config.channels)):
        raise Refused(f"unknown channel {unknown[0]!r}", hint=f"known: {', '.join(config.channels)}")
    return replace(config, channels={name: one for name, one in config.channels.items() if name not in names})


def _listed(troubles: Mapping[str, Trouble], *, as_json: bool) -> int:
    from publisher.cli.terminal import output

    if as_json:
        rows = [{"name": name, "summary": one.summary} for name, one in troubles.items()]
        output.data_json({"exit_code": 0, "troubles": rows})
        return 0
    for name, one in troubles.items():
        output.data(output.folded(f"{name:<24}{one.summary}", 24))
    return 0


def _report(night: Night, code: int, troubles: Mapping[str, str], *, as_json: bool) -> None:
    from msgspec import structs

    from publisher.cli.terminal import output
    from publisher.runbook.drill import advice
    from publisher.runbook.due import row
    from publisher.runbook.results import utc

    rows = night.seen() if night.ref else []
    due = night.due()
    longest = max((step.seconds for step in night.steps), default=0.0)
    better = advice(rows, longest=longest, forgotten=[one.what for one in due], missed=night.missed)
    if as_json:
        steps = [structs.asdict(step) | {"entered_at": utc(step.entered_at)} for step in night.steps]
        told = {"ref": night.ref, "troubles": list(troubles), "steps": steps, "decided": night.decided}
        seen = [structs.asdict(one) for one in rows]
        rest = {"seen": seen, "forgotten": [row(one) for one in due], "better": better}
        output.data_json({"exit_code": code, **told, **rest})
        return
    for line in _lines(night, troubles, better):
        output.data(output.folded(line, 4))


def _lines(night: Night, troubles: Mapping[str, str], better: list[str]) -> list[str]:
    """The report, from what happened to what a better night looks like."""
    lines = ["", f"The drill is over: {night.ref or 'nothing was announced'}. Nothing left this machine."]
    lines += ["", "What went wrong:"] if troubles else []
    lines += [f"  {name}: {summary}" for name, summary in troubles.items()]
    lines += ["", "From Enter to the last receipt:"]
    lines += [f"  {step.seconds:6.1f} s  exit {step.exit_code}  {step.command}" for step in night.steps]
    lines += ["", "Seconds until customers could read it, by update:", *_table(night)]
    lines += ["", "What you decided:", *(f"  {one}" for one in night.decided)] if night.decided else []
    due = night.due()
    lines += ["", "Forgotten:" if due else "Forgotten: nothing."]
    lines += [f"  {one.what}: {one.command}" for one in due]
    return [*lines, "", "A better night:", *(f"  {one}" for one in better or ["There is none: well done."])]


def _table(night: Night) -> list[str]:
    """A channel a line, an update a column."""
    if not night.ref:
        return ["  –"]
    rows = night.seen()
    kinds = {one.update: one.kind for one in rows}
    lines = [f"  {'':<18}" + "".join(f"{kind[:11]:>12}" for kind in kinds.values())]
    for channel in dict.fromkeys(one.channel for one in rows):
        cells = {one.update: one for one in rows if one.channel == channel}
        lines.append(f"  {channel[:18]:<18}" + "".join(f"{_cell(cells.get(number)):>12}" for number in kinds))
    return lines


def _cell(one: Any) -> str:
    if one is None:
        return "–"
    return one.state if one.seconds is None else f"{one.seconds:.1f}"
