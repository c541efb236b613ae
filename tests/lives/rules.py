"""What every post must say, and must not, given what is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from publisher.model.post import Format, Post
from tests.lives import catalog
from tests.lives.reader.facts import STANDS, Read
from tests.lives.reader.times import plain
from tests.lives.telling import REF, SITES
from tests.lives.truth import AHEAD, OFF, OVER, STOPPED, Truth, minute


def claimed(truth: Truth) -> str:
    """Where it stands, as readers are told."""
    return "postponed" if truth.stands == OFF and truth.new_date else truth.stands


def faults(
    read: Read, truth: Truth, heard: Truth | None, post: Post, said: list[datetime], is_correction: bool
) -> Iterator[str]:
    """Everything that is wrong with a post; ``heard`` is what its readers were told before."""
    brief = post.format is Format.SHORT
    yield from read.faults
    overdue = truth.is_open and truth.end < said[0]
    yield from _standing(read, truth, post, is_correction=is_correction, overdue=overdue)
    yield from _times(read, truth, overdue=overdue)
    yield from _old(read, truth, heard, brief=brief)
    yield from _services(read, truth, post, brief=brief)
    yield from _facts(read, truth, post, brief=brief)
    yield from _words(read, truth, post, brief=brief)
    yield from _nothing_else(read, truth, heard, said)
    if read.locale and (missing := {REF} - read.refs) and not any(REF in link for link in read.links):
        yield f"no reference: {missing}"
    if f"{SITES[read.locale]}{REF}/" not in read.links:
        yield f"no link to the page in its language: {read.links}"
    if post.limit and brief and weighted(post.body) > post.limit:
        yield f"{weighted(post.body)} of {post.limit}"


def _standing(read: Read, truth: Truth, post: Post, *, is_correction: bool, overdue: bool) -> Iterator[str]:
    stands = read.claims & STANDS
    if wrong := stands - {claimed(truth)}:
        yield f"claims {sorted(wrong)}, but it is {claimed(truth)}"
    if claimed(truth) != AHEAD and claimed(truth) not in stands:
        yield f"does not say that it is {claimed(truth)}"
    told = {
        "new date follows": truth.new_date,
        "mistake": is_correction and not truth.adds,
        "addition": is_correction and truth.adds,
        "again": truth.again,
        "overdue": overdue,
        "worse": truth.worse,
        "better": truth.better,
    }
    for claim, true in told.items():
        if not true and claim in read.claims:
            yield f"claims {claim}"
        no_room = claim in ("worse", "better") and {"said", "text"} & {*post.left_out, *post.shortened}
        if true and claim not in read.claims and not no_room:
            yield f"does not say {claim}"
    if read.late != truth.late:
        yield f"lateness {read.late}, but it is {truth.late}"
    elif truth.late and read.of_many != truth.of_many:
        yield f"of several promises: {read.of_many}, but it is {truth.of_many}"


def _times(read: Read, truth: Truth, *, overdue: bool) -> Iterator[str]:
    if read.span is None:
        yield "no period"
        return
    if read.span.period != truth.period:
        yield f"period {_shown(read.span.period)}, but it is {_shown(truth.period)}"
    if read.span.is_estimate != (truth.is_open and not overdue):
        yield f"the end is called an estimate: {read.span.is_estimate}"
    wanted = {OVER: "was", STOPPED: "was", OFF: "planned"}.get(truth.stands, "planned" if overdue else "will")
    if read.label is not None and read.label != wanted:
        yield f"the period is labelled {read.label}, but it is {wanted}"
    if wanted == "planned" and read.label is None:
        yield "a bare time of what does not hold"


def _old(read: Read, truth: Truth, heard: Truth | None, *, brief: bool) -> Iterator[str]:
    """What its readers have in mind of the times, and holds no longer."""
    old_ends, old_spans = set(read.old), {one.period for one in read.old_spans}
    if not truth.is_open or heard is None or not heard.is_open or heard.period == truth.period:
        false = (old_ends | {period for span in old_spans for period in span}) - truth.past
        if false or (not truth.is_open and (old_ends or old_spans)):
            yield f"an old time that nobody was told: {sorted(map(str, old_ends))}"
        return
    if heard.start == truth.start:
        said = heard.end in old_ends or heard.period in old_spans
    else:
        said = heard.period in old_spans or (brief and heard.start in old_ends)
    said = said or heard.period in {one.period for one in read.mistaken_spans}
    if not said:
        yield f"does not say that {_shown(heard.period)} holds no longer"


def _services(read: Read, truth: Truth, post: Post, *, brief: bool) -> Iterator[str]:
    found, wanted = read.services or frozenset(), frozenset(truth.services)
    if not found <= wanted:
        yield f"services {sorted(found - wanted)}"
    cut = brief and "who" in post.shortened
    if len(found) + read.unnamed != len(wanted) and not cut:
        yield f"services {sorted(found)} and {read.unnamed}, but it is {sorted(wanted)}"
    added = frozenset(truth.added)
    if (read.added or frozenset()) != added and not (cut and (read.added or frozenset()) <= added):
        yield f"added {read.added}, but it is {sorted(added)}"


def _facts(read: Read, truth: Truth, post: Post, *, brief: bool) -> Iterator[str]:
    expected = str(truth.outage) if truth.outage else truth.impact
    wanted = {
        "impact": (expected if truth.is_open else None, "meaning"),
        "next_update": (truth.next_update if truth.is_open else None, "next"),
    }
    for name, (true, part) in wanted.items():
        value = getattr(read, name)
        if value != true and not (brief and value is None and part in post.left_out):
            yield f"{name}: {value}, but it is {true}"
    over = not truth.is_open
    texts = {
        "reason": None if truth.stands in (OFF, STOPPED) else truth.reason,
        "action": None if over else truth.action,
        "unaffected": None if over else truth.unaffected,
    }
    if brief:
        return
    for name, text in texts.items():
        true = (text or {}).get(read.locale)
        if getattr(read, name) != true:
            yield f"{name}: {getattr(read, name)}, but it is {true}"


def _words(read: Read, truth: Truth, post: Post, *, brief: bool) -> Iterator[str]:
    """The engineer's own sentences: the newest, and none of those before."""
    own = (truth.news or {}).get(read.locale)
    present = "\n".join(line for line in read.text.splitlines() if line not in read.mistakes)
    if own and own not in present and not (brief and {"text"} & {*post.left_out, *post.shortened}):
        yield f"not said: {own}"
    for text in catalog.NEWS:
        if text[read.locale] != own and text[read.locale] in present:
            yield f"said before, and not now: {text[read.locale]}"
    details = (truth.details or {}).get(read.locale)
    if not brief and bool(details and truth.is_open) != (catalog.DETAILS[0][read.locale] in present):
        yield "details"
    title = (truth.title or {}).get(read.locale)
    heading = present.splitlines()[0]
    if title and not brief and title not in heading:
        yield f"not its title: {heading}"
    if not brief and catalog.CONTACT[read.locale] not in present:
        yield "no way to reach us"


def _nothing_else(read: Read, truth: Truth, heard: Truth | None, said: list[datetime]) -> Iterator[str]:
    """No time that was never said."""
    known = {*truth.past, *truth.period, *map(minute, said)}
    known |= {truth.next_update} if truth.next_update else set()
    known |= {*heard.period} if heard else set()
    strange = {one for one in read.known if one not in known}
    if strange:
        yield f"times out of nowhere: {sorted(map(str, strange))}"


def _shown(period: tuple[datetime, datetime]) -> str:
    return "–".join(f"{one:%d %b %H:%M}" for one in period)


_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def weighted(text: str) -> int:
    """As X counts: a link is 23, a letter of ours 1, anything else 2."""
    bare, links = re.subn(r"https?://\S+", "", plain(text))
    return 23 * links + sum(1 if any(low <= ord(one) <= high for low, high in _LIGHT) else 2 for one in bare)
