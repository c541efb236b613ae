"""Announcements from the first post to the last, told without a ledger: as the feed adapter gets to see them."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.model.announcement import (
    Announcement,
    Impact,
    Kind,
    Period,
    Phase,
    Service,
    Update,
)
from publisher.model.history import Said, Snapshot, Told
from publisher.model.post import Format, Post

PLANNED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SITE = "https://status.example.net/"
SEED = 20261123

HARD = {
    "cdata": "Wartung ]]> Ende",
    "entity": "R&amp;D & <b>Recht</b>",
    "emoji": "\U0001f6a8 Störung \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right-to-left": "صيانة عاجلة שלום",
    "long": "Lücke " * 33 + "zu",
    "vevent": "BEGIN:VEVENT",
    "marks": 'Semikolon; Komma, Rückstrich \\n "Zitat" {{ 7*7 }}',
}
"""Texts that must arrive to the letter."""

LAID = {
    "controls": "a\x00b\x07c\x0bd\x1b[31m\x7fe\x9f",
    "breaks": "eins\r\nzwei\rdrei\nvier\u2028fünf\u2029sechs\x85sieben",
    "halves": "\ud800 halb \udfff \ufffe",
    "injection": "Wartung\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:fremd",
}
"""Texts that input refuses, and that a record may hold all the same."""

SERVICES = (
    Service(key="vps", name={"de": "VPS-Hosting", "en": "VPS hosting"}),
    Service(key="mail", name={"de": "Postfächer", "en": "Mailboxes"}),
    Service(key="web", name={"und": "Web & mehr"}),
)


class History:
    """What is said, one update after the other; the snapshot is what a channel is lent."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    def say(self, ref: str = "CMO-7K3M", *, after: float = 0, **fields: Any) -> Post:
        """Tell an update ``after`` so many seconds; what is not given stays as it was. Returns the feed's post."""
        before = self._newest(ref)
        update = _update(ref, before, PLANNED + timedelta(seconds=after), fields)
        post = _post(update)
        told = Told(channel="feed", type="feed", state="delivered", url=None, post=post)
        self.said.append(Said(update=update, told=(told,)))
        return post

    def leave_out(self) -> None:
        """The last update was not planned for the feed."""
        self.said[-1] = replace(self.said[-1], told=())

    def take_down(self, ref: str) -> None:
        """Everything that was said about it so far is withdrawn."""
        self.said = [
            replace(one, told=tuple(replace(told, withdrawn=True) for told in one.told))
            if one.ref == ref
            else one
            for one in self.said
        ]

    def standing(self) -> set[str]:
        """The announcements that were not taken down, as far as the feed channel was told of them."""
        return {one.ref for one in self.said for told in one.told if not told.withdrawn}

    def snapshot(self) -> Snapshot:
        """Newest first, as the ledger gives it."""
        return Snapshot(tuple(sorted(self.said, key=lambda said: said.update.published_at, reverse=True)))

    def _newest(self, ref: str) -> Update | None:
        return next((said.update for said in reversed(self.said) if said.ref == ref), None)


def life(history: History, ref: str = "CMO-7K3M") -> Iterator[Post]:
    """Announced, extended, corrected, begun, completed: one update each time it is asked."""
    later = Period(PLANNED + timedelta(hours=3), PLANNED + timedelta(hours=6))
    yield history.say(ref)
    yield history.say(ref, after=60, kind=Kind.RESCHEDULED, period=later)
    yield history.say(ref, after=120, kind=Kind.CORRECTED, title="Berichtigt")
    yield history.say(ref, after=10_800, kind=Kind.PROGRESS, phase=Phase.IN_PROGRESS)
    yield history.say(ref, after=20_000, kind=Kind.COMPLETED, phase=Phase.COMPLETED)


def at_random(count: int, seed: int = SEED) -> History:
    """So many announcements in two years, with lives of all kinds; the same ones every time."""
    chance, history = random.Random(seed), History()  # noqa: S311  no secret
    texts = [*HARD.values(), *LAID.values(), "Kernel-Lücke", "Netzteil im Rack 7"]
    for number in range(count):
        ref, start = f"CMO-{number:04d}", chance.randrange(0, 2 * 365 * 86_400)
        period = _period(chance, start)
        services = tuple(chance.sample(SERVICES, chance.randint(1, 3)))
        fields = {"title": chance.choice(texts), "reason": chance.choice(texts), "services": services}
        history.say(ref, after=start, period=period, impact=chance.choice(list(Impact)), **fields)
        for step in _steps(chance):
            start += chance.randrange(1, 3600)
            history.say(ref, after=start, **step(chance, start, texts))
        if number % 17 == 0:
            history.take_down(ref)
    return history


def _period(chance: random.Random, after: int) -> Period:
    starts = PLANNED + timedelta(seconds=after, minutes=chance.randrange(0, 600))
    return Period(starts, starts + timedelta(minutes=chance.randrange(1, 600)))


def _steps(chance: random.Random) -> list[Any]:
    middle = [_corrected, _rescheduled, _progress]
    ends = [[], [_completed], [_cancelled], [_completed, _corrected]]
    return chance.choices(middle, k=chance.randrange(0, 4)) + chance.choice(ends)


def _corrected(chance: random.Random, _after: int, texts: list[str]) -> dict[str, Any]:
    return {"kind": Kind.CORRECTED, "title": chance.choice(texts)}


def _rescheduled(chance: random.Random, after: int, _texts: list[str]) -> dict[str, Any]:
    return {"kind": Kind.RESCHEDULED, "period": _period(chance, after)}


def _progress(chance: random.Random, _after: int, texts: list[str]) -> dict[str, Any]:
    return {"kind": Kind.PROGRESS, "phase": Phase.IN_PROGRESS, "text": {"und": chance.choice(texts)}}


def _completed(*_: Any) -> dict[str, Any]:
    return {"kind": Kind.COMPLETED, "phase": Phase.COMPLETED}


def _cancelled(*_: Any) -> dict[str, Any]:
    return {"kind": Kind.CANCELLED, "phase": Phase.CANCELLED}


def _update(ref: str, before: Update | None, at: datetime, fields: dict[str, Any]) -> Update:
    said = {
        name: {"und": fields[name]} for name in ("title", "reason", "details", "action") if name in fields
    }
    said |= {name: fields[name] for name in ("period", "impact", "services") if name in fields}
    facts = replace(before.announcement if before else _first(ref), **said)
    return Update(
        number=before.number + 1 if before else 1,
        kind=fields.get("kind", Kind.INITIAL),
        phase=fields.get("phase", before.phase if before else Phase.SCHEDULED),
        announcement=facts,
        published_at=at,
        text=fields.get("text"),
    )


def _first(ref: str) -> Announcement:
    return Announcement(
        ref=ref,
        title={"und": "Sicherheitslücke"},
        services=SERVICES[:1],
        period=Period(PLANNED + timedelta(hours=2), PLANNED + timedelta(hours=3)),
        permalink=f"{SITE}{ref}/",
    )


def _post(update: Update) -> Post:
    facts = update.announcement
    title = facts.title["und"]
    return Post(
        ref=facts.ref,
        update=update.number,
        kind=update.kind,
        channel="feed",
        locale="de",
        format=Format.HTML,
        title=f"{title} ({facts.ref})",
        body=f"<p>{html.escape(title)}</p>\n<p>{update.kind}, {facts.period.starts_at.isoformat()}</p>",
        slug=f"{facts.ref.lower()}-u{update.number}",
        published_at=update.published_at,
        link=facts.permalink,
    )
