"""The preview page tried on an update that was never published: one's own may be broken, and says so by day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.model.announcement import Update
    from publisher.planning.preview import ChannelPreview, Preview
    from publisher.runbook.assembly import Assembly


def page_faults(assembly: Assembly) -> list[str]:
    """What is wrong with the template of `--html`, with its cure; nothing where there are no templates but ours.

    Every channel's posts are on it, a channel whose own template is broken apart: that is told beside the channel.
    """
    from publisher.cli.terminal.showcase import values
    from publisher.model.specimen import SPECIMENS
    from publisher.rendering.folders import TemplateFault

    if not assembly.config.publisher.templates:
        return []
    faults: dict[str, None] = {}
    for specimen in SPECIMENS:
        try:
            shown = values(_preview(assembly, specimen), assembly.renderer.words, assembly.config)
            assembly.renderer.page("preview", "en", shown)
        except TemplateFault as fault:
            faults[f"{fault}; {fault.cure}"] = None
    return list(faults)


def _preview(assembly: Assembly, update: Update) -> Preview:
    from publisher.model.note import Note
    from publisher.planning.preview import Preview, gist

    period, said = update.announcement.period, gist(update, assembly.config, now=update.published_at)
    channels = [name for name in assembly.config.channels if assembly.channels.is_open(name)]
    return Preview(
        ref=said.ref,
        title=said.title,
        services=said.services,
        when=said.when,
        update=update,
        example=True,
        starts=_spoken(assembly, period.starts_at),
        ends=_spoken(assembly, period.ends_at),
        length="1 h",
        lead="a specimen",
        verdict="a specimen",
        permalink=update.announcement.permalink,
        channels=tuple(one for name in channels for one in _channel(assembly, update, name)),
        left_out=("specimen",),
        warnings=(Note("specimen", "specimen", *channels[:1]), Note("specimen", "specimen")),
    )


def _spoken(assembly: Assembly, at: datetime) -> str:
    from publisher.model.times import spoken

    return spoken(at, assembly.zone)


def _channel(assembly: Assembly, update: Update, name: str) -> list[ChannelPreview]:
    from publisher.planning.preview import ChannelPreview
    from publisher.rendering.fitting import DoesNotFit
    from publisher.rendering.folders import TemplateFault
    from publisher.rendering.standby import post_of

    type_name, locale = assembly.config.channels[name].type, assembly.channels.locale(name)
    capabilities = assembly.channels.capabilities(name)
    asked = {"channel": name, "type_name": type_name, "locale": locale, "capabilities": capabilities}
    try:
        post = post_of(assembly.renderer, update, **asked)
    except (TemplateFault, DoesNotFit):
        return []
    return [
        ChannelPreview(
            channel=name,
            type=type_name,
            locale=locale,
            format=post.format,
            action="a new post",
            title=post.title,
            body=post.body,
            length=post.length,
            limit=post.limit,
            unit=capabilities.count.value,
        )
    ]
