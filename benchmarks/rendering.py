"""``python -m benchmarks.rendering``: how long the posts of one update take, for so many channels.

CPU in one process, after its imports: what is measured is the words. Every third channel is a blog, a Facebook page or
an X account, every second one is in English; the templates are compiled once, as in a run that finds none kept.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from publisher.model.post import Capabilities, Count, Format
from publisher.model.specimen import SPECIMENS
from publisher.rendering.renderer import Renderer

CHANNELS = (5, 50, 500)
ROUNDS = 9

FORMATS = (
    ("wordpress", Capabilities(format=Format.HTML)),
    ("facebook", Capabilities(format=Format.TEXT, max_length=63_206)),
    ("twitter", Capabilities(format=Format.SHORT, max_length=280, count=Count.WEIGHTED)),
)


def render_seconds(channels: int) -> float:
    """One renderer, one update, so many posts; seconds of CPU."""
    renderer = Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin"))
    began = time.process_time()
    lengths = list(_lengths(renderer, channels))
    took = time.process_time() - began
    assert all(lengths)
    return took


def _lengths(renderer: Renderer, channels: int) -> Iterator[int]:
    for number in range(channels):
        kind, capabilities = FORMATS[number % len(FORMATS)]
        post = renderer.post(
            SPECIMENS[0],
            channel=f"channel-{number}",
            type_name=kind,
            locale=("de", "en")[number % 2],
            capabilities=capabilities,
        )
        yield post.length


def table(rounds: int = ROUNDS) -> str:
    """Medians and the fastest in brackets, as Markdown, in milliseconds."""
    lines = ["| channels | their posts |", "| --- | --- |"]
    render_seconds(1)  # Babel's data is read once a process
    for channels in CHANNELS:
        taken = [1000 * render_seconds(channels) for _ in range(rounds)]
        lines.append(f"| {channels} | {statistics.median(taken):.0f} ms ({min(taken):.0f}) |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
