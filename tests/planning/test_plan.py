"""From a checked request to a recorded plan, with a real configuration, ledger and templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.adapter import registry
from publisher.ledger import Ledger, open_ledger
from publisher.model.announcement import Kind, Period, Phase
from publisher.model.errors import AlreadySaid, NoNoticeDue, Refused
from publisher.model.windows import Verdict
from publisher.planning.initial import Planner
from publisher.planning.initial_request import Request, Typed, read
from publisher.planning.later_request import FollowTyped
from publisher.planning.later_request import read as read_later
from publisher.planning.preview import preview
from publisher.rendering.renderer import Renderer
from publisher.settings.config import Config, load

NOW = datetime(2026, 11, 23, 20, 0, 30, 500, tzinfo=UTC)  # a Monday, 21:00 in Berlin
CONFIG = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
permalink = "https://status.example.net/{ref}/?name={slug}"

[services.vps]
name = { de = "VPS-Hosting", en = "VPS hosting" }

[services.mail]
name = "Mail"

[presets.kernel]
services = ["vps"]
duration = "1h"
title = { de = "Lücke", en = "Hole" }

[channels.blog]
type = "wordpress"
base_url = "https://blog.example.net"
username = "a"
password = { env = "A" }

[channels.twitter]
type = "twitter"
locale = "en"
consumer_key = { env = "A" }
consumer_secret = { env = "A" }
access_token = { env = "A" }
access_token_secret = { env = "A" }
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "announce.toml"
    path.write_text(CONFIG)
    return load(path, registry.settings_for)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.db", write=True) as opened:
        yield opened


@pytest.fixture
def planner(config: Config, ledger: Ledger) -> Planner:
    renderer = Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin"))
    return Planner(config, ledger, renderer, lambda name: capabilities(config, name))


def capabilities(config: Config, name: str) -> object:
    settings = config.channels[name]
    return registry.adapter_for(settings.type).capabilities(settings)


def asked(config: Config, now: datetime = NOW, **typed: object) -> Request:
    known = {"preset": "kernel", "start": "+30m"} | typed
    return read(Typed(**known), {}, config, now=now)  # type: ignore[arg-type]


def test_a_plan_freezes_a_post_for_each_channel_in_its_language(config: Config, planner: Planner) -> None:
    plan = planner.plan(asked(config), now=NOW)
    posts = {item.post.channel: item.post for item in plan.outgoing}
    assert list(posts) == ["blog", "twitter"]
    assert "Lücke" in posts["blog"].title
    assert "Hole" in posts["twitter"].body
    assert {post.published_at for post in posts.values()} == {NOW.replace(microsecond=0)}
    announcement = plan.update.announcement
    assert announcement.permalink == f"https://status.example.net/{plan.ref}/?name={plan.ref.lower()}"
    assert (plan.update.phase, plan.judgement.verdict) == (Phase.SCHEDULED, Verdict.OUTSIDE)


def test_a_start_that_has_come_is_in_progress(config: Config, planner: Planner) -> None:
    assert planner.plan(asked(config, start="now"), now=NOW).update.phase is Phase.IN_PROGRESS


def test_without_a_title_the_services_give_it_in_every_language(config: Config, planner: Planner) -> None:
    request = asked(config, preset=None, services=("vps", "mail"), duration="1h")
    assert request.title == {"de": "VPS-Hosting, Mail", "en": "VPS hosting, Mail"}


@pytest.mark.parametrize(
    ("start", "until", "verdict"),
    [
        ("2026-11-24T22:30", "2026-11-25T06:00", "inside"),
        ("2026-11-25T05:00", "2026-11-25T06:01", "overruns"),
        ("2026-11-25T06:00", "2026-11-25T07:00", "outside"),
    ],
)
def test_work_inside_a_window_needs_no_notice(
    config: Config, planner: Planner, start: str, until: str, verdict: str
) -> None:
    request = asked(config, start=start, until=until)
    if verdict == "inside":
        with pytest.raises(NoNoticeDue) as refused:
            planner.plan(request, now=NOW)
        assert refused.value.exit_code == 6
        request = replace(request, anyway=True)
    assert planner.plan(request, now=NOW).judgement.verdict == verdict


def test_the_clock_that_now_stood_for_does_not_make_it_new_content(config: Config, planner: Planner) -> None:
    plan = planner.plan(asked(config, start="now"), now=NOW)
    planner.commit(plan, asked(config, start="now"))
    later = NOW + timedelta(minutes=7)
    with pytest.raises(AlreadySaid, match=plan.ref):
        planner.plan(asked(config, later, start="now"), now=later)
    assert planner.plan(asked(config, later, start="now", again="so"), now=later).again == "so"


def test_two_plans_of_one_second_are_published_in_two(
    config: Config, planner: Planner, ledger: Ledger
) -> None:
    """The second was free when the other plan was made, and taken when it was recorded."""
    one = planner.plan(asked(config, only=("blog",)), now=NOW)
    two = planner.plan(asked(config, only=("twitter",)), now=NOW)
    planner.commit(one, asked(config, only=("blog",)))
    committed, deliveries = planner.commit(two, asked(config, only=("twitter",)))
    assert committed.ref == two.ref
    assert committed.update.published_at > one.update.published_at
    assert [delivery.channel for delivery in deliveries] == ["twitter"]
    assert len(ledger.refs()) == 2


def test_a_reference_taken_in_the_meantime_is_refused(config: Config, planner: Planner) -> None:
    one = planner.plan(asked(config, only=("blog",)), now=NOW)
    other = planner.plan(asked(config, only=("twitter",)), now=NOW, ref=one.ref)
    planner.commit(one, asked(config, only=("blog",)))
    with pytest.raises(Refused, match="busy"):
        planner.commit(other, asked(config, only=("twitter",)))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"start": "20:30"}, None),
        ({"start": "20:30", "yes": True}, "tomorrow 20:30"),
        ({"start": "2026-11-23T20:56+01:00"}, None),
        ({"start": "2026-11-23T20:54+01:00"}, "--already-started"),
        ({"start": "20:30", "already_started": True}, None),
        ({"start": "2026-11-23T10:00", "already_started": True}, "the end has passed"),
        ({"until": "+8d"}, "more than 7 days"),
        ({"start": "+31d"}, "more than 30 days"),
        ({"until": "+1h", "duration": "1h"}, "exclude"),
        ({"start": "2026-11-24T10:00", "until": "2026-11-24T09:00"}, "not after the start"),
        ({"start": "2027-03-28T02:30"}, "--start"),
        ({"start": None}, "no start"),
        ({"preset": None, "services": ("vps",)}, "no end"),
    ],
)
def test_the_times_are_judged(config: Config, typed: dict[str, object], says: str | None) -> None:
    if says is None:
        assert asked(config, **typed)
    else:
        with pytest.raises(Refused, match=says):
            asked(config, **typed)


def test_already_started_means_the_clock_time_that_has_passed(config: Config) -> None:
    request = asked(config, start="20:30", already_started=True)
    assert request.period.starts_at == datetime(2026, 11, 23, 19, 30, tzinfo=UTC)


def test_the_preview_says_how_long_before_and_whom_it_leaves_out(config: Config, planner: Planner) -> None:
    plan = planner.plan(asked(config, only=("twitter",), title="Für @kunde"), now=NOW)
    shown = preview(
        plan,
        lambda name: capabilities(config, name),  # type: ignore[arg-type, return-value]
        now=NOW,
        zone=ZoneInfo("Europe/Berlin"),
        locale="de",
        configured=list(config.channels),
        example=False,
    )
    assert shown.left_out == ("blog",)
    assert "before the work" in shown.lead
    assert any("@kunde" in warning for warning in shown.warnings)
    assert [(post.channel, post.limit, post.unit) for post in shown.channels] == [
        ("twitter", 280, "weighted")
    ]


@pytest.mark.parametrize(
    ("typed", "now", "advice"),
    [
        ("22:30", "2026-11-23T01:30Z", 'write the day too: "today 22:30"'),
        ("22.30", "2026-11-23T01:30Z", 'write the day too: "today 22:30"'),
        ("20:00", "2026-11-23T20:00Z", 'write the day too: "tomorrow 20:00"'),
    ],
)
def test_a_start_far_ahead_is_advised_with_the_day_it_means(
    config: Config, typed: str, now: str, advice: str
) -> None:
    request = Typed(title="Lücke", services=("vps",), start=typed, duration="1h", yes=True)
    with pytest.raises(Refused) as refused:
        read(request, {}, config, now=datetime.fromisoformat(now))
    assert advice in str(refused.value)


def test_a_promise_far_ahead_is_advised_with_the_day_it_means(config: Config) -> None:
    now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    later = FollowTyped(kind=Kind.PROGRESS, text="Halb fertig", next_update="22.30", yes=True)
    with pytest.raises(Refused, match='write the day too: "today 22:30"'):
        read_later(later, config, period=Period(now, now + timedelta(hours=1)), now=now)
