"""The questions of ``announce init``: what was typed is taken, and what is missing is asked for, and checked there."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.cli.terminal import answers, asking, output
from publisher.model.commands import command, keep
from publisher.model.errors import Refused
from publisher.model.record import Record
from publisher.runbook import setup
from publisher.settings import paths

if TYPE_CHECKING:
    from publisher.settings.config import Config

SHARED = "sqlite:////var/lib/announce/ledger.db"
"""A team's ledger."""


class SetUpTyped(Record, frozen=True, kw_only=True):
    """The options; None: not typed."""

    publisher: Mapping[str, str | None]
    imprint: str | None
    site: str | None
    """The address of the status site."""
    windows: Sequence[str] | None
    services: Sequence[str] | None
    presets: Sequence[str] | None
    channels: Sequence[str] | None
    settings: Sequence[str]
    secrets: Sequence[str]
    asks: bool
    tries: bool


def set_up(typed: SetUpTyped, named: Path | None, *, as_json: bool) -> int:
    """Write a configuration or add to it; returns the exit code, that of ``check`` for the channels that were added."""
    path = _place(named)
    keep(str(path) if named else None)
    guide = _Guide(typed, path)
    codes = guide.run()
    if as_json:
        output.data_json(
            {"exit_code": max(codes, default=0), "configuration": str(path), "channels": guide.added}
        )
        return max(codes, default=0)
    output.data(f"configuration: {path}")
    for step in guide.left:
        output.data(output.folded(f"left to do: {step}", 2))
    output.data(f"next: {command('check')}")
    return max(codes, default=0)


def _place(named: Path | None) -> Path:
    """The file that is meant: the one named, the one that would be obeyed, else the user's own."""
    here = Path.cwd()
    if named or os.environ.get(paths.VARIABLE):
        return paths.find(named, os.environ, here)
    own = paths.user_folder()
    if own is None:
        raise Refused(
            "there is no home folder to keep a configuration in", hint="name a file with --config FILE"
        )
    return here / paths.FILE_NAME if (here / paths.FILE_NAME).exists() else own / paths.FILE_NAME


class _Guide:
    def __init__(self, typed: SetUpTyped, path: Path) -> None:
        self._typed = typed
        self._path = path
        self._given = answers.pairs(typed.settings, "--set", "blog.username=announce")
        self._sources = answers.pairs(typed.secrets, "--secret", "blog.password=env:NAME")
        self._where = ""
        self._kept: set[str] = set()
        self.added: list[str] = []
        self.left: list[str] = []

    def run(self) -> list[int]:
        if self._typed.asks and not asking.somebody_is_there():
            raise Refused(
                "there is no terminal to ask at", hint="give the answers as options, with --non-interactive"
            )
        if os.path.lexists(self._path):
            setup.current(self._path)
            output.log(
                output.folded(f"{self._path} is there: channels are added, and nothing else is touched")
            )
        else:
            setup.prepare(self._path.parent)
            text = self._house()
            setup.tried(self._path, text)  # the faults of options, all at once
            setup.create(self._path, text)
            output.log(f"written: {self._path}")
        return self._channels()

    # --- the house ------------------------------------------------------------------------------------------------

    def _house(self) -> str:
        table: dict[str, Any] = {}
        for key, question, default in _QUESTIONS:
            proposed = default(table)
            answer = self._typed.publisher[key]
            if answer is None:
                answer = self._asked(question, proposed, partial(_fault, table, key), needed=key in _NEEDED)
            if not answer and key in _NEEDED:
                raise Refused(f"{key} is not said", hint=f"--{_NEEDED[key]} says it")
            if answer:
                table[key] = answer
        self._addresses(table)
        if table.get("group"):
            table["ledger"] = SHARED
            self.left.append(f"sudo install -d -m 2770 -g {table['group']} /var/lib/announce")
        return setup.document(
            setup.Hoster(
                publisher=table, windows=self._windows(), services=self._services(), presets=self._presets()
            )
        )

    def _addresses(self, table: dict[str, Any]) -> None:
        """Where imprint and status site are."""
        imprint, site = self._typed.imprint, self._typed.site
        if imprint is None:
            imprint = self._asked(
                "Address of your imprint", "", lambda text: _fault(table, "links", {"I": text})
            )
        if site is None:
            site = self._asked(_SITE, "", lambda text: _fault(table, "permalink", answers.permalink(text)))
        if imprint:
            table["links"] = {"Impressum" if str(table["locale"]).startswith("de") else "Imprint": imprint}
        if site:
            table["permalink"] = answers.permalink(site)

    def _asked(
        self, question: str, proposed: str, fault: Callable[[str], str | None], *, needed: bool = False
    ) -> str:
        """The answer to a question, once nothing is wrong with it; what is proposed where nobody is asked."""
        while self._typed.asks:
            answer = asking.text(question, proposed)
            problem = fault(answer) if answer else ("this is needed" if needed else None)
            if problem is None:
                return answer
            output.log(output.folded(f"  {problem}", 2))
        return proposed

    def _windows(self) -> list[tuple[str, str]]:
        typed = self._typed.windows
        if typed is None:
            question = "Maintenance windows, or none"
            answer = self._asked(
                question, answers.STANDING, lambda text: answers.fault_in(answers.spans, text)
            )
            typed = answer.split(",")
        return answers.spans(",".join(typed))

    def _services(self) -> dict[str, str]:
        typed = self._typed.services
        if typed is None:
            question = "Services that customers know, as in vps=VPS-Hosting, mail=E-Mail"
            typed = self._asked(question, "", lambda text: answers.fault_in(answers.named, text)).split(",")
        return answers.named(",".join(typed))

    def _presets(self) -> list[str]:
        known = list(setup.presets())
        typed = self._typed.presets
        if typed is None:
            if self._typed.asks:
                output.log(output.folded(f"Presets that can be sent as they are: {', '.join(known)}", 2))
            typed = [
                self._asked(
                    "Presets to take over",
                    "all",
                    lambda text: answers.fault_in(answers.chosen_of(known), text),
                )
            ]
        return answers.chosen_of(known)(",".join(typed))

    # --- channels -------------------------------------------------------------------------------------------------

    def _channels(self) -> list[int]:
        if self._typed.channels is not None:
            wanted = answers.pairs(
                [one for one in self._typed.channels if one != "none"], "--channel", "blog=wordpress"
            )
            return [self._channel(name, kind) for name, kind in wanted.items()]
        codes = []
        while self._typed.asks:
            kinds = ", ".join(setup.OFFERED)
            kind = self._asked(f"Add a channel ({kinds}; none)", "none", _fault_of_type)
            if kind == "none":
                break
            name = self._asked("Its name", _NAMES.get(kind, kind), lambda text: None)
            codes.append(self._channel(name, kind))
        return codes

    def _channel(self, name: str, kind: str) -> int:
        """Ask, try, write; returns what ``check`` would exit with."""
        config = setup.current(self._path)
        text = self._path.read_text(encoding="utf-8")
        if name in config.channels:
            raise Refused(
                f"{self._path} has a channel {name!r} already", hint="give the new one another name"
            )
        if self._typed.asks and (guide := setup.guide(kind)):
            output.log(output.folded(answers.plain(guide), 3))
        while True:
            table, sources = self._answers(name, kind, config)
            self._keep(sources, config)
            between = "\n" if text.endswith("\n") else "\n\n"
            written = between + setup.channel(name, table, sources)
            code = self._try(name, text + written)
            if code == 0 or not self._typed.asks or not asking.confirmed("Answer again?"):
                break
        setup.append(self._path, written)
        self.added.append(name)
        output.log(f"added: {name}")
        return code

    def _keep(self, sources: Mapping[str, setup.Source], config: Config) -> None:
        """Put what was typed into its files. One of this very run is replaced; any other is left as it is."""
        for source in sources.values():
            place = str(source.place)
            if setup.keep(self._path.parent, source, config.group, replace=place in self._kept):
                self._kept.add(place)
            else:
                self.left.append(f"{place} was there, and is left as it is: see what is in it")

    def _try(self, name: str, text: str) -> int:
        config = setup.tried(self._path, text)
        if not self._typed.tries:
            return 0
        from publisher.cli.commands.check import lines

        found = setup.answered(config, name)
        clock = found.clock if found.clock.cure else None
        output.log("\n".join(lines(found.answers, {name: []}, clock=clock)))
        return found.answers[0].exit_code

    def _answers(
        self, name: str, kind: str, config: Config
    ) -> tuple[dict[str, Any], dict[str, setup.Source]]:
        table: dict[str, Any] = {"type": kind}
        prefix = f"{name}."
        table |= {key.removeprefix(prefix): one for key, one in self._given.items() if key.startswith(prefix)}
        sources = {}
        for need in setup.asked(kind):
            if need.is_secret:
                sources[need.key] = self._source(name, need.key)
            elif need.key not in table:
                table[need.key] = self._setting(name, need.key, table, config)
        return table, sources

    def _setting(self, name: str, key: str, table: Mapping[str, Any], config: Config) -> str:
        kind = table["type"]

        def fault(text: str) -> str | None:
            found = setup.faulty({**table, key: text}, key, kind)
            return str(found) if found else None

        proposed = _DEFAULTS.get((kind, key), "")
        link = config.publisher.permalink
        if (kind, key) == ("feed", "url") and isinstance(link, str):
            proposed = link.partition("{")[0]
        answer = self._asked(f"{name}: {key}", proposed, fault, needed=True)
        if not answer:
            raise Refused(f"{name}: {key} is not said", hint=f"--set {name}.{key}=VALUE")
        return answer

    def _source(self, name: str, key: str) -> setup.Source:
        """Where a secret is: as typed, else asked for; a value is typed unseen, and goes into a file."""
        if typed := self._sources.get(f"{name}.{key}"):
            return answers.source_of(typed)
        variable = re.sub(r"\W", "_", f"ANNOUNCE_{name}_{key}").upper()
        file = f"secrets/{name}-{key.replace('_', '-')}"
        if not self._typed.asks:
            self.left.append(f"put {name}'s {key} into {self._path.parent / file}, with mode 0600")
            return setup.Source(kind="file", place=file)
        if not self._where:
            self._where = answers.KEPT[asking.chosen("Where are secrets kept?", list(_PLACES))]
        if self._where == "env":
            self.left.append(f"set {variable} to {name}'s {key}, in an environment file of mode 0600")
            return setup.Source(kind="env", place=variable)
        if self._where == "command":
            typed = asking.text(f"Command that prints {name}'s {key}", f"pass show announce/{name}-{key}")
            return setup.Source(kind="command", place=shlex.split(typed))
        return setup.Source(kind="file", place=file, content=asking.unseen(f"{name}: {key} (not shown)"))


_QUESTIONS: tuple[tuple[str, str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("brand", "The name customers know you by", lambda _: ""),
    (
        "reference_prefix",
        "What references begin with, 2 to 8 letters",
        lambda said: answers.letters(str(said.get("brand", ""))),
    ),
    ("provider", "Your domain", lambda _: ""),
    ("locale", "Language of the texts", lambda _: "de"),
    ("timezone", "Time zone", lambda _: "Europe/Berlin"),
    ("contact", "How customers reach you", lambda _: ""),
    ("group", "Unix group of those who announce; nothing if it is you alone", lambda _: ""),
)
"""Of ``[publisher]``: key, question, and what is proposed after the answers so far."""

_NEEDED = {"brand": "brand", "reference_prefix": "prefix"}
"""The keys without which there is no configuration, and their options."""

_SITE = "Address of the status site that announce writes, if any"
_PLACES = ("a file that only you can read", "an environment variable", "a password manager's command")
_NAMES = {"wordpress": "blog", "whmcs": "customer-center"}
_DEFAULTS = {("feed", "directory"): "public", ("wordpress", "username"): "announce"}


def _fault(table: Mapping[str, Any], key: str, value: Any) -> str | None:
    found = setup.faulty({**table, key: value}, key)
    return str(found) if found else None


def _fault_of_type(kind: str) -> str | None:
    return (
        answers.fault_in(setup.asked, kind)
        if kind not in {"none", "http"}
        else (None if kind == "none" else "an http channel is described by hand: docs/channels/http.md")
    )
