"""What the tests let a ledger record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from publisher.model.announcement import Announcement, Impact, Kind, Period, Phase, Service, Update
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Format, Post

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
PERIOD = Period(NOW, NOW + timedelta(microseconds=1))


def update(
    ref: str = "CMO-7K3M", *, published: datetime = NOW, hours: int = 2, start: datetime = NOW
) -> Update:
    announcement = Announcement(
        ref=ref,
        title={"de": "Lücke", "en": "Hole"},
        services=(Service(key="vps", name={"de": "VPS-Hosting"}),),
        period=Period(start, start + timedelta(hours=hours)),
        impact=Impact.DEGRADED,
        reason={"und": "„kann nicht warten“ ' \" \\ %"},
    )
    return Update(
        number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=announcement, published_at=published
    )


def later(*, number: int = 2, published: datetime = NOW + timedelta(minutes=5)) -> Update:
    return replace(update(published=published), number=number, kind=Kind.PROGRESS)


def outgoing(said: Update, *channels: str) -> list[Outgoing]:
    return [
        Outgoing(
            Post(
                ref=said.announcement.ref,
                update=said.number,
                kind=said.kind,
                channel=channel,
                locale="de",
                format=Format.HTML,
                title="Titel ' OR 1=1 --",
                body="<p>Größe 🙂</p>",
                slug=said.announcement.ref.lower(),
                published_at=said.published_at,
            ),
            type="wordpress",
        )
        for channel in channels
    ]


def content(digest: str = "d", since: datetime = NOW - timedelta(days=1)) -> Fingerprint:
    return Fingerprint(digest, since)
