"""``announce init``: a configuration from a few questions, each channel's credentials tried as it is added."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import ConfigOption, JsonOption


def init(
    context: typer.Context,
    *,
    brand: Annotated[
        str | None, typer.Option(help="The name customers know you by.", show_default=False)
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(metavar="LETTERS", help="Of references: CMO of CMO-7K3M.", show_default=False),
    ] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="DOMAIN", help="Who announces, as a domain.", show_default=False)
    ] = None,
    locale: Annotated[
        str | None, typer.Option(metavar="LOCALE", help="Of the texts: de, en.", show_default=False)
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Such as Europe/Berlin.", show_default=False)
    ] = None,
    window: Annotated[
        list[str] | None,
        typer.Option(metavar="SPAN", help="'Tue 22:30 - Wed 06:00', or none; repeats.", show_default=False),
    ] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="TEXT", help="How customers reach you.", show_default=False)
    ] = None,
    imprint: Annotated[
        str | None, typer.Option(metavar="URL", help="The imprint's address.", show_default=False)
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Of the status site: links lead there.", show_default=False),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            "--service", "-s", metavar="KEY=NAME", help="vps='VPS-Hosting'; repeats.", show_default=False
        ),
    ] = None,
    preset: Annotated[
        list[str] | None, typer.Option(help="A packaged preset, all or none; repeats.", show_default=False)
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help="The Unix group of those who announce.", show_default=False),
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=TYPE", help="blog=wordpress, or none; repeats.", show_default=False),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="blog.username=announce; repeats.", show_default=False
        ),
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=SOURCE",
            help="blog.password=env:NAME, file:PATH or command:'pass show blog'; repeats.",
            show_default=False,
        ),
    ] = None,
    non_interactive: Annotated[
        bool, typer.Option("--non-interactive", help="Ask nothing: what is not said takes its default.")
    ] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Do not try the credentials.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> int:
    """Write a commented announce.toml, or add a channel to the one that is there. Nothing is written over."""
    from publisher.cli.terminal.setting_up import SetUpTyped, set_up

    typed = SetUpTyped(
        publisher={
            "brand": brand,
            "reference_prefix": prefix,
            "provider": provider,
            "locale": locale,
            "timezone": zone,
            "contact": contact,
            "group": group,
        },
        imprint=imprint,
        site=site,
        windows=window,
        services=service,
        presets=preset,
        channels=channel,
        settings=settings or [],
        secrets=secret or [],
        asks=not (non_interactive or json),
        tries=not no_check,
    )
    return set_up(typed, config or context.obj, as_json=json)
