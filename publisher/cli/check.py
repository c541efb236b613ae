"""``announce check``: find the expired token before the night. Publishes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.checking import Checked

MAY_PUBLISH = {
    "proved": "may publish",
    "refused": "may NOT publish",
    "unknown": "credentials are good; whether they may publish cannot be asked here",
}


def check(context: typer.Context, *, json: JsonOption = False, config: ConfigOption = None) -> int:
    """Ask every enabled channel who we are there and whether we may publish."""
    from publisher.checking import check_all
    from publisher.cli import output
    from publisher.cli.session import assemble

    assembly = assemble(context, config)
    enabled = [name for name, settings in assembly.config.channels.items() if settings.enabled]
    answers = check_all(
        {name: partial(assembly.channel, name) for name in enabled},
        deadline=assembly.config.publisher.deadline,
        mask=assembly.masked,
    )
    code = min((answer.exit_code for answer in answers), default=0, key=lambda one: one or 9)
    if json:
        rows = [_row(answer, assembly.config.channels[answer.channel].type) for answer in answers]
        output.data_json({"exit_code": code, "channels": rows})
    else:
        output.data("\n".join(_lines(answers)))
    return code


def _row(answer: Checked, type_name: str) -> dict[str, Any]:
    identity, error = answer.identity, answer.error
    return {
        "channel": answer.channel,
        "type": type_name,
        "account": identity.account if identity else None,
        "may_publish": identity.may_publish if identity else None,
        "notes": list(identity.notes) if identity else [],
        "error": str(error) if error else None,
        "hint": error.cure if error else None,
    }


def _lines(answers: Sequence[Checked]) -> list[str]:
    lines = []
    for answer in answers:
        if answer.identity:
            lines.append(
                f"{answer.channel}: {answer.identity.account}, {MAY_PUBLISH[answer.identity.may_publish]}"
            )
            lines += [f"    note: {note}" for note in answer.identity.notes]
        elif answer.error:
            lines.append(f"{answer.channel}: {answer.error}")
            lines += [f"    hint: {answer.error.cure}"] if answer.error.cure else []
    return lines or ["no channels are enabled"]
