"""Values as TOML, where something of ours writes them: a new configuration, and the one that is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def written(value: Any) -> str:
    """A value as TOML: texts, lists and tables of them."""
    match value:
        case Mapping():
            inner = ", ".join(f"{key_of(key)} = {written(one)}" for key, one in value.items())
            return f"{{ {inner} }}"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() | tuple():
            return f"[{', '.join(map(written, value))}]"
        case _:
            return json.dumps(value)


def key_of(name: str) -> str:
    """A key as it is written: bare, or in quotes."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else written(name)
