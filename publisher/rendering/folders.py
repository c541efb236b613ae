"""Where templates are: the user's folders before the packaged one, and nothing outside them."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment
from jinja2.exceptions import TemplateNotFound
from jinja2.loaders import split_template_path

from publisher.model.commands import shell
from publisher.rendering.vocabulary import laid_over, strangers
from publisher.settings.trust import ROOT, removal, who_else

_TEMPLATES = frozenset({".html", ".txt", ".xml"})

_LANGUAGE = r"[a-z]{2,3}(_\w+)?"
"""A folder's name that is a locale's; others hold templates for another purpose."""


class TemplateFault(Exception):
    """A template is missing, broken, or does not say what it must. One line; ``cure`` is an imperative."""

    def __init__(self, message: str, *, cure: str) -> None:
        super().__init__(" ".join(message.split()))
        self.cure = cure


class UntrustedTemplate(TemplateFault):
    """Somebody else could have written it: nothing is sent until a person has looked."""


class TemplateFolders(BaseLoader):
    """Files by names such as ``de/html.html``, out of the first folder that has one. Raises TemplateFault."""

    def __init__(
        self,
        own: Sequence[Path],
        packaged: Path,
        owners: Collection[int] = (),
        *,
        group: int | None = None,
        words_only: bool = False,
        foreign: Collection[str] = (),
    ) -> None:
        """``owners``: users whose files are taken, as our own and root's are, by number; ``group`` may write them.

        ``words_only``: of ``own`` no template is taken, only the sentences. ``foreign``: languages in which a sentence
        that is not there is said in English, for no word at all helps nobody.
        """
        self._foreign = frozenset(foreign)
        self._owners, self._group = frozenset(owners), group
        self._own = tuple(folder.resolve() if folder.is_dir() else folder for folder in own)
        self._searched = (*(() if words_only else self._own), packaged)
        self._packaged = packaged
        self._listed: dict[tuple[Path, str], frozenset[str]] = {}

    def first(
        self, locales: Sequence[str], names: Sequence[str], everywhere: Sequence[str] | None = None
    ) -> str | None:
        """The template to take: folder by folder, in each the nearest locale, in that the most special name.

        What holds in every language stands in the folder itself, and is taken where the locales have none;
        ``everywhere`` are the names that are looked for there, if not all.
        """
        for folder in self._searched:
            for locale in (*locales, ""):
                allowed = names if locale or everywhere is None else everywhere
                found = next((name for name in allowed if self._has(folder, locale, name)), None)
                if found:
                    return f"{locale}/{found}" if locale else found
        return None

    def words(self, locales: Sequence[str]) -> dict[str, Any]:
        """The sentences of ``<locale>/words.toml``: the packaged ones with the user's laid over, key by key."""
        words: dict[str, Any] = {}
        if self._foreign.intersection(locales):
            words = self._toml(self._packaged, self._packaged / "en/words.toml")
        for folder in (self._packaged, *reversed(self._own)):
            for locale in reversed(locales):
                if "words.toml" in self._files(folder, locale):
                    words = laid_over(words, self._toml(folder, folder / locale / "words.toml"))
        return words

    def strange_words(self, locales: Sequence[str]) -> list[str]:
        """Keys of the user's ``words.toml`` that no packaged language has and none of the user's templates uses."""
        paths = [folder / locale / "words.toml" for folder in self._own for locale in locales]
        return [
            f"{path}: unknown key {told}"
            for path in paths
            if path.is_file()
            for told in strangers(self._toml(path.parents[1], path), self.packaged_words, self._used)
        ]

    def _used(self, name: str) -> bool:
        """Whether a template of the user's speaks of a word by this name."""
        paths = (
            (folder, path) for folder in self._own for path in folder.rglob("*") if path.suffix in _TEMPLATES
        )
        return any(re.search(rf"\b{re.escape(name)}\b", self._legible(*found)) for found in paths)

    def _legible(self, folder: Path, path: Path) -> str:
        """What a template says; nothing where it would not be taken."""
        try:
            return self._text(folder, path)
        except TemplateFault:
            return ""

    def standbys(self) -> list[TemplateFolders]:
        """What may stand in for these where they fail: our templates with the user's words, then ours alone."""
        if not self._own:
            return []
        foreign = frozenset(self.locales()) - {
            path.parent.name for path in self._packaged.glob("*/words.toml")
        }
        words = TemplateFolders(
            self._own, self._packaged, self._owners, group=self._group, words_only=True, foreign=foreign
        )
        return [words, TemplateFolders((), self._packaged, foreign=foreign)]

    def is_packaged(self, locale: str) -> bool:
        """Whether the words of a language come with the program."""
        return any((self._packaged / one / "words.toml").is_file() for one in nearest_folders(locale))

    @cached_property
    def packaged_words(self) -> list[dict[str, Any]]:
        """The words of each language that comes with the program: what a translation has to have."""
        paths = sorted(self._packaged.glob("*/words.toml"))
        return [self._toml(self._packaged, path) for path in paths]

    def locales(self) -> list[str]:
        """The languages there are words or templates for."""
        folders = [folder for folder in (*self._own, self._packaged) if folder.is_dir()]
        inside = (entry for folder in folders for entry in folder.iterdir() if entry.is_dir())
        return sorted({entry.name for entry in inside if re.fullmatch(_LANGUAGE, entry.name)})

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Read a template for Jinja; raises TemplateNotFound as Jinja's loaders do."""
        parts = split_template_path(template)  # refuses ".." and absolute names
        found = self._path(self._searched, parts)
        if found is None and len(parts) > 1 and re.fullmatch(_LANGUAGE, parts[0]):
            # "de/html.html" in somebody's `extends` has always meant ours, not a base of their own called alike
            found = self._path([self._packaged], parts[1:])
        if found is None:
            raise TemplateNotFound(template)
        folder, path = found
        return self._text(folder, path), str(path), None

    def _path(self, folders: Sequence[Path], parts: Sequence[str]) -> tuple[Path, Path] | None:
        paths = ((folder, folder.joinpath(*parts)) for folder in folders)
        return next(((folder, path) for folder, path in paths if os.path.lexists(path)), None)

    def _has(self, folder: Path, locale: str, name: str) -> bool:
        inside, _, file = name.rpartition("/")
        return file in self._files(folder, "/".join(filter(None, (locale, inside))))

    def _files(self, folder: Path, locale: str) -> frozenset[str]:
        if (folder, locale) not in self._listed:
            there = folder / locale
            self._check_folder(folder, there)
            self._listed[folder, locale] = (
                frozenset(entry.name for entry in there.iterdir()) if there.is_dir() else frozenset()
            )
        return self._listed[folder, locale]

    def _check_folder(self, folder: Path, there: Path) -> None:
        """Whoever may write in a folder chooses among the templates in it, and takes them away."""
        if not folder.is_dir():
            what = "is no folder" if os.path.lexists(folder) else "does not exist"
            cure = "make it, or correct `templates` in the configuration"
            raise TemplateFault(f"the template folder {folder} {what}", cure=cure)
        if folder != self._packaged:
            for one in dict.fromkeys((folder, there)):
                if one.is_dir():
                    _refuse_leaving(folder, one)
                    self._check_owner(one.stat(), one)
                elif os.path.lexists(one):
                    raise _strange(one, "is no folder")

    def _text(self, folder: Path, path: Path) -> str:
        # The packaged folder is not asked: some installers make every file in it a link into their cache.
        real = path.resolve()
        if folder != self._packaged:
            _refuse_leaving(folder, path)
        try:
            with open(real, encoding="utf-8-sig", opener=_as_it_was) as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise _strange(path, "is no plain file")
                if folder != self._packaged:
                    self._check_owner(status, path)
                return file.read()
        except (OSError, UnicodeDecodeError) as error:
            if real.exists() and not real.is_file():  # a folder or a socket cannot even be opened
                raise _strange(path, "is no plain file") from None
            cure = "make it a readable UTF-8 file"
            raise TemplateFault(f"{path} cannot be read: {error}", cure=cure) from error

    def _check_owner(self, status: os.stat_result, path: Path) -> None:
        """Whoever writes a template writes what customers read."""
        if not hasattr(os, "geteuid"):  # Windows: its permissions say nothing here
            return
        problem = who_else(status, self._group, self._owners)
        if problem is None:
            return
        if status.st_uid not in self._owners | {ROOT, os.geteuid()}:
            cure = "see what is in it, then put a copy of your own in its place"
            raise UntrustedTemplate(f"{path} {problem}", cure=cure)
        what = "folder" if stat.S_ISDIR(status.st_mode) else "file"
        cure = f"see what is in it, then: {shell('chmod', 'go-w', path)}"
        raise UntrustedTemplate(f"{path} is a {what} that {problem}", cure=cure)

    def _toml(self, folder: Path, path: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text(folder, path))
        except tomllib.TOMLDecodeError as error:
            raise TemplateFault(f"{path}: {error}", cure="correct the file") from error


def _refuse_leaving(folder: Path, path: Path) -> None:
    """The outermost link is named: to remove what lies behind one would remove it somewhere else."""
    if path.resolve().is_relative_to(folder):
        return
    inside = [one for one in (path, *path.parents) if one != folder and one.is_relative_to(folder)]
    link = next((one for one in reversed(inside) if one.is_symlink()), path)
    cure = f"put the file itself there, or remove the link: {removal(link)}"
    raise UntrustedTemplate(f"{link} is a link that leaves the template folder", cure=cure)


def _strange(path: Path, what: str) -> UntrustedTemplate:
    return UntrustedTemplate(f"{path} {what}", cure=f"see who put it there, then remove it: {removal(path)}")


def _as_it_was(name: str, flags: int) -> int:
    """Opens what was looked at, through no link that has taken its place; a pipe that nobody writes to holds nobody."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def nearest_folders(locale: str) -> list[str]:
    """The folders that serve a locale: ``de_AT``, then ``de``."""
    exact = locale.replace("-", "_")
    return list(dict.fromkeys((exact, exact.partition("_")[0])))
