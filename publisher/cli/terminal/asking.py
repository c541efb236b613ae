"""Questions to the person at the terminal: only for what was not typed."""

from __future__ import annotations

import sys

import typer

from publisher.cli.terminal import output

YES = frozenset({"y", "yes", "j", "ja"})
NO = frozenset({"", "n", "no", "nein"})


def somebody_is_there() -> bool:
    """Whether questions can be asked and answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Yes or no, in German too; no answer is no, and any other is asked about again."""
    while True:
        answer = text(f"{question} [y/N]", "").lower()
        if answer in YES or answer in NO:
            return answer in YES
        output.log("y, yes, j and ja are a yes; n, no, nein and nothing are a no")


def chosen(what: str, options: list[str], *, default: int = 0) -> int:
    """Which of the options is meant, counted from 0: by its number, its first word or as it is written."""
    list_options(options)
    while True:
        answer = text(what, str(default + 1))
        if (number := _meant(answer, options)) is not None:
            return number
        output.log(output.folded(_not_in_the_list(answer, options), 2))


def list_options(options: list[str]) -> None:
    """With the numbers they can be chosen by."""
    for number, option in enumerate(options, start=1):
        output.log(f"  {number}  {option}")


def by_number(answer: str, options: list[str]) -> str:
    """The option of that number; any other answer as it is."""
    if answer.isdecimal() and 1 <= int(answer) <= len(options):
        return options[int(answer) - 1]
    return answer


def text(question: str, default: str) -> str:
    """A line, without white space around it."""
    answer: str = typer.prompt(question, default=default, err=True, show_default=bool(default))
    return answer.strip()


def unseen(question: str) -> str:
    """A line that does not appear on the screen."""
    answer: str = typer.prompt(question, hide_input=True, err=True)
    return answer.strip()


def _meant(answer: str, options: list[str]) -> int | None:
    """A reference may lack its prefix: ``7k3m`` means the option ``CMO-7K3M  Kernel hole``."""
    word = by_number(answer, options).casefold()
    for number, option in enumerate(options):
        first = option.split("  ")[0].casefold()
        if word in {option.casefold(), first, first.rpartition("-")[2]}:
            return number
    return None


def _not_in_the_list(answer: str, options: list[str]) -> str:
    from publisher.settings.nearest import nearest

    close = nearest(answer, [option.split("  ")[0] for option in options])
    return f"not in the list: {answer!r}" + (f"; did you mean {close}?" if close else "")
