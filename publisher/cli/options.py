"""Options that several commands take, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
RefArgument = Annotated[
    str | None, typer.Argument(metavar="[REF]", show_default=False, help="Such as CMO-7K3M.")
]
