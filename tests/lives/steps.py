"""What an engineer may do next, drawn at random: the words typed, and what is true afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from publisher.model.announcement import Impact, Kind
from publisher.model.change import Change
from tests.lives import catalog
from tests.lives.catalog import Text
from tests.lives.reader.facts import SERVICES
from tests.lives.telling import Life, services_of
from tests.lives.truth import AHEAD, OFF, OVER, RUNNING, STOPPED, Truth, minute

Step = tuple[Change, Truth]


def begin(rng: Random, now: datetime) -> Truth:
    """An announcement as it is typed first."""
    start = minute(now) + timedelta(minutes=rng.choice([-90, 0, 5, 30, 30, 120, 600, 1500]))
    length = timedelta(minutes=rng.choice([15, 60, 60, 90, 360, 1800, 4920]))
    if start + length <= now:
        length += timedelta(minutes=120)
    keys = rng.sample(sorted(SERVICES), rng.choice([1, 1, 2, 3, 5]))
    return Truth(
        services=tuple(keys),
        start=start,
        end=start + length,
        stands=AHEAD if start > now else RUNNING,
        promise=(start, start + length),
        last_end=start + length,
        length=length,
        title=some(rng, catalog.TITLES, 0.8),
        impact=rng.choice([None, "none", "degraded", "outage", "outage"]),
        outage=rng.choice([None, None, None, 15, 90]),
        reason=some(rng, catalog.REASONS, 0.6),
        action=some(rng, catalog.ACTIONS, 0.4),
        details=some(rng, catalog.DETAILS, 0.3),
        unaffected=some(rng, catalog.UNAFFECTED, 0.3),
        wording=rng.choice(["maintenance", "maintenance", "emergency", "incident"]),
    )


def some(rng: Random, texts: list[Text], likely: float) -> Text | None:
    """One of these texts, in both languages or in one; or none."""
    if rng.random() > likely:
        return None
    text = rng.choice(texts)
    locales = rng.choice([("de", "en"), ("de", "en"), ("de",), ("en",)])
    return {locale: text[locale] for locale in locales}


def _promise(rng: Random, life: Life) -> datetime | None:
    return minute(life.now) + timedelta(minutes=rng.choice([20, 60, 1440])) if rng.random() < 0.5 else None


def progress(rng: Random, life: Life) -> Step:
    truth, now = life.truth, life.now
    begun = truth.stands == AHEAD and rng.random() < 0.4
    start = minute(now) if begun and minute(now) < truth.start else truth.start
    running = begun or truth.stands == RUNNING or truth.start <= now
    impact = rng.choice([truth.impact, truth.impact, "none", "degraded", "outage"])
    others = [key for key in SERVICES if key not in truth.services]
    added = tuple(rng.sample(others, 1)) if others and rng.random() < 0.2 else ()
    news, promise = some(rng, catalog.NEWS, 0.7), _promise(rng, life)
    change = Change(
        kind=Kind.PROGRESS,
        text=news,
        begun=begun,
        next_update_at=promise,
        facts={"impact": Impact(impact)} if impact and impact != truth.impact else {},
        added=services_of(added),
    )
    after = truth.open_words(
        start=start,
        length=truth.end - start,
        stands=RUNNING if running else AHEAD,
        impact=impact,
        outage=_outage_beside(truth, impact),
        services=(*truth.services, *added),
        added=added,
        news=news,
        next_update=promise,
        hit=truth.impact if added or impact != truth.impact else None,
    )
    return change, after


def extend(rng: Random, life: Life) -> Step:
    """A later or earlier end, a later or earlier start."""
    truth, now = life.truth, life.now
    news, promise = some(rng, catalog.NEWS, 0.5), _promise(rng, life)
    start, end = truth.start, truth.end
    typed: dict[str, Any] = {}
    if truth.start > now and rng.random() < 0.5:
        by = timedelta(minutes=rng.choice([-240, -30, -10, 15, 60, 600, 2880]))
        start = max(truth.start + by, minute(now))
        end = start + truth.length
        typed["starts_at"] = start
        if rng.random() < 0.3:
            end = start + timedelta(minutes=rng.choice([30, 240]))
            typed["ends_at"] = end
    elif rng.random() < 0.6:
        by = timedelta(minutes=rng.choice([15, 45, 120, 600]))
        end = truth.end + by
        typed["longer_by"] = by
    else:
        end = truth.end - timedelta(minutes=rng.choice([10, 30, 60]))
        typed["ends_at"] = end
    change = Change(kind=Kind.RESCHEDULED, text=news, next_update_at=promise, **typed)
    after = truth.open_words(news=news, next_update=promise).moved(start, end)
    return change, replace(after, stands=RUNNING if start <= now else AHEAD)


def complete(rng: Random, life: Life) -> Step:
    truth, now = life.truth, minute(life.now)
    at = now - timedelta(minutes=rng.choice([1, 5, 20])) if rng.random() < 0.3 else None
    news = some(rng, catalog.NEWS, 0.5)
    end = at or (now + timedelta(minutes=1) if now == truth.start else now)
    after = truth.open_words(stands=OVER, end=end, news=news)
    return Change(kind=Kind.COMPLETED, text=news, ends_at=at), after


def cancel(rng: Random, life: Life) -> Step:
    truth, now = life.truth, life.now
    follows, news = rng.random() < 0.4, some(rng, catalog.NEWS, 0.4)
    begun = truth.stands == RUNNING or truth.start <= now
    end = max(minute(now), truth.start + timedelta(minutes=1)) if begun else truth.end
    after = truth.open_words(stands=STOPPED if begun else OFF, end=end, news=news, new_date=follows)
    return Change(kind=Kind.CANCELLED, text=news, new_date_follows=follows), after


def correct(rng: Random, life: Life) -> Step:
    """A mistake put right, loudly or not."""
    truth, loud = life.truth, rng.random() < 0.6
    what = rng.choice(["services", "end", "start", "reason", "impact", "title", "action"])
    typed, right = _righted(rng, life, what)
    news = some(rng, catalog.NEWS, 0.3) if loud else None
    change = Change(kind=Kind.CORRECTED, loud=loud, text=news, **typed)
    if loud:
        name = "period" if what in ("start", "end") else what
        right = right.open_words(
            news=news,
            mistaken=(name,),
            adds=_only_adds(truth, right),
            base=truth,
            next_update=truth.next_update,
        )
        right = replace(right, past=right.past | truth.past | {truth.start, truth.end})
    else:
        adds = right.adds and truth.base is not None and _only_adds(truth.base, right)
        right = replace(right, adds=adds, past=right.past | {truth.start, truth.end})
    if right.is_open:
        right = replace(right, stands=RUNNING if right.start <= life.now else AHEAD)
    return change, right


def _only_adds(known: Truth, right: Truth) -> bool:
    """Whether nothing of what customers knew is said otherwise, by a loud word and what silently followed it."""
    same = (known.services, known.period) == (right.services, right.period)
    return same and all(_is_kept(getattr(known, what), getattr(right, what)) for what in _MAY_BE_MISSING)


_MAY_BE_MISSING = ("reason", "impact", "outage", "title", "action")


def _is_kept(was: object, now: object) -> bool:
    if isinstance(was, dict) and isinstance(now, dict):
        return all(now[one] == was[one] for one in was)
    return was is None or was == now


def _righted(rng: Random, life: Life, what: str) -> tuple[dict[str, Any], Truth]:
    truth = life.truth
    match what:
        case "services":
            keys = tuple(rng.sample(sorted(SERVICES), rng.choice([1, 2, 3])))
            added = tuple(key for key in truth.added if key in keys)
            return {"facts": {"services": services_of(keys)}}, replace(truth, services=keys, added=added)
        case "impact":
            impact = rng.choice(["none", "degraded", "outage"])
            after = replace(truth, impact=impact, outage=_outage_beside(truth, impact))
            return {"facts": {"impact": Impact(impact)}}, after
        case "end" | "start":
            return _times_righted(rng, truth, what)
    texts = {"reason": catalog.REASONS, "title": catalog.TITLES, "action": catalog.ACTIONS}[what]
    text = some(rng, texts, 1.0) or {}
    before = getattr(truth, what) or {}
    return {"facts": {what: text}}, replace(truth, **{what: {**before, **text}})


def _outage_beside(truth: Truth, impact: str | None) -> int | None:
    """For how long each server is away: said of that impact, and not of another one."""
    same = impact == truth.impact or (impact == "outage" and truth.impact is None)
    return truth.outage if same else None


def _times_righted(rng: Random, truth: Truth, what: str) -> tuple[dict[str, Any], Truth]:
    by = timedelta(minutes=rng.choice([-30, -10, 10, 60]))
    start, end = (truth.start, truth.end + by) if what == "end" else (truth.start + by, truth.end)
    typed = {"ends_at": end} if what == "end" else {"starts_at": start}
    if truth.is_open:
        return typed, truth.promised_anew(start, end)
    return typed, replace(truth, start=start, end=end)


def reopen(rng: Random, life: Life) -> Step:
    """What was over or called off is taken up again: now, or at a new date."""
    truth, now = life.truth, life.now
    news, promise = some(rng, catalog.NEWS, 0.5), _promise(rng, life)
    anew = truth.start <= now
    typed: dict[str, Any] = {}
    start = minute(now) if anew else truth.start
    if rng.random() < 0.5:
        start = minute(now) + timedelta(minutes=rng.choice([30, 900]))
        typed["starts_at"] = start
    end = start + truth.length
    if not typed or life.newest.kind is Kind.CORRECTED or rng.random() < 0.5:
        end = start + timedelta(minutes=rng.choice([40, 200]))
        typed["ends_at"] = end
    change = Change(
        kind=Kind.RESCHEDULED, text=news, next_update_at=promise, reopen="Es kam wieder.", **typed
    )
    after = truth.open_words(news=news, next_update=promise, again=truth.stands == OVER, new_date=False)
    after = after.promised_anew(start, end)
    return change, replace(after, stands=RUNNING if start <= now else AHEAD)


def steps(life: Life) -> Iterator[tuple[Callable[[Random, Life], Step], int]]:
    """What may come next, and how likely it is."""
    if life.truth.is_open:
        yield from ((progress, 4), (extend, 4), (complete, 3), (cancel, 2), (correct, 2))
    else:
        yield from ((correct, 2), (reopen, 3))
