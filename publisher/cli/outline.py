"""The commands with their arguments and options, read out of the command line itself: for completion and the manual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import typer

from publisher.cli.app import app
from publisher.cli.terminal.manual import word_of
from publisher.cli.verbs import VERBS

FILES, FOLDERS, ANY = "@files", "@folders", "-"
"""Kinds of values: a file, a folder, and what nobody can guess. Others are ``@`` with a kind of `publisher.cli.words`,
or the words themselves with blanks between."""

_OPTIONS: Mapping[str, str] = {
    "add_service": "@services",
    "channel": "@channels",
    "config": FILES,
    "folder": FOLDERS,
    "from_file": FILES,
    "html": FILES,
    "impact": "none degraded outage",
    "need": "@channels any-social all",
    "only": "@channels",
    "preset": "@presets",
    "service": "@services",
    "services": "@services",
    "skip": "@channels",
    "wording": "maintenance emergency incident",
}
_ARGUMENTS: Mapping[tuple[str, str], str] = {
    ("bundle", "channel"): "@channels",
    ("completion", "shell"): "bash zsh fish",
    ("gate", "words"): "@refs",
    ("ledger", "file"): FILES,
    ("resolve", "words"): "@refs @channels",
    ("withdraw", "words"): "@refs @channels",
}
_NEW = frozenset({"init"})
"""A verb that asks for names that no configuration has yet."""


class OptionForm(NamedTuple):
    """An option as it is typed."""

    names: tuple[str, ...]
    """The short one first: ``-s``, ``--service``."""
    value: str
    """What stands for its value, ``NAME``; empty: it takes none."""
    kind: str
    """Of the value; empty: it takes none."""
    help: str


class ArgumentForm(NamedTuple):
    """An argument as it is typed."""

    word: str
    """As usage has it: ``[REF]``."""
    kind: str
    help: str


class CommandForm(NamedTuple):
    """A command, or one of a group's."""

    path: tuple[str, ...]
    """``("feed", "build")``."""
    help: str
    """Its sentence."""
    arguments: tuple[ArgumentForm, ...]
    options: tuple[OptionForm, ...]

    @property
    def name(self) -> str:
        """``feed build``."""
        return " ".join(self.path)


@cache
def commands() -> tuple[CommandForm, ...]:
    """All of them, in the order of ``announce -h``; loads every command's module."""
    every = typer.main.get_command(app(tuple(VERBS)))
    return tuple(_forms(every, ()))


def groups() -> dict[str, list[str]]:
    """The names of the commands that have commands of their own, and of these."""
    found: dict[str, list[str]] = {}
    for one in commands():
        if len(one.path) > 1:
            found.setdefault(one.path[0], []).append(one.path[1])
    return found


def _forms(command: Any, path: tuple[str, ...]) -> Iterator[CommandForm]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from _forms(inner, (*path, name))
    if path and not hasattr(command, "commands"):
        params = [param for param in command.params if not param.hidden]
        yield CommandForm(
            path,
            command.help or "",
            tuple(_argument(path, one) for one in params if one.param_type_name == "argument"),
            (*(_option(path, one) for one in params if one.param_type_name == "option"), _HELP),
        )


_HELP = OptionForm(("-h", "--help"), "", "", "Options and examples.")


def _argument(path: tuple[str, ...], param: Any) -> ArgumentForm:
    word = param.metavar or (param.name.upper() if param.required else f"[{param.name.upper()}]")
    kind = "@refs" if param.name == "ref" else _ARGUMENTS.get((path[0], param.name), ANY)
    return ArgumentForm(word, kind, _sentence(param))


def _option(path: tuple[str, ...], param: Any) -> OptionForm:
    names = tuple(sorted(param.opts, key=len))
    if param.is_flag or param.count:
        return OptionForm(names, "", "", _sentence(param))
    kind = ANY if path[0] in _NEW and param.name != "config" else _OPTIONS.get(param.name, ANY)
    return OptionForm(names, word_of(param), kind, _sentence(param))


def _sentence(param: Any) -> str:
    return " ".join((param.help or "").split())
