"""The sentences of feeds and calendars, out of the `words.toml` of a language: a third one is one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from publisher.adapter import Rejected
from publisher.adapter.said import Impact, Phase, Update


class Impacts(msgspec.Struct, frozen=True):
    """What readers will notice, by `Impact`."""

    none: str
    degraded: str
    outage: str


class FeedWords(msgspec.Struct, frozen=True, kw_only=True):
    """The table ``subscribe``, and what is left of an item that was taken down."""

    title: str
    """Of feeds; ``{brand}`` in it is whose they are, as in ``window``."""
    description: str
    description_always: str = ""
    """The same where there are no regular windows to be outside of; empty where a language does not tell."""
    window: str
    scheduled: str
    in_progress: str
    completed: str
    cancelled: str
    aborted: str = ""
    """Called off after it had begun; empty where a language does not tell, as in the next two."""
    postponed: str = ""
    aborted_postponed: str = ""
    reason: str = ""
    """What stands before the reason, as `action` before what to do, `unaffected` before what keeps running."""
    action: str = ""
    unaffected: str = ""
    withdrawn: str
    withdrawn_text: str
    services: str
    reference: str
    category: str
    windows: str
    next_update: str
    """``{moment}`` in it is until when."""
    impact: Impacts
    each: str = ""
    """For how long, ``{length}``, each customer is without a service; empty where a language does not tell."""
    called: tuple[tuple[str, str, str], ...] = ()
    """Where the work is no maintenance: by what it is called and a key of this table, what stands there instead."""

    def title_of(self, wording: str, brand: str) -> str:
        """What feeds are called in a house that calls its work so."""
        return self._called("title", wording).replace("{brand}", brand)

    def description_of(self, wording: str, *, has_windows: bool) -> str:
        """What such a house's feeds say of themselves."""
        always = "" if has_windows else self._called("description_always", wording)
        return always or self._called("description", wording)

    def phase(self, phase: Phase, wording: str = "maintenance") -> str:
        """What an event of this phase is, by what the work is called."""
        return self._called(phase, wording)

    def category_of(self, wording: str) -> str:
        """What calendars sort the event under."""
        return self._called("category", wording)

    def _called(self, key: str, wording: str) -> str:
        called = (text for name, of, text in self.called if (name, of) == (wording, key))
        return next(called, str(getattr(self, key)))

    def what(self, update: Update) -> str:
        """What an event is after its newest update: its phase, or how the work was called off."""
        off = ("aborted" if update.aborted else "", "postponed" if update.postponed else "")
        own = getattr(self, "_".join(filter(None, off)), "") if update.phase is Phase.CANCELLED else ""
        return str(own) or self.phase(update.phase, update.announcement.wording)

    def expected(self, impact: Impact) -> str:
        """What readers will notice."""
        return str(getattr(self.impact, impact))


def words_of(said: Mapping[str, Any], locale: str) -> FeedWords:
    """Out of the sentences of a language. Raises Rejected where one is no text."""
    try:
        called = [
            (name, of, text)
            for name, words in said.get("wording", {}).items()
            for of, text in words.get("subscribe", {}).items()
        ]
        known = {**said["subscribe"], "called": called, "withdrawn_text": said["page"]["withdrawn"]["text"]}
        return msgspec.convert(known, FeedWords)
    except (LookupError, TypeError, msgspec.ValidationError) as error:
        raise Rejected(
            f"the words of {locale!r} for feeds and calendars: {error}",
            cure="correct words.toml in your template folder",
        ) from None
