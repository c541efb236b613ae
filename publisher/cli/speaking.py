"""What every verb that speaks to customers takes beside its own options."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.assembly import Assembly

IgnoreOption = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Let pass what a rule of [lint] finds; repeats.", show_default=False),
]
HtmlOption = Annotated[Path | None, typer.Option(help="Write the preview as a web page.", show_default=False)]
VerifyOption = Annotated[
    bool, typer.Option("--verify", help="Then look as a stranger; exit 7 if it is not seen.")
]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the preview in a browser.")]

_OPTIONS: dict[str, tuple[Any, Any]] = {
    "html": (HtmlOption, None),
    "show": (OpenOption, False),
    "ignore": (IgnoreOption, None),
    "verify": (VerifyOption, False),
}
"""By the parameter's name: what it is, and its default."""


def speaking(command: Callable[..., int]) -> Callable[..., int]:
    """The command with ``--ignore``, whose codes `publisher.cli.session.assemble` reads, a page, and ``--verify``.

    Where the page goes is read by `publisher.cli.terminal.previews.written`, ``--verify`` by `seen_after`.
    """

    @functools.wraps(command)
    def called(
        context: typer.Context,
        *args: Any,
        html: Path | None = None,
        show: bool = False,
        ignore: list[str] | None = None,
        verify: bool = False,
        **options: Any,
    ) -> int:
        context.meta["ignored"] = tuple(code for codes in ignore or () for code in codes.split(","))
        context.meta["page"] = html, show
        context.meta["verify"] = verify
        return command(context, *args, **options)

    signature = inspect.signature(command, eval_str=True)
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option)
        for name, (option, default) in _OPTIONS.items()
    ]
    *before, last = signature.parameters.values()
    called.__signature__ = signature.replace(parameters=[*before, *extra, last])  # type: ignore[attr-defined]
    called.__annotations__ = command.__annotations__ | {
        name: option for name, (option, _) in _OPTIONS.items()
    }
    return called


def seen_after(
    context: typer.Context, assembly: Assembly, desk: TerminalDesk, speak: Callable[[], int]
) -> int:
    """Speak, and with ``--verify`` look as strangers do afterwards; the exit code."""
    if not context.meta["verify"]:
        return speak()
    from publisher.cli.terminal import strangers

    return strangers.seen_after(assembly, desk, speak)
