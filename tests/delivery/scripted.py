"""Adapters that play a script, and a run of the dispatcher over them on a real ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.delivery.dispatch import Dispatcher
from publisher.delivery.worker import Job
from publisher.ledger.sqlite.store import Store
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.delivery import Delivery, Terms
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Draft, Format, Post

LOOKUP = Terms(lookup=True, settle=60.0)
NOW = datetime.now(UTC).replace(microsecond=0)


class Scripted:
    """An adapter that plays its script: outcomes to return or raise, callables to run."""

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.calls: list[str] = []

    def publish(self, post: Post) -> Any:
        return self._play("publish")

    def _play(self, verb: str) -> Any:
        self.calls.append(verb)
        step = self.script.pop(0)
        if callable(step):
            step = step()
        if isinstance(step, BaseException):
            raise step
        return step


class ScriptedStaging(Scripted):
    def stage(self, post: Post) -> Any:
        return self._play("stage")

    def release(self, post: Post, draft: Draft) -> Any:
        return self._play(f"release {draft.remote_id}")


def planned(ledger: Store, *channels: str, **fields: Any) -> tuple[Delivery, ...]:
    """A first update for these channels; ``fields`` are its posts'."""
    announcement = Announcement(
        ref="CMO-7K3M",
        title={"de": "Lücke"},
        services=(Service(key="vps", name={"de": "VPS"}),),
        period=Period(NOW, NOW + timedelta(hours=1)),
    )
    said = Update(
        number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=announcement, published_at=NOW
    )
    posts = [
        Post(
            **{
                "ref": "CMO-7K3M",
                "update": 1,
                "kind": Kind.INITIAL,
                "channel": channel,
                "locale": "de",
                "format": Format.TEXT,
                "title": "Titel",
                "body": "Text",
                "slug": "cmo-7k3m",
                "published_at": NOW,
            }
            | fields
        )
        for channel in channels
    ]
    outgoing = [Outgoing(post, type="scripted") for post in posts]
    return ledger.add(said, outgoing, Fingerprint("d", NOW - timedelta(days=1)), again=None)


def run(
    ledger: Store,
    adapters: dict[str, Any],
    *,
    deadline: float = 10.0,
    deliveries: tuple[Delivery, ...] | None = None,
    departed: bool = True,
    terms: Terms = LOOKUP,
    watch: Callable[[Delivery], None] = lambda _: None,
    during: Callable[[Dispatcher], None] | None = None,
) -> dict[str, Delivery]:
    def opening(name: str) -> Callable[[], Any]:
        adapter = adapters[name]
        return adapter if isinstance(adapter, type(lambda: 0)) else lambda: adapter

    jobs = [
        Job(
            delivery=delivery,
            terms=replace(
                terms, staged=terms.staged or isinstance(adapters[delivery.channel], ScriptedStaging)
            ),
            open=opening(delivery.channel),
            departures=lambda: 0,
            fence=lambda _: departed,
        )
        for delivery in deliveries or planned(ledger, *adapters)
    ]
    dispatcher = Dispatcher(
        ledger, jobs, deadline=deadline, watch=watch, mask=lambda text: text.replace("hunter2", "***")
    )
    if during:
        threading.Thread(target=during, args=(dispatcher,), daemon=True).start()
    dispatcher.run()
    return {delivery.channel: delivery for delivery in ledger.deliveries("CMO-7K3M")}
