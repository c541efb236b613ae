"""``announce resolve``: what only a person can know about a delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from publisher.model.delivery import Decision


def resolve(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[REF] CHANNEL",
            help="Such as CMO-7K3M, while several are open; and such as facebook.",
            show_default=False,
        ),
    ],
    *,
    delivered: Annotated[
        str | None, typer.Option(metavar="URL", help="It is public, there.", show_default=False)
    ] = None,
    resend: Annotated[bool, typer.Option("--resend", help="It is not public: send it again.")] = False,
    abandon: Annotated[bool, typer.Option("--abandon", help="Leave it.")] = False,
    for_good: Annotated[
        str | None,
        typer.Option(
            "--for-good",
            metavar="WHY",
            help="With --abandon: its readers are left with what they see; nothing is due any more.",
            show_default=False,
        ),
    ] = None,
    update: Annotated[
        int | None, typer.Option(help="Of which update (default: the oldest open one).", show_default=False)
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Decide about a delivery whose outcome no program can find out; without an option it asks."""
    from publisher.cli.session import assemble
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.resolve import DecisionTyped
    from publisher.runbook.resolve import resolve as decided

    assembly = assemble(context, config)
    ref, channel = _named(words, assembly.config.publisher.reference_prefix)
    answer = DecisionTyped(
        decision=_decision(delivered, resend=resend, abandon=abandon), url=delivered, for_good=for_good
    )
    desk = TerminalDesk(assembly.config, as_json=json)
    return decided(assembly, ref, channel, answer, update=update, desk=desk)


def _named(words: list[str], prefix: str) -> tuple[str | None, str]:
    """The reference, where one was typed, and the channel."""
    from publisher.model.errors import Refused
    from publisher.model.reference import looks_like_one

    *refs, channel = words
    if len(refs) > 1 or (not refs and looks_like_one(channel, prefix)):
        raise Refused("one channel is needed", hint="write it after the reference, such as facebook")
    return next(iter(refs), None), channel


def _decision(delivered: str | None, *, resend: bool, abandon: bool) -> Decision | None:
    from publisher.model.delivery import Decision
    from publisher.model.errors import Refused

    given = {
        Decision.DELIVERED: delivered is not None,
        Decision.RESEND: resend,
        Decision.ABANDON: abandon,
    }
    chosen = [decision for decision, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise Refused("one decision is needed", hint="--delivered URL, --resend or --abandon")
    return chosen[0] if chosen else None
