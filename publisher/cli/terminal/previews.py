"""What a person decides on, as text: every post whole, with its length and limit; or what is taken down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.cli.terminal import output

if TYPE_CHECKING:
    from publisher.planning.preview import ChannelPreview, Preview
    from publisher.planning.withdrawal import Withdrawals
    from publisher.settings.config import Config


def show(shown: Preview | Withdrawals, config: Config) -> None:
    """Print it on stdout, a preview with by whose leave it would be sent."""
    from publisher.planning.preview import Preview

    if isinstance(shown, Preview):
        _preview(shown, config)
    else:
        _withdrawals(shown)


def _withdrawals(plan: Withdrawals) -> None:
    for item in plan.every:
        where = (item.target.url or item.target.remote_id) if item.target else ""
        output.data(f"{item.post.channel} ({item.type}): takes down {where}")
    for note in plan.notes:
        output.data(f"note: {note}")


def _preview(preview: Preview, config: Config) -> None:
    output.data("\n".join([configuration(config), *_head(preview)]))
    for channel in preview.channels:
        output.data("\n".join(["", *_post(channel)]))
    output.data()
    for warning in preview.warnings:
        output.data(f"note: {warning}")


def configuration(config: Config) -> str:
    """The file that was obeyed, said aloud: another folder may hold another one."""
    return f"configuration: {config.path}"


def _head(preview: Preview) -> list[str]:
    example = " (an example: the real run draws its own)" if preview.example else ""
    rows = [
        ("reference", preview.ref + example),
        ("title", preview.title),
        ("services", ", ".join(preview.services)),
        ("start", f"{preview.starts} ({preview.lead})"),
        ("end", f"{preview.ends} ({preview.length})"),
        ("verdict", preview.verdict),
        ("link", preview.permalink or "none: no [publisher] permalink is configured"),
        ("channels", ", ".join(dict.fromkeys(channel.channel for channel in preview.channels))),
    ]
    if preview.left_out:
        rows.append(("left out", ", ".join(preview.left_out)))
    return [f"{name:<10} {value}" for name, value in rows]


def _post(post: ChannelPreview) -> list[str]:
    limit = f" of {post.limit}" if post.limit else ""
    title = [f"title: {post.title}", ""] if post.format == "html" else []
    return [
        f"--- {post.channel} ({post.type}, {post.locale}): {post.action}, {post.length}{limit} {post.unit}",
        *title,
        post.body,
    ]
