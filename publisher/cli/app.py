"""The commands by name, and the one place where what stops a command becomes words and an exit code."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from publisher.cli.options import ConfigOption
from publisher.cli.signals import Stopped, raising
from publisher.cli.terminal import manual, output
from publisher.cli.verbs import SPEAKING, VERBS
from publisher.model.errors import Refused


def app(arguments: Sequence[str] = ()) -> typer.Typer:
    """The application with the commands that the arguments name: each costs a millisecond and its module.

    Where they name none, all are there by their names, and none can be called: for help, and to say that there is
    no such command.
    """
    made = typer.Typer(
        name="announce",
        cls=manual.Announce,
        context_settings=manual.SETTINGS,
        add_completion=False,
        rich_markup_mode=None,  # plain help: half the start-up time, readable everywhere
        pretty_exceptions_enable=False,
    )
    made.callback(invoke_without_command=True)(announce)
    called = [name for name in VERBS if name in arguments]
    for name in called:
        _add(made, name, _loaded(name))
    for name in VERBS if not called else ():
        made.command(name)(lambda: None)
    return made


def _add(made: typer.Typer, name: str, command: Any) -> None:
    if not isinstance(command, typer.Typer):
        if name in SPEAKING:
            from publisher.cli.speaking import speaking  # not for help

            command = speaking(command)
        made.command(name, cls=manual.Command)(command)
        return
    for part in command.registered_commands:
        part.cls = manual.Command
    made.add_typer(command, name=name, cls=manual.Group)


def _loaded(name: str) -> Any:
    module, _, attribute = VERBS[name].place.partition(":")
    return getattr(importlib.import_module(module), attribute)


def announce(
    context: typer.Context,
    config: ConfigOption = None,
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the versions of announce and its libraries.")
    ] = False,
) -> int:
    """Tell customers about urgent maintenance before it begins: on every channel, once."""
    context.obj = config
    if version:
        from publisher.cli.version import versions

        output.data(versions())
        raise typer.Exit
    if context.invoked_subcommand is None:
        from publisher.cli.commands.now import now

        return now(context)
    return 0


def run(arguments: Sequence[str]) -> int:
    """Run one command; every way it can end is an exit code. Prints what a person or a script must know."""
    output.prepare()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # no stranger's code, and 10 ms less
    own = _own(arguments)
    as_json = "--json" in own
    try:
        with raising():
            code = app(own)(list(arguments), prog_name="announce", standalone_mode=False)
    except Refused as refused:
        return output.refuse(refused.exit_code, str(refused), refused.hint, as_json=as_json)
    except typer.TyperException as wrong:
        return output.refuse(wrong.exit_code, wrong.format_message(), _where_help_is(wrong), as_json=as_json)
    except (typer.Abort, Stopped):
        return output.refuse(130, "interrupted; nothing was sent", None, as_json=as_json)
    except OSError as error:
        return 1 if output.flush() else _unexpected(error, as_json=as_json)
    except Exception as error:  # noqa: BLE001  the last resort: an exit code and a trace, never a half-printed answer
        return _unexpected(error, as_json=as_json)
    return int(code or 0)


def _own(arguments: Sequence[str]) -> Sequence[str]:
    """What is announce's own: behind ``--`` stand the words of a command that a gate runs, or a text."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _where_help_is(wrong: typer.TyperException) -> str:
    """The help of the command that was called, where one was."""
    from publisher.model.commands import command

    context = getattr(wrong, "ctx", None)
    if context is None or context.parent is None:
        return f"the commands are listed by: {command('-h')}"
    return f"its options and examples: {command(*context.command_path.split()[1:], '-h')}"


def _unexpected(error: Exception, *, as_json: bool) -> int:
    import traceback

    output.log("".join(traceback.format_exception(error)))
    message = output.masked(f"unexpected fault: {type(error).__name__}: {error}")
    from publisher.model.commands import command

    hint = f"please report it; what has been recorded is shown by: {command('list')}"
    return output.refuse(1, message, hint, as_json=as_json)
