"""A life told from a seed, and what a reader finds wrong in any of its posts, at any moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from publisher.model.announcement import Kind
from publisher.model.errors import Refused
from publisher.model.post import Format, Post
from publisher.rendering.renderer import Renderer
from tests.lives import rules, shown
from tests.lives.reader.facts import Read
from tests.lives.reader.posts import read_html, read_short, read_text
from tests.lives.steps import begin, steps
from tests.lives.telling import CHANNELS, Life, languages
from tests.lives.truth import Truth

NIGHTS = (
    datetime(2026, 11, 28, 20, 47, 30, tzinfo=UTC),
    datetime(2026, 10, 24, 22, 10, tzinfo=UTC),  # clocks go back at one
    datetime(2027, 3, 27, 22, 30, tzinfo=UTC),  # clocks go forward at one
    datetime(2026, 12, 31, 21, 0, tzinfo=UTC),
)
MOST_STEPS = 6


class Lived:
    """What one seed makes; ``complaints`` is what a reader found, with the step it was found at."""

    def __init__(
        self, seed: int, renderer: Renderer | None = None, channels: Sequence[str] = tuple(CHANNELS)
    ) -> None:
        self.rng = Random(seed)  # noqa: S311  a life has to be told again
        self.seed = seed
        self.life = Life(
            self.rng.choice(NIGHTS) + timedelta(minutes=self.rng.randrange(180)), channels, renderer
        )
        self.complaints: list[str] = []
        self.posts = self.pages = 0
        self.renderer = renderer
        self._told: dict[str, Truth] = {}
        self._before: dict[str, Truth | None] = {}
        """By channel, what its customers had been told before the newest loud word."""
        self._word = 0
        """The number of the newest loud word."""
        self._heard: dict[str, int] = {}

    def live(self) -> Lived:
        truth = begin(self.rng, self.life.now)
        on = self._channels()
        self.life.begin(truth, on)
        self._look(f"urgent {truth}", is_correction=False)
        for _ in range(self.rng.randrange(1, MOST_STEPS)):
            self._pass()
            self._step()
        return self

    def report(self) -> str:
        """What was found first, and the life until then."""
        story = "\n".join(f"  {step}" for step in self.life.story)
        return f"seed {self.seed}, {len(self.complaints)} complaints, of which\n{self.complaints[0]}\n{story}"

    def _channels(self) -> list[str]:
        """Mostly all; sometimes one is left out, whose readers then know less."""
        out = self.rng.choice(self.life.channels) if self.rng.random() < 0.15 else None
        return [name for name in self.life.channels if name != out]

    def _pass(self) -> None:
        truth, rng = self.life.truth, self.rng
        at = rng.choice([truth.start, truth.start, truth.end, truth.end, self.life.now, self.life.now])
        at += timedelta(minutes=rng.choice([-25, -3, 0, 1, 4, 20, 90]), seconds=rng.randrange(60))
        self.life.now = max(at, self.life.now + timedelta(minutes=2))

    def _step(self) -> None:
        made, weights = zip(*steps(self.life), strict=True)
        act = self.rng.choices(made, weights)[0]
        change, truth = act(self.rng, self.life)
        try:
            self.life.tell(change, truth, self._channels())
        except Refused:
            return
        silent = change.kind is Kind.CORRECTED and not change.loud
        name = f"{act.__name__}{' silently' if silent else ''} at {self.life.now:%d %b %H:%M} {change}"
        self._look(name, is_correction=change.kind is Kind.CORRECTED and change.loud, silent=silent)

    def _look(self, step: str, *, is_correction: bool, silent: bool = False) -> None:
        self.life.story.append(step)
        # A correction names what was said before it, also to those who had been left out of that.
        missed = {name for name in self.life.fresh if is_correction and self._heard.get(name) != self._word}
        if silent:
            is_correction = self._was_correction
        else:
            self._word += 1
        self._was_correction = is_correction
        late = {name for name in self.life.fresh if silent and self._heard.get(name) != self._word}
        for name, posts in self.life.fresh.items():
            if not silent or self._heard.get(name) != self._word:
                self._before[name] = self._told.get(name)
                self._heard[name] = self._word
            before = None if name in missed else self._before.get(name)
            for post in posts:
                self.posts += 1
                for read in readings(name, post):
                    found = rules.faults(read, self.life.truth, before, post, self.life.spoken, is_correction)
                    self.complaints += [
                        f"{name}/{read.locale}: {fault}\n{post.title}\n{post.body}" for fault in found
                    ]
        for name in self.life.fresh:
            # Left out of an update, and told of a later silent correction: what the update said was not for it.
            self._told[name] = replace(self.life.truth, news=None) if name in late else self.life.truth
        self._come_by()

    def _come_by(self) -> None:
        """Somebody opens the pages: now, or at an hour at which nobody has spoken."""
        hours = [hour for hour in shown.hours(self.life.truth) if hour > self.life.now]
        now = self.rng.choice([self.life.now, *hours])
        if any(name in self._told for name in shown.FEEDS):
            self.pages += 1
            self.complaints += shown.faults(self.life, self._told, now, self.renderer)


def readings(name: str, post: Post) -> Iterator[Read]:
    """A post as its readers understand it; one in two languages, twice."""
    near = post.published_at
    locales = languages(name)
    if len(locales) > 1:
        yield from _halves(name, post, locales)
    elif post.format is Format.HTML:
        yield read_html(name, locales[0], post.title, post.body, near)
    elif post.format is Format.TEXT:
        yield read_text(name, locales[0], post.body, near)
    else:
        yield read_short(name, locales[0], post.body, near)


def _halves(name: str, post: Post, locales: Sequence[str]) -> Iterator[Read]:
    titles = post.title.split(" / ")
    assert len(titles) == len(locales)
    for locale, title, other in zip(locales, titles, reversed(locales), strict=True):
        _, _, rest = post.body.partition(f'<div lang="{locale}">')
        half, _, _ = rest.partition(f'<h2 lang="{other}">')
        yield read_html(name, locale, title, half.rpartition("</div>")[0], post.published_at)
