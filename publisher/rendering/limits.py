"""How much a template may do: turns of its loops, calls, and the length of every text on the way to a post.

A slip must end within a second, with its place: a macro that calls itself twice, a text that doubles in each turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from itertools import islice
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, markup_join, str_join
from jinja2.utils import pass_context, pass_eval_context

MOST_CHARACTERS = 1_000_000
"""A rendering that grows longer is stopped."""

MOST_TURNS = 100_000
"""The turns that all loops of one rendering may take together, and the calls that it may make."""

A_MACRO = 10
"""The turns that a macro's call counts for: it takes as long, and one that calls itself is stopped within a second."""

_turns: ContextVar[Iterator[int]] = ContextVar("turns")


def begin() -> None:
    """From now on it is another rendering's turns."""
    _turns.set(iter(range(MOST_TURNS)))


def turn(counts: int = 1) -> None:
    """Raises SecurityError where there have been too many."""
    turns = _turns.get(None)
    if turns is not None and len([*islice(turns, counts)]) < counts:
        raise SecurityError(f"the loops and calls of this template take more than {MOST_TURNS:,} turns")


@pass_context  # keeps Jinja from counting constants while it compiles
def counted(_context: Context, items: Iterable[object]) -> Iterator[object]:
    """The items of a loop, each a turn."""
    for item in items:
        turn()
        yield item


@pass_eval_context
def joined(context: EvalContext, parts: Iterable[object]) -> str:
    """What stands between tildes, as one text."""
    texts = [*parts]
    insist_on_length(map(len, map(str, texts)))
    return markup_join(texts) if context.autoescape else str_join(texts)


def concatenated(parts: Iterable[str]) -> str:
    """What a macro or a block of `set` comes to."""
    texts = [*parts]
    insist_on_length(map(len, texts))
    return "".join(texts)


def insist_on_length(lengths: Iterable[int]) -> None:
    """Raises SecurityError where they come to more than a post can have."""
    if sum(lengths) > MOST_CHARACTERS:
        raise SecurityError(f"the text grows beyond {MOST_CHARACTERS:,} characters")


def insist_on_widths(text: object, *given: object) -> None:
    """Raises SecurityError where a text is to be padded beyond `MOST_CHARACTERS`, by a number or as it says itself."""
    numbers = [one for one in given if isinstance(one, int)]
    if any(number > MOST_CHARACTERS for number in (*numbers, *map(int, re.findall(_WIDTH, str(text))))):
        raise SecurityError(f"a text of more than {MOST_CHARACTERS:,} characters is not made")


def padding(made: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of Jinja's that pads, up to that length."""

    def checked(text: object, *args: Any, **kwargs: Any) -> Any:
        insist_on_widths(text, *args, *kwargs.values())
        return made(text, *args, **kwargs)

    return checked


_WIDTH = r"\d{7,18}"
