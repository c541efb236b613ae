"""Names of a package that are loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def loader(package: str, homes: Mapping[str, tuple[str, ...]], into: dict[str, Any]) -> Callable[[str], Any]:
    """A module's ``__getattr__``: loads a name from the module under which it stands in ``homes``, and keeps it."""
    modules = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name)
        value = into[name] = getattr(import_module(modules[name]), name)
        return value

    return load
