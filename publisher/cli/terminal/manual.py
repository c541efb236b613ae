"""Help as a person reads it at night: what there is, in four groups; what a command takes, with examples at its end."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from publisher.cli.verbs import METAVARS, VERBS

SETTINGS = {"help_option_names": ["-h", "--help"]}

_HEAD = "announce tells customers about urgent maintenance: on every channel, once."
_FOOT = (
    "announce          what is open, what is due, and the next commands",
    "announce VERB -h  its options and examples; before it: --config FILE, --version",
)


class Command(TyperCommand):
    """One command: its arguments before its options, then examples and the page that says more."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What nobody has typed costs nothing."""
        for param in self.params:
            _spare(param)
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """``[REF] [TEXT] [OPTIONS]``, in the order in which one types."""
        return [*_arguments(self, ctx), "[OPTIONS]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options, with a word for each value."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples, and where more is said."""
        _write_examples(ctx, formatter)


class Group(TyperGroup):
    """A command with commands of its own."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows its name."""
        return ["COMMAND", "[OPTIONS]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Its commands, each in a whole sentence."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.help or "") for name, one in self.commands.items()])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples, and where more is said."""
        _write_examples(ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Without a command the help is the answer, and no command has run."""
        if not args:
            typer.echo(ctx.get_help(), err=True)
            raise typer.Exit(2)
        return super().parse_args(ctx, args)


class Announce(TyperGroup):
    """``announce`` itself: its help has a line a command, and fits a terminal of 80 columns and 24 lines."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """All commands by what they are for."""
        formatter.write(f"{_HEAD}\n")
        group = ""
        for name, verb in VERBS.items():
            shown = "" if verb.group == group else verb.group
            formatter.write(f"{shown:<18}{name:<11}{verb.summary}\n")
            group = verb.group
        formatter.write("\n".join(_FOOT) + "\n")


def _spare(param: Any) -> None:
    """Do without the pydantic adapter that typer makes of each option, where there is no value that it could check.

    A dry run has 24 of them, of which four are given a value: the others were a twentieth of its time.
    """
    if param.required or param.callback:
        return
    process, none = param.process_value, () if param.multiple or param.nargs == -1 else None
    param.process_value = lambda ctx, value: none if value is None else process(ctx, value)


def _arguments(command: Any, ctx: Any) -> list[str]:
    """``REF``, ``[TEXT]``, ``[CHANNEL]…``: optional ones in brackets, those that repeat with dots."""
    shown = [
        (param.required, word_of(param) + ("…" if param.nargs == -1 else ""))
        for param in command.get_params(ctx)
        if param.param_type_name == "argument"
    ]
    return [word if required else f"[{word}]" for required, word in shown]


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    rows: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record and param.param_type_name == "argument":
            rows["Arguments"].append((word_of(param), record[1].removesuffix("[required]").rstrip()))
        elif record:
            value = "" if param.is_flag or param.count else f" {word_of(param)}"
            rows["Options"].append((", ".join(sorted(param.opts, key=len)) + value, record[1]))
    for name, shown in rows.items():
        if shown:
            with formatter.section(name):
                formatter.write_dl(shown, col_max=26)


def _write_examples(ctx: Any, formatter: Any) -> None:
    _, name, *_ = ctx.command_path.split()
    verb = VERBS[name]
    examples = [one for one in verb.examples if one.startswith(ctx.command_path)]
    with formatter.section("Examples"):
        for example in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
    formatter.write(f"\nMore: {verb.page}\n")


def word_of(param: Any) -> str:
    """What stands for the value: ``WHEN``, ``FILE``, ``REF``."""
    known = METAVARS.get(param.name) if param.param_type_name == "option" else None
    return str((param.metavar or known or param.name.upper()).strip("[]…"))
