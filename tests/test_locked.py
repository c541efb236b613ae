"""locked.txt names a release of all that pyproject.toml declares, by the hashes of its files, and no address."""

from __future__ import annotations

import re
import tomllib

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.naming import ROOT

LOCKED = (ROOT / "locked.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = "announce-publisher"


def pinned() -> dict[str, tuple[str, int]]:
    """The version that is taken here, and how many hashes it has, by name."""
    entries = re.split(r"\n(?=\S)", LOCKED.strip())
    found = {}
    for entry in entries:
        said = Requirement(entry.partition("\\")[0])
        if said.marker is None or said.marker.evaluate(default_environment()):
            [version] = said.specifier
            found[canonicalize_name(said.name)] = (version.version, entry.count("--hash=sha256:"))
    return found


def declared() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    lists = [PROJECT["project"]["dependencies"], PROJECT["build-system"]["requires"], *extras]
    every = [Requirement(line) for lines in lists for line in lines]
    return [one for one in every if one.name != OURS]


def test_everything_that_is_declared_is_pinned_by_hash() -> None:
    known = pinned()
    assert [str(one) for one in declared() if canonicalize_name(one.name) not in known] == []
    wrong = [one for one in declared() if not one.specifier.contains(known[canonicalize_name(one.name)][0])]
    assert [str(one) for one in wrong] == [], "make lock"
    assert [name for name, (_, hashes) in known.items() if not hashes] == []
    assert "://" not in LOCKED
