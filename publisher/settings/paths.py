"""Where files are: the configuration file, the user's own folders, and paths that count from a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from publisher.settings.faults import ConfigFault, Fault, InputFault
from publisher.settings.masking import one_line

FILE_NAME = "announce.toml"
VARIABLE = "ANNOUNCE_CONFIG"


def user_folder() -> Path | None:
    """The user's configuration folder, as the platform has it: ``~/.config/announce`` on Linux; None without a home."""
    import platformdirs  # takes 30 ms, and a file in the current folder does without it

    return _at_home(partial(platformdirs.user_config_path, "announce", appauthor=False))


def state_folder() -> Path | None:
    """Where the platform keeps a program's lasting state: ``~/.local/state/announce`` on Linux; None as above."""
    import platformdirs  # as above

    return _at_home(partial(platformdirs.user_state_path, "announce", appauthor=False))


def _at_home(asked: Callable[[], Path]) -> Path | None:
    """A folder of the platform's; newer platformdirs raise where there is no home, older ones leave the tilde."""
    try:
        folder = asked()
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None


def cache_folder() -> Path | None:
    """Where the platform keeps what can be made anew: ``~/.cache/announce`` on Linux.

    None without a home, and where the home is somebody else's, as ``sudo`` may leave it: who owns it could exchange
    what is kept there.
    """
    import platformdirs  # as above

    try:
        if hasattr(os, "geteuid") and Path.home().stat().st_uid != os.geteuid():
            return None
    except (RuntimeError, OSError):
        return None
    return _at_home(partial(platformdirs.user_cache_path, "announce", appauthor=False))


def find(
    explicit: Path | None,
    environ: Mapping[str, str],
    cwd: Path,
    user_dir: Callable[[], Path | None] = user_folder,
) -> Path:
    """The configuration file: the one named, else by ANNOUNCE_CONFIG, in ``cwd``, or in the user's folder.

    A file that was named is taken without a look, so that its absence is not hidden by another file's
    presence. Raises ConfigFault with the places looked at.
    """
    if explicit is not None:
        return beneath(cwd, str(explicit))
    if named := environ.get(VARIABLE):
        return beneath(cwd, named)
    here = cwd / FILE_NAME
    if os.path.lexists(here):
        return here
    folder = user_dir()
    users = folder / FILE_NAME if folder else None
    if users and os.path.lexists(users):
        return users
    from publisher.model.commands import command  # seldom needed

    places = f"{one_line(str(here))} does not exist, and there is no home folder to look in"
    if users:
        places = f"{one_line(str(here))} and {one_line(str(users))} do not exist"
    looked_at = f"--config and {VARIABLE} name none, {places}"
    cure = f"name yours with --config FILE; a first one is written by: {command('init')}"
    raise ConfigFault([Fault("", f"no configuration file: {looked_at}", cure)])


def is_chosen(path: Path, explicit: Path | None, environ: Mapping[str, str], cwd: Path) -> bool:
    """Whether what `find` found was named or is the user's own, and does not just lie in the current folder."""
    return explicit is not None or bool(environ.get(VARIABLE)) or path != cwd / FILE_NAME


def beneath(folder: Path, path: str) -> Path:
    """A path that a person wrote, counted from ``folder`` where it is relative; ``~`` is the home folder."""
    try:
        return folder / Path(path).expanduser()
    except RuntimeError:  # nobody by that name, or no home: then the tilde is a letter like others
        return folder / path


def is_database(url: str) -> bool:
    """Whether a ledger's URL is a database server's, and no file's."""
    return url.startswith(("postgresql:", "postgres:"))


def ledger_file(url: str, root: Path) -> Path:
    """The file that a ledger URL names, counted from ``root`` where it is relative; raises InputFault."""
    scheme, _, path = url.partition("///")
    if scheme != "sqlite:":
        # Without the URL itself: it could carry a password.
        problem = "is no sqlite:/// URL, and no postgresql:// one"
        raise InputFault(problem, cure='write "sqlite:///ledger.db", or "sqlite:////…" for a path from /')
    if not path.strip("/") or path.startswith(":") or not path.isprintable() or set(path) & set("?#"):
        raise InputFault("names no file", cure='write it as in "sqlite:///ledger.db"')
    return beneath(root, path)


def default_ledger() -> Path | None:
    """Where the ledger is unless the configuration says; None where there is no home folder to keep it in."""
    folder = state_folder()
    return folder / "ledger.db" if folder else None
