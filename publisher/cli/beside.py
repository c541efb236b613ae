"""What the commands that say more have in common: the reference and the text, files, and the options of several."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from publisher.cli.options import said

if TYPE_CHECKING:
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.planning.later_request import LaterTyped
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.later import Operands


class Beside(NamedTuple):
    """Where texts come from beside the first argument, on every command."""

    texts: list[str] | None
    from_file: str | None
    edit: bool

    def put_to(self, typed: LaterTyped) -> LaterTyped:
        """What was typed, with these. Raises Refused where the file cannot be read."""
        from msgspec.structs import replace

        from publisher.planning.request_file import LATER_KEYS, read_file

        file = read_file(self.from_file, LATER_KEYS[typed.kind]) if self.from_file else {}
        return replace(typed, text=said(None, self.texts), file=file)

    @contextmanager
    def written(
        self, assembly: Assembly, words: Operands, typed: LaterTyped, desk: TerminalDesk
    ) -> Iterator[tuple[Operands, LaterTyped]]:
        """The same, with the texts as they were edited where that is wanted. Raises Refused."""
        if not self.edit:
            yield words, typed
            return
        from publisher.cli.terminal import editing
        from publisher.runbook.later import to_edit

        ref, text, texts = to_edit(assembly, words, typed.kind, desk)
        with editing.later(ref, typed, text, texts, assembly.config) as found:
            yield (ref, None), found


FirstArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[REF]", show_default=False, help="Such as CMO-7K3M; needed where several are open."
    ),
]
TextArgument = Annotated[
    str | None, typer.Argument(metavar="[TEXT]", show_default=False, help="What customers should know.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Write over what was changed or deleted by hand on a platform.")
]
ReopenOption = Annotated[
    str | None, typer.Option(metavar="WHY", help="Take up again what is over.", show_default=False)
]
AgainOption = Annotated[
    str | None,
    typer.Option("--again", metavar="WHY", help="Why the same is said once more.", show_default=False),
]
NextUpdateOption = Annotated[
    str | None,
    typer.Option(
        "--next-update", metavar="WHEN", help="When you will say more: +30m, 03:30.", show_default=False
    ),
]
ImpactOption = Annotated[
    str | None,
    typer.Option("--impact", metavar="IMPACT", help="none, degraded or outage.", show_default=False),
]
