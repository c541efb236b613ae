"""What every verb that speaks to customers takes beside its own options."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

IgnoreOption = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Let pass what a rule of [lint] finds; repeats.", show_default=False),
]


def speaking(command: Callable[..., int]) -> Callable[..., int]:
    """The command with ``--ignore``, whose codes `publisher.cli.session.assemble` reads."""

    @functools.wraps(command)
    def called(context: typer.Context, *args: Any, ignore: list[str] | None = None, **options: Any) -> int:
        context.meta["ignored"] = tuple(code for codes in ignore or () for code in codes.split(","))
        return command(context, *args, **options)

    signature = inspect.signature(command, eval_str=True)
    extra = inspect.Parameter("ignore", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=IgnoreOption)
    *before, last = signature.parameters.values()
    called.__signature__ = signature.replace(parameters=[*before, extra, last])  # type: ignore[attr-defined]
    called.__annotations__ = {**command.__annotations__, "ignore": IgnoreOption}
    return called
