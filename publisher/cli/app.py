"""The commands by name, and the one place where what stops a command becomes words and an exit code."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from publisher import __version__
from publisher.cli.options import ConfigOption
from publisher.cli.signals import Stopped, raising
from publisher.cli.terminal import output
from publisher.model.errors import Refused

COMMANDS: Mapping[str, str] = {
    "urgent": "publisher.cli.commands.urgent:urgent",
    "update": "publisher.cli.commands.update:update",
    "extend": "publisher.cli.commands.extend:extend",
    "complete": "publisher.cli.commands.complete:complete",
    "cancel": "publisher.cli.commands.cancel:cancel",
    "correct": "publisher.cli.commands.correct:correct",
    "withdraw": "publisher.cli.commands.withdraw:withdraw",
    "resume": "publisher.cli.commands.resume:resume",
    "resolve": "publisher.cli.commands.resolve:resolve",
    "bundle": "publisher.cli.commands.bundle:bundle",
    "list": "publisher.cli.commands.listing:list_announcements",
    "show": "publisher.cli.commands.listing:show",
    "due": "publisher.cli.commands.due:due",
    "windows": "publisher.cli.commands.windows:windows",
    "check": "publisher.cli.commands.check:check",
    "channels": "publisher.cli.commands.channels:channels",
    "sandbox": "publisher.cli.commands.sandbox:sandbox",
    "feed": "publisher.cli.commands.feed:feed",
    "ledger": "publisher.cli.commands.ledger:ledger",
}
"""Every command or group of commands, and where it is; in the order of ``announce --help``."""


def app(arguments: Sequence[str] = ()) -> typer.Typer:
    """The application with the commands that the arguments name, each costs a millisecond.

    Where they name none, all are there, but none can be called: for help, and to say that there is no such command.
    """
    made = typer.Typer(
        name="announce",
        help="Tell customers about urgent maintenance before it begins: on every channel, once.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # plain help: half the start-up time, readable everywhere
        pretty_exceptions_enable=False,
    )
    made.callback(invoke_without_command=True)(announce)
    called = [name for name in COMMANDS if name in arguments]
    for name in called or COMMANDS:
        command = _loaded(name)
        if not called:
            made.command(name)(_described(command))
        elif isinstance(command, typer.Typer):
            made.add_typer(command, name=name)
        else:
            made.command(name)(command)
    return made


def _loaded(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def _described(command: Any) -> Callable[[], None]:
    """What ``announce --help`` says of a command, without its options: reading those is half of that time."""

    def described() -> None: ...

    group = command.registered_callback if isinstance(command, typer.Typer) else None
    described.__doc__ = (group.callback if group else command).__doc__
    return described


def announce(
    context: typer.Context,
    config: ConfigOption = None,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Tell customers about urgent maintenance before it begins: on every channel, once."""
    context.obj = config
    if version:
        typer.echo(f"announce {__version__}")
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run one command; every way it can end is an exit code. Prints what a person or a script must know."""
    output.prepare()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # no stranger's code, and 10 ms less
    as_json = "--json" in arguments
    try:
        with raising():
            code = app(arguments)(list(arguments), prog_name="announce", standalone_mode=False)
    except Refused as refused:
        return output.refuse(refused.exit_code, str(refused), refused.hint, as_json=as_json)
    except typer.TyperException as wrong:
        hint = "announce --help lists the commands; announce COMMAND --help its options"
        return output.refuse(wrong.exit_code, wrong.format_message(), hint, as_json=as_json)
    except (typer.Abort, Stopped):
        return output.refuse(130, "interrupted; nothing was sent", None, as_json=as_json)
    except Exception as error:  # noqa: BLE001  the last resort: an exit code and a trace, never a half-printed answer
        return _unexpected(error, as_json=as_json)
    return int(code or 0)


def _unexpected(error: Exception, *, as_json: bool) -> int:
    import traceback

    output.log("".join(traceback.format_exception(error)))
    message = output.masked(f"unexpected fault: {type(error).__name__}: {error}")
    hint = "please report it; announce list shows what has been recorded"
    return output.refuse(1, message, hint, as_json=as_json)
