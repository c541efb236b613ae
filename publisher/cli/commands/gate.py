"""``announce gate``: a command that runs only when customers know of the work."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.runbook.gate import Asked
    from publisher.settings.schema import GateTable


def gate(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="REF -- COMMAND", show_default=False, help="REF may be left out; then what to run."
        ),
    ],
    *,
    need: Annotated[
        list[str] | None,
        typer.Option(
            help="Who has to have told customers: a channel, any-social or all; repeats.", show_default=False
        ),
    ] = None,
    lead: Annotated[
        str | None, typer.Option(help="How long before, such as 15m.", show_default=False)
    ] = None,
    wait: Annotated[
        str | None, typer.Option(help="How long to wait for that and for the start.", show_default=False)
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Run a command once its announced start has come and customers were told; exit 7 and do not run it otherwise."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.gate import let_begin
    from publisher.runbook.opening import looked_into, reference_and_command

    assembly = assemble(context, config)
    desk = TerminalDesk(assembly.config, as_json=json)
    asked = _asked(assembly.config.gate, need, lead, wait)
    with looked_into(assembly, desk) as ledger:
        ref, command = reference_and_command(assembly, ledger, words, desk)
        program = _found(command)
        let_begin(assembly, ledger, ref, asked, desk)
    _become(program, command)


def _asked(table: GateTable, need: list[str] | None, lead: str | None, wait: str | None) -> Asked:
    from publisher.cli.options import length
    from publisher.runbook.gate import Asked

    named = tuple(name.strip() for one in need or () for name in one.split(","))
    return Asked(
        need=table.need if need is None else named,
        lead=length(table.lead if lead is None else lead),
        wait=length(wait),
        verified=table.verified,
    )


def _found(command: Sequence[str]) -> str:
    """The program's file: looked for before the wait, not after it. Raises Refused."""
    from publisher.model.errors import Refused

    program = shutil.which(command[0])
    if program is None:
        raise Refused(
            f"there is no command {command[0]!r} that could be run",
            hint="write its path, or a shell's: -- sh -c '…'",
        )
    return program


def _become(program: str, command: list[str]) -> NoReturn:
    """Be that command from now on: it gets every signal, and its exit code is ours. Raises Refused."""
    from publisher.cli.terminal import output
    from publisher.model.errors import Refused

    output.flush()
    for ignored in ("SIGPIPE", "SIGXFSZ"):  # by Python; a command expects them as the system has them
        signal.signal(getattr(signal, ignored), signal.SIG_DFL)
    if os.environ.get("PYDANTIC_DISABLE_PLUGINS") == "__all__":  # our own, and not the command's affair
        del os.environ["PYDANTIC_DISABLE_PLUGINS"]
    try:
        os.execv(program, command)  # noqa: S606  # nosec B606
    except OSError as error:
        if error.errno == errno.ENOEXEC:  # a script that names no interpreter: a shell's, as for execvp(3)
            os.execv("/bin/sh", ["sh", program, *command[1:]])  # noqa: S606  # nosec B606
        raise Refused(
            f"{program} could not be run: {error.strerror}",
            hint="the work is on record as begun: run it by hand, or call it off",
        ) from None
