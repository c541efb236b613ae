"""``python docs/make.py``: the manual page and docs/commands.md, both read out of the command line itself."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "channels")]

from publisher.cli.outline import CommandForm, OptionForm, commands  # noqa: E402
from publisher.cli.verbs import VERBS  # noqa: E402

MANUAL, PAGE = HERE / "announce.1", HERE / "commands.md"
SENTENCE = "tell customers about urgent maintenance: on every channel, once"
BEFORE = (
    OptionForm(("--config",), "FILE", "", "The configuration; also behind the verb."),
    OptionForm(("--version",), "", "", "The version, Python's and the libraries'."),
)
"""What may stand before the verb."""
VARIABLES = {"ANNOUNCE_CONFIG": "The configuration file, where --config names none."}
FILES = {
    "./announce.toml": "The configuration, where neither the option nor the variable names one.",
    "~/.config/announce/announce.toml": "The user's own; the first of these that is there is obeyed.",
    "~/.local/state/announce/ledger.db": "The ledger, where the configuration names no other.",
}


def exit_codes() -> dict[str, str]:
    """What each code means, as the README's table has it."""
    readme = (HERE.parent / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| exit code | meaning |")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE))


def groups() -> Iterator[tuple[str, list[CommandForm]]]:
    """The commands under the names of their groups, in the order of ``announce -h``."""
    for group, forms in groupby(commands(), key=lambda one: VERBS[one.path[0]].group):
        yield group, list(forms)


def usage(form: CommandForm) -> str:
    """``announce ledger backup FILE [OPTIONS]``."""
    return " ".join(["announce", *form.path, *(one.word for one in form.arguments), "[OPTIONS]"])


def spelt(option: OptionForm) -> str:
    """``-s, --service NAME``."""
    return ", ".join(option.names) + (f" {option.value}" if option.value else "")


# --- the manual page ------------------------------------------------------------------------------------------------


def manual() -> str:
    """As man and groff read it."""
    return "\n".join(_manual()) + "\n"


def _manual() -> Iterator[str]:
    yield '.\\" Made by docs/make.py out of the command line.'
    yield '.TH ANNOUNCE 1 "" "announce" "User Commands"'
    yield from (".SH NAME", _roff(f"announce - {SENTENCE}"))
    yield from (".SH SYNOPSIS", ".B announce", _roff("[--config FILE] [VERB] [OPTIONS]"))
    yield from (".SH DESCRIPTION", _roff(WHAT), ".PP", _roff(HELP))
    yield ".SH OPTIONS"
    for option in BEFORE:
        yield from _item(spelt(option), option.help)
    for group, forms in groups():
        yield f".SH {group.upper()}"
        for form in forms:
            yield from _command(form)
    for title, table in (("EXIT STATUS", exit_codes()), ("ENVIRONMENT", VARIABLES), ("FILES", FILES)):
        yield f".SH {title}"
        for term, meaning in table.items():
            yield from _item(term, meaning)


WHAT = (
    "Before a server is touched, one command tells the customers on every channel, each exactly once. It writes "
    "down what it is about to say before it opens a connection, and never repeats what may already be public."
)
HELP = "Without a verb it shows what is open, what is due, and the next commands. VERB -h has examples."


def _command(form: CommandForm) -> Iterator[str]:
    yield from (f".SS {_roff(usage(form))}", _roff(form.help))
    for argument in form.arguments:
        yield from _item(argument.word, argument.help) if argument.help else ()
    for option in form.options:
        yield from _item(spelt(option), option.help)


def _item(term: str, text: str) -> Iterator[str]:
    yield from (".TP", f"\\fB{_roff(term)}\\fR", _roff(text))


def _roff(text: str) -> str:
    """A line of text that none of roff's requests hides in."""
    plain = " ".join(text.replace("`", "").split()).replace("\\", "\\e").replace("-", "\\-")
    plain = re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", plain)
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


# --- the page -------------------------------------------------------------------------------------------------------


def page() -> str:
    """As Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield from (
        "# Commands",
        "",
        "<!-- made by docs/make.py out of the command line: change the help there -->",
        "",
    )
    yield from (
        "`man announce` has the same. Exit codes: [README.md](../README.md#when-a-channel-fails).",
        "",
    )
    for group, forms in groups():
        yield from (f"## {group}", "")
        for verb, inner in groupby(forms, key=lambda one: one.path[0]):
            for form in inner:
                yield from _section(form)
            yield from ("```", *VERBS[verb].examples, "```", "", f"More: `{VERBS[verb].page}`.", "")


def _section(form: CommandForm) -> Iterator[str]:
    yield from (f"### `{usage(form)}`", "", form.help, "", "| option | |", "| --- | --- |")
    rows = [(one.word, one.help) for one in form.arguments if one.help]
    rows += [(spelt(one), one.help) for one in form.options]
    yield from (f"| `{_cell(term)}` | {_cell(text)} |" for term, text in rows)
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
