"""Options that several commands take, each described once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import timedelta

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Configuration file (default: ANNOUNCE_CONFIG, ./announce.toml).", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed without a terminal.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show every post; send and record nothing.")]
OnlyOption = Annotated[list[str] | None, typer.Option(help="Only these channels; repeats.")]
SkipOption = Annotated[list[str] | None, typer.Option(help="Not these channels; repeats.")]
TitleOption = Annotated[
    list[str] | None,
    typer.Option("--title", help="What it is about; en=… in English; repeats.", show_default=False),
]
ReasonOption = Annotated[
    list[str] | None, typer.Option("--reason", help="Why it cannot wait.", show_default=False)
]
DetailsOption = Annotated[
    list[str] | None, typer.Option("--details", help="More, in paragraphs.", show_default=False)
]
ActionOption = Annotated[
    list[str] | None, typer.Option("--action", help="What the reader should do.", show_default=False)
]
OutageOption = Annotated[
    str | None,
    typer.Option("--outage", metavar="LEN", help="How long each server is away: 15m.", show_default=False),
]
UnaffectedOption = Annotated[
    list[str] | None,
    typer.Option("--unaffected", metavar="TEXT", help="What keeps running.", show_default=False),
]
TextOption = Annotated[
    list[str] | None,
    typer.Option("--text", help="TEXT in another language: en=…; repeats.", show_default=False),
]
FromFileOption = Annotated[
    str | None,
    typer.Option("--from-file", help="The facts as TOML or JSON; - is stdin.", show_default=False),
]
EditOption = Annotated[
    bool, typer.Option("--edit", help="Write the texts in $EDITOR, every language in its place.")
]
RefArgument = Annotated[
    str | None, typer.Argument(metavar="[REF]", show_default=False, help="Such as CMO-7K3M.")
]


def said(first: str | None, more: Sequence[str] | None) -> tuple[str, ...] | None:
    """A text as it was typed: as an argument, by options, in several languages; None where it was not."""
    return (*([] if first is None else [first]), *(more or ())) or None


_NONE = r"\s*0+\s*(d|h|m|min)?\s*"


def length(typed: str | None) -> timedelta:
    """A length of time as it was typed; none at all where it was not. Raises Refused."""
    from datetime import timedelta

    from publisher.model.errors import Refused
    from publisher.model.times import parse_duration

    try:
        return timedelta() if typed is None or re.fullmatch(_NONE, typed) else parse_duration(typed)
    except ValueError as error:
        raise Refused(str(error)) from None
