"""What a person decides on, as text: each post in its readers' words, with length and limit; or what is taken down."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.cli.terminal import output

if TYPE_CHECKING:
    from typer import Context

    from publisher.model.note import Note
    from publisher.planning.preview import ChannelPreview, Gist, Preview
    from publisher.planning.withdrawal import Withdrawals
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.tell import Keeping, Rehearsal
    from publisher.settings.config import Config


_FEW = 3
"""In so many lines a text may differ from another to be told by the difference."""


def show(shown: Preview | Withdrawals, config: Config) -> None:
    """Print it on stdout, a preview with by whose leave it would be sent."""
    from publisher.planning.preview import Preview

    if isinstance(shown, Preview):
        _preview(shown, config)
    else:
        _withdrawals(shown, config)


def rehearsed(rehearsal: Rehearsal, config: Config, *, as_json: bool) -> int:
    """Print what would be said; returns the exit code."""
    if as_json:
        from publisher.runbook import results

        output.data_json(results.rehearsed(rehearsal.plan, rehearsal.preview.warnings))
    else:
        show(rehearsal.preview, config)
    return 0


def written(context: Context, assembly: Assembly) -> Keeping | None:
    """Writes a preview as a web page, where `--html` says, and opens it for `--open`; None where neither is wanted.

    Without a path it is opened from a folder that is ours alone. Raises Refused where it cannot be written.
    """
    path, opened = context.meta["page"]
    if path is None and not opened:
        return None

    def write(preview: Preview) -> None:
        page = _page(preview, assembly)
        file = path or Path(tempfile.mkdtemp(prefix="announce-"), "preview.html")
        keep_page(file, page)
        if opened:
            _open(file)

    return write


def _page(preview: Preview, assembly: Assembly) -> str:
    """Ours where the user's own is broken: nobody is left untold over a page that nobody but us reads."""
    from publisher.cli.terminal.showcase import values
    from publisher.model.errors import Refused
    from publisher.rendering.folders import TemplateFault
    from publisher.rendering.standby import page_of

    faults: list[str] = []
    said = values(preview, assembly.renderer.words, assembly.config)
    try:
        page = page_of(assembly.renderer, "preview", "en", said, faults)
    except TemplateFault as fault:  # somebody else could have written it
        raise Refused(f"--html: {fault}", hint=fault.cure) from None
    for broken in faults:
        output.log(f"note: the packaged preview page is used, because yours is broken: {broken}")
    return page


def keep_page(file: Path, page: str) -> None:
    """Write it, to be read by nobody else. Raises Refused where that cannot be."""
    from publisher.model.errors import Refused

    try:
        _kept(file, page)
    except OSError as error:
        raise Refused(
            f"--html {file}: {error.strerror}", hint="name a new file, in a folder that you may write"
        ) from None


def _open(file: Path) -> None:
    import webbrowser  # $BROWSER, else whatever this machine has

    if not webbrowser.open(file.absolute().as_uri()):
        output.log(f"note: there is no browser here; the preview is {file}")


def _kept(path: Path, page: str) -> None:
    """Write a plain file of ours, through no link: what nobody has been told yet is nobody else's to read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | _AT_ONCE, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise FileExistsError(errno.EEXIST, "is no plain file with one name")
        os.fchmod(handle, 0o600)
        os.ftruncate(handle, 0)
        file.write(page)


_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""A pipe that nobody reads is refused instead of waited for."""


def _withdrawals(plan: Withdrawals, config: Config) -> None:
    for item in plan.every:
        where = (item.target.url or item.target.remote_id) if item.target else ""
        output.data(output.beside(f"{item.post.channel} ({item.type}): takes down", where or "", 2))
    for note in plan.notes:
        output.data(output.folded(f"note: {note}", 6))
    if plan.newest:
        from publisher.planning.preview import gist

        channels = dict.fromkeys(item.post.channel for item in plan.every)
        output.data("\n".join(_foot(gist(plan.newest, config, now=datetime.now(UTC)), channels)))


def _preview(preview: Preview, config: Config) -> None:
    output.data("\n".join([configuration(config), *_head(preview)]))
    shown: list[tuple[ChannelPreview, list[str]]] = []
    for posts in _alike(preview.channels):
        text = _text(posts[0])
        lines = ["", *map(_line, posts), *_unlike(posts[0], text, shown)]
        output.data("\n".join(map(output.folded, lines)))
        shown.append((posts[0], text))
    output.data()
    for warning in _of_several(preview.warnings):
        output.data(output.folded(f"note: {warning}", 6))
    channels = dict.fromkeys(channel.channel for channel in preview.channels)
    said = preview.update
    what = f"update {said.number}, {said.kind}: " if said.number > 1 else ""
    output.data("\n".join(_foot(preview, channels, what)))


def _of_several(warnings: Sequence[Note]) -> list[str]:
    """One line for what is the same on several channels."""
    channels: dict[tuple[str, str], list[str]] = {}
    for one in warnings:
        channels.setdefault((one.code, one.text), []).extend(filter(None, [one.channel]))
    return [f"{', '.join(names)}: {text}" if names else text for (_, text), names in channels.items()]


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
    return [output.folded(f"{name:<10} {value}", 11) for name, value in rows]


def _foot(told: Gist, channels: Iterable[str], what: str = "") -> list[str]:
    """What a yes is said to, in three lines that are still there when the texts have scrolled away."""
    return [
        "",
        _short(f"{told.ref}  {what}{told.title}"),
        _short(f"{', '.join(told.services)}: {told.when}", keep=len(told.when)),
        _short(", ".join(channels)),
    ]


def _short(line: str, *, keep: int = 0) -> str:
    """One line of a terminal; what has no room is left out before the last ``keep`` characters."""
    room = output.COLUMNS - keep
    return (
        line
        if len(line) <= output.COLUMNS
        else f"{line[: room - 3].rstrip()}… {line[len(line) - keep :]}".rstrip()
    )


def _alike(posts: Sequence[ChannelPreview]) -> list[list[ChannelPreview]]:
    """Posts of the same words together, each group where its first one stands."""
    groups: dict[tuple[str, ...], list[ChannelPreview]] = {}
    for post in posts:
        groups.setdefault(tuple(_text(post)), []).append(post)
    return list(groups.values())


def _line(post: ChannelPreview) -> str:
    limit = f" of {post.limit}" if post.limit else ""
    return f"--- {post.channel} ({post.type}, {post.locale}): {post.action}, {post.length}{limit} {post.unit}"


def _text(post: ChannelPreview) -> list[str]:
    """The post's lines, as its readers see them."""
    if post.format != "html":
        return post.body.split("\n")
    from publisher.cli.terminal.readable import readable

    return [f"title: {post.title}", "", *readable(post.body).split("\n")]


def _unlike(
    post: ChannelPreview, text: list[str], shown: Sequence[tuple[ChannelPreview, list[str]]]
) -> list[str]:
    """The whole text, or in what few lines it differs from one that was shown."""
    for other, lines in shown:
        more, less = [one for one in text if one not in lines], [one for one in lines if one not in text]
        same_order = _shared(text, lines) == _shared(lines, text)
        if other.format == post.format and same_order and len(more) + len(less) <= _FEW:
            differences = [*(f"  without: {one}" for one in less), *(f"  with: {one}" for one in more)]
            return [f"the text of {other.channel}, but", *(output.folded(one, 4) for one in differences)]
    return text


def _shared(lines: Sequence[str], other: Sequence[str]) -> list[str]:
    """The lines that the other has as well; an empty one comes and goes with what it stands beside."""
    return [one for one in lines if one and one in other]
