"""Small plots as SVG elements, which stand in a page without any library or script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from xml.etree import ElementTree as ET  # nosec B405

from publisher.model.times import in_words

WIDTH, HEIGHT, LEFT, EDGE = 720, 180, 70, 12


def element(tag: str, text: str | Mapping[str, str] | None = None, **attributes: str) -> ET.Element:
    """An element with a text; ``class_`` is the class. A mapping in place of the text has attributes with odd names."""
    odd = dict(text) if isinstance(text, Mapping) else {}
    made = ET.Element(tag, odd | {name.rstrip("_"): value for name, value in attributes.items()})
    made.text = text if isinstance(text, str) else None
    return made


def leads(known: Sequence[tuple[str, str, timedelta]]) -> ET.Element:
    """A dot an announcement, oldest first: reference, class, and how long before the start customers knew.

    Minutes and days stand on one page: the scale is logarithmic to both sides of the start.
    """
    heights = [_scaled(lead) for _, _, lead in known]
    low, high = min(0.0, *heights), max(_scaled(timedelta(minutes=10)), *heights)

    def y(height: float) -> float:
        return EDGE + (high - height) / (high - low) * (HEIGHT - 2 * EDGE)

    plot = _canvas("How long before the start customers knew")
    for mark in _MARKS:
        if low <= _scaled(mark) <= high:
            _rule(plot, y(_scaled(mark)), _named(mark), zero=not mark)
    step = (WIDTH - LEFT - 2 * EDGE) / max(1, len(known) - 1)
    for number, (ref, kind, lead) in enumerate(known):
        dot = element(
            "circle",
            class_=kind,
            cx=_number(LEFT + EDGE + number * step),
            cy=_number(y(_scaled(lead))),
            r="4",
        )
        dot.append(element("title", f"{ref}: {_named(lead)}"))
        plot.append(dot)
    return plot


_MARKS = tuple(timedelta(minutes=minutes) for minutes in (-1440, -60, -10, 0, 10, 60, 1440))


def _scaled(lead: timedelta) -> float:
    minutes = lead.total_seconds() / 60
    return math.copysign(math.log1p(abs(minutes)), minutes)


def _named(lead: timedelta) -> str:
    if not lead:
        return "start"
    return in_words(lead) if lead > timedelta() else f"{in_words(-lead)} late"


def shares(months: Sequence[tuple[str, int, int, int]]) -> ET.Element:
    """A column a month: how much of its work was told in time, was not fully recorded, and how much there was."""
    most = max(work for *_, work in months)
    plot = _canvas("Work by month")
    bottom, room = HEIGHT - 2 * EDGE, HEIGHT - 3 * EDGE
    step = (WIDTH - LEFT) / len(months)
    for count in dict.fromkeys((0, most)):
        _rule(plot, bottom - room * count / most, str(count), zero=not count)
    for number, (month, in_time, unsure, work) in enumerate(months):
        x, top = LEFT + number * step, float(bottom)
        for kind, count in (
            ("in_time", in_time),
            ("not_recorded", unsure),
            ("late", work - in_time - unsure),
        ):
            height = room * count / most
            top -= height
            bar = element(
                "rect",
                class_=kind,
                x=_number(x + step * 0.1),
                y=_number(top),
                width=_number(min(step * 0.8, 60)),
                height=_number(height),
            )
            bar.append(element("title", f"{month}, {kind.replace('_', ' ')}: {count}"))
            plot.append(bar)
        if number % max(1, math.ceil(60 / step)) == 0:
            plot.append(element("text", month, x=_number(x + step * 0.1), y=str(HEIGHT - 6)))
    return plot


def _canvas(label: str) -> ET.Element:
    return element("svg", {"aria-label": label}, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img")


def _rule(plot: ET.Element, y: float, label: str, *, zero: bool) -> None:
    plot.append(
        element(
            "line",
            class_="zero" if zero else "mark",
            x1=str(LEFT),
            x2=str(WIDTH),
            y1=_number(y),
            y2=_number(y),
        )
    )
    plot.append(element("text", label, x="0", y=_number(y + 4)))


def _number(value: float) -> str:
    return f"{value:.1f}"
