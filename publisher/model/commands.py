"""Commands as they are printed: each can be pasted into a shell as it stands.

Every hint, receipt and list of what is due has its commands from here, so that a word with a space in it is quoted, and
the configuration that this run was given is the one that the next run takes.
"""

from __future__ import annotations

import shlex

_kept: list[str] = []
"""What every command repeats. It belongs to the process, as its arguments do."""


def keep(config: str | None) -> None:
    """From now on every command names this configuration, as it was typed; None: it is found again by itself."""
    _kept[:] = [] if config is None else ["--config", config]


def command(*words: str | int) -> str:
    """``announce resume CMO-7K3M --failed``, quoted for a shell, with ``--config`` where one was given."""
    return shlex.join(["announce", *map(str, words), *_kept])


def shell(*words: object) -> str:
    """Another program's command, such as ``chmod 600 'my token'``: quoted for a shell."""
    return shlex.join(map(str, words))
