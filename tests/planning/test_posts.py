"""A post per channel: in its language, as its readers see the update after what they were told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher.adapter import registry
from publisher.ledger import Ledger
from publisher.model.announcement import Kind, Update
from publisher.model.carried import Carried
from publisher.model.delivery import Operation
from publisher.model.errors import Refused
from publisher.planning.plan import Means
from publisher.planning.posts import Posts
from publisher.runbook.assembly import Assembly
from publisher.settings.config import load
from tests.planning.conftest import CONFIG
from tests.planning.making import announced

PUBLISH, AMEND = (Operation.PUBLISH,), (Operation.AMEND,)


def moved(update: Update) -> Update:
    """The same work, an hour longer."""
    period = update.announcement.period
    longer = replace(period, ends_at=period.ends_at + timedelta(hours=1))
    return replace(
        update,
        number=2,
        kind=Kind.RESCHEDULED,
        announcement=replace(update.announcement, period=longer),
        before=period,
    )


def progress(update: Update, number: int = 3) -> Update:
    return replace(update, number=number, kind=Kind.PROGRESS, text={"und": "Gleich fertig"}, before=None)


def heard(channel: str, *numbers: int) -> dict[str, Carried]:
    return {channel: Carried(channel=channel, type="twitter", heard=dict.fromkeys(numbers, True))}


def test_the_operations_of_a_channel_get_a_post_each(means: Means) -> None:
    first = announced(means)
    made = Posts(means, moved(first), (first,)).outgoing({"blog": AMEND + PUBLISH, "twitter": ()})
    assert [(one.post.channel, one.operation, one.type) for one in made] == [
        ("blog", Operation.AMEND, "wordpress"),
        ("blog", Operation.PUBLISH, "wordpress"),
    ]
    assert {one.post.update for one in made} == {2}


def test_who_heard_another_period_last_reads_it_as_a_change(means: Means) -> None:
    first = announced(means)
    second = moved(first)
    posts = Posts(means, progress(second), (second, first), heard("twitter", 1))
    assert posts.unheard(("twitter", "blog")) == {"twitter": first.announcement.period}
    plain = Posts(means, progress(second), (second, first), heard("twitter", 1, 2))
    assert plain.unheard(("twitter", "blog")) == {}
    assert (
        posts.outgoing({"twitter": PUBLISH})[0].post.body != plain.outgoing({"twitter": PUBLISH})[0].post.body
    )


def test_a_silent_correction_shows_what_it_corrects(means: Means) -> None:
    first = announced(means)
    right = replace(first.announcement, title={"und": "Richtig"})
    correction = replace(first, number=2, kind=Kind.CORRECTED, announcement=right)
    made = Posts(means, correction, (first,)).outgoing({"blog": AMEND})[0].post
    again = Posts(means, replace(first, announcement=right)).outgoing({"blog": PUBLISH})[0].post
    assert (made.title, made.body) == (again.title, again.body)
    assert (made.kind, made.update) == (Kind.CORRECTED, 2)


def test_every_channel_whose_post_cannot_be_made_is_named(tmp_path: Path, ledger: Ledger) -> None:
    own = tmp_path / "own"
    for name in ("blog", "twitter"):
        (own / name).mkdir(parents=True)
    for name in ("blog.html", "twitter.txt"):
        (own / name).write_text("{{ nonsense }}")
        (own / name).chmod(
            0o646
        )  # what is only broken is replaced by ours; what anybody could have written is not
    path = tmp_path / "announce.toml"
    path.write_text(CONFIG.replace("[publisher]", '[publisher]\ntemplates = "own"'))
    means = Assembly(load(path, registry.settings_for)).means(ledger)
    with pytest.raises(Refused, match=r"blog: .*; twitter: ") as refused:
        announced(means)
    assert refused.value.hint
    assert means.ledger.refs() == ()


def test_what_cannot_be_made_reads_as_nothing(means: Means) -> None:
    first = announced(means)
    posts = Posts(means, first)
    title = {"und": "x" * 400}
    endless = replace(
        first,
        announcement=replace(first.announcement, title=title, permalink="https://x.example/" + "y" * 300),
    )
    assert posts.reads("twitter", endless) is None
    assert posts.reads("twitter", first)
