"""A report as a person reads it at a terminal: a paragraph an announcement, then the months in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from textwrap import fill
from zoneinfo import ZoneInfo

from publisher.cli.terminal import output
from publisher.model.announcement import in_language
from publisher.model.kept import Arrival, ChannelTold, Doubt, Informed, NextWord, Settled, Word
from publisher.model.times import brief_period, in_words, spoken
from publisher.runbook.report import Report, Reported, Tally


def lines(found: Report, zone: ZoneInfo, locale: str) -> Iterator[str]:
    """All of it, folded for a terminal."""
    since = f" since {spoken(found.since, zone)}" if found.since else ""
    if not found.announcements:
        yield f"nothing was announced{since}"
        return
    yield f"announced{since or ' so far'}:"
    for one in found.announcements:
        yield ""
        yield from map(_fold, _paragraph(one, zone, locale))
    yield ""
    yield f"seen by a stranger before the work on every channel: {found.total.verified} of {found.total.work}"
    yield ""
    yield from _table([*found.months, ("all", found.total)])


def _fold(line: str) -> str:
    """Broken between words, with what follows indented."""
    return line if len(line) <= output.COLUMNS else fill(line, output.COLUMNS, subsequent_indent="    ")


# --- one announcement -----------------------------------------------------------------------------------------------


def _paragraph(one: Reported, zone: ZoneInfo, locale: str) -> Iterator[str]:
    phase = "withdrawn" if one.withdrawn == "everywhere" else one.phase.replace("_", " ")
    yield f"{one.ref}  {phase}  {brief_period(one.starts_at, one.ends_at, zone)}"
    yield f"  {in_language(one.title, locale)}"
    width = max((len(channel.channel) for channel in one.channels), default=0)
    yield from (f"  {channel.channel:<{width}}  {knew(channel)}" for channel in one.channels)
    yield f"  {INFORMED[one.informed]}"
    if one.overrun is not None:
        yield f"  {ended(one.overrun)}"
    yield from (f"  {promise(word, zone)}" for word in one.words)
    yield from (f"  {doubt(each, zone)}" for each in one.doubts)
    if one.begun:
        yield f"  let through by a gate: customers had known for {in_words(one.begun.at - one.begun.told_at)}"


INFORMED: Mapping[Informed, str] = {
    Informed.IN_TIME: "told before the work on every channel",
    Informed.LATE: "not told before the work on every channel",
    Informed.NOT_RECORDED: "told on every channel; when is not recorded for each",
    Informed.NO_WORK: "not counted: no work had begun, or it was called off or withdrawn",
}
"""What is said of an announcement as a whole."""


def knew(one: ChannelTold) -> str:
    """``told after 1 s, 29 min before the start; seen 7 s later``: by a stranger."""
    if one.arrival is None:
        return "not told" if one.seconds is None else "told of an earlier start only"
    seen = _seen(one.arrival, one.verified_at)
    if one.lead is None:
        return f"told; when is not recorded{seen}"
    about = "" if one.arrival.is_exact else "about "
    after = "" if one.seconds is None else f" after {about}{in_seconds(one.seconds)},"
    return f"told{after} {about}{before(one.lead)}{seen}"


def _seen(arrival: Arrival, verified_at: datetime | None) -> str:
    hand = "; entered by hand" if arrival.by_hand else ""
    if verified_at is None:
        return f"{hand}, not verified" if hand else ""
    later = (verified_at - arrival.at).total_seconds() if arrival.at else None
    if later is None or later <= 0:
        return f"{hand}; seen"
    return f"{hand}; seen {in_seconds(later)} later"


def before(lead: timedelta) -> str:
    """``29 min before the start`` or ``14 s after the start``."""
    side = "before" if lead >= timedelta() else "after"
    return f"{in_seconds(abs(lead).total_seconds())} {side} the start"


def in_seconds(seconds: float) -> str:
    """Seconds below two minutes, else words."""
    return f"{seconds:.0f} s" if seconds < _SECONDS else in_words(timedelta(seconds=seconds))


_SECONDS = 120


def ended(overrun: timedelta) -> str:
    """How the end compares with the first promise."""
    if not overrun:
        return "ended as first promised"
    return f"ended {in_words(abs(overrun))} {'later' if overrun > timedelta() else 'earlier'} than first promised"


def promise(one: NextWord, zone: ZoneInfo) -> str:
    """What became of a promise to say more."""
    said = f"update {one.update} promised more by {one.until.astimezone(zone):%H:%M}"
    if one.word is Word.OPEN:
        return f"{said}: not due yet"
    if one.word is Word.KEPT:
        return f"{said}: kept"
    if one.said_at is None:
        return f"{said}: nothing was said"
    return f"{said}: said {in_seconds((one.said_at - one.until).total_seconds())} late"


def doubt(one: Doubt, zone: ZoneInfo) -> str:
    """What was not known or not sent, how that ended, and who decided."""
    was = "unknown for a while" if one.was_unknown else "decided"
    how = [] if one.settled is Settled.PERSON else [SETTLED[one.settled]]
    if one.decided_at:
        how.append(f"{one.decided_by or 'somebody'} decided {spoken(one.decided_at, zone)}")
    elif one.settled is Settled.PERSON:
        how.append(SETTLED[one.settled])
    return f"{was}: update {one.update} on {one.channel}; {', '.join(how)}"


SETTLED: Mapping[Settled, str] = {
    Settled.OPEN: "nobody has decided",
    Settled.FOUND: "found there",
    Settled.PERSON: "a person decided, who is not recorded",
    Settled.AGAIN: "sent again",
    Settled.CONFIGURED: "left so",
}
"""How a doubt ended."""


# --- the months -----------------------------------------------------------------------------------------------------


def _table(rows: list[tuple[str, Tally]]) -> Iterator[str]:
    cells = [HEAD, *((month, *of(one)) for month, one in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    for first, *others in cells:
        told = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join([f"{first:<{widths[0]}}", *told])


HEAD = ("month", "told", "in time", "known for", "all after", "overran", "kept", "unknown")
"""The columns of the months' table."""


def of(one: Tally) -> tuple[str, ...]:
    """A row of it, behind the month."""
    return (
        str(one.announced),
        f"{one.in_time} of {one.work}",
        NOTHING if one.lead is None else _signed(one.lead),
        NOTHING if one.last_seconds is None else in_seconds(one.last_seconds),
        str(one.overruns),
        f"{one.words_kept} of {one.words}",
        str(one.doubts),
    )


def _signed(lead: timedelta) -> str:
    """Without minutes beside days; negative where half of them were told after the start."""
    length = abs(lead)
    hours = timedelta(hours=length // timedelta(hours=1))
    shown = in_words(hours) if length >= timedelta(days=1) else in_seconds(length.total_seconds())
    return f"-{shown}" if lead < timedelta() else shown


NOTHING = "–"
"""Where there is no figure."""
