"""A text that the platform changed while its answer was lost, and one that we wrote although no answer told of it.

Through the real client libraries and real sockets, against the sandbox's platforms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from announce_sandbox import Fault
from publisher.ledger.sqlite.store import Store
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.delivery import Delivery, State, Terms
from publisher.model.history import Said, Snapshot, Told
from publisher.model.outcome import ChangedByHand
from publisher.model.post import Post
from tests.channels.http.doubles import Cachet, FossBilling, Redmine, running
from tests.channels.http.test_life import Center
from tests.channels.test_kept import BODIES, FORMATS, PLAIN, TELLS, opened
from tests.delivery.scripted import planned, run

NETWORKS = ["facebook", "twitter"]
WORK = Announcement(
    ref="CMO-7K3M",
    title={"de": "Wartung"},
    services=(Service(key="vps", name={"de": "VPS"}),),
    period=Period(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)),
)


def history(*told: tuple[Post, str | None]) -> Snapshot:
    """The ledger knows these posts, by address where one is known."""
    update = Update(
        number=1,
        kind=Kind.INITIAL,
        phase=Phase.SCHEDULED,
        announcement=WORK,
        published_at=WORK.period.starts_at,
    )
    each = [Told(channel=post.channel, type="x", state="abandoned", url=url, post=post) for post, url in told]
    return Snapshot((Said(update=update, told=tuple(each)),))


# --- the answer was lost, and the text is not quite ours any more -------------------------------------------------


def lost(sandbox: Any, folder: Any, name: str) -> Delivery:
    """The outcome of a post whose answer is lost; every look comes at once."""
    sandbox.fault(name, Fault("502", times=1, verb="create"))
    with Store.open(folder / "ledger.db") as ledger:
        now = datetime.now(UTC)
        fields = {"format": FORMATS[name], "body": BODIES[FORMATS[name]], "tells": TELLS, "published_at": now}
        deliveries = planned(ledger, name, **fields)
        terms = Terms(lookup=True, settle=0.0)
        return run(ledger, {name: opened(sandbox, name)}, deliveries=deliveries, terms=terms)[name]


WHOLE: list[Callable[[str], str]] = [
    lambda text: text.replace("mehr", "…"),
    lambda text: f"{text}\n(automatisch übersetzt)",
    lambda text: text.replace("https://status.example.net", "https://l.example/?u=status.example.net"),
]


@pytest.mark.parametrize("keeps", WHOLE)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_changed_text_is_known_by_its_reference(sandbox: Any, tmp_path: Any, name: str, keeps: Any) -> None:
    """It was called absent, and posted a second time."""
    sandbox.keep(name, keeps)
    found = lost(sandbox, tmp_path, name)
    assert (found.state, len(sandbox.posts(name))) == (State.DELIVERED, 1)


CUT: list[Callable[[str], str]] = [
    lambda text: text[:40],
    lambda text: f"{text[:30]}…",
    lambda text: text.replace("22:30", ""),
]


@pytest.mark.parametrize("keeps", CUT)
@pytest.mark.parametrize("name", NETWORKS)
def test_one_that_lacks_something_is_a_question_and_no_absence(
    sandbox: Any, tmp_path: Any, name: str, keeps: Any
) -> None:
    sandbox.keep(name, keeps)
    found = lost(sandbox, tmp_path, name)
    assert (found.state, len(sandbox.posts(name))) == (State.NEEDS_DECISION, 1)
    assert "it is public, but the platform kept" in str(found.error)
    assert sandbox.posts(name)[0].remote_id == found.remote_id


@pytest.fixture(params=NETWORKS)
def account(request: Any, sandbox: Any, bench: Any) -> tuple[str, Any]:
    bench.now = datetime.now(UTC)
    secret = {"access_token"} if request.param == "facebook" else set(sandbox.credentials[request.param])
    known = sandbox.credentials[request.param].items()
    settings = {key: bench.secret(value) if key in secret else value for key, value in known}
    return request.param, bench.open(request.param, base_url=sandbox.base_url(request.param), **settings)


def test_what_the_ledger_knows_for_another_post_is_not_taken_for_this_one(account: Any, bench: Any) -> None:
    """Also in another language on the same account, and the same text said again."""
    name, channel = account
    wanted = bench.post(channel=name, update=2, body=f"{PLAIN} Neu", published_at=bench.now)
    other = replace(wanted, update=1, body=f"{PLAIN} Alt")
    made = channel.publish(other)
    assert channel.find(wanted).remote_id == made.remote_id, "nobody knows better"
    bench.history = history((other, made.url))
    assert channel.find(wanted) is None
    bench.history = history((replace(other, channel="english"), None))
    assert channel.find(wanted) is None
    bench.history = history((replace(wanted, update=1), made.url))
    assert channel.find(replace(wanted, body=other.body)) is None


def test_a_post_about_something_else_is_none_of_ours(account: Any, bench: Any) -> None:
    name, channel = account
    channel.publish(bench.post(body="Neu: VPS mit mehr Speicher. Ref. CMO-7K3N", published_at=bench.now))
    assert channel.find(bench.post(channel=name, body=PLAIN, published_at=bench.now)) is None


# --- an edit that was given up, and had come all the same --------------------------------------------------------


@pytest.fixture(params=["wordpress", "whmcs", "facebook", Redmine, FossBilling, Cachet])
def editing(request: Any, sandbox: Any, bench: Any) -> Iterator[Any]:
    """Channels that edit: the adapter, its format, and how the ledger's history is given to it."""
    if isinstance(request.param, str):
        bench.now = datetime.now(UTC)
        known = sandbox.credentials[request.param].items()
        plain = {"username", "page_id"}
        settings = {key: value if key in plain else bench.secret(value) for key, value in known}
        url = sandbox.base_url(request.param)
        yield bench.open(request.param, base_url=url, **settings), FORMATS[request.param]
        return
    with running(request.param()) as double:
        center = Center(request.param.__name__.lower(), double, bench)
        bench.history = history()
        center.said = lambda number: bench.history.said[0]  # type: ignore[method-assign]
        yield center.channel, center.settings.format


def test_what_reads_like_an_edit_that_was_given_up_was_not_changed_by_hand(editing: Any, bench: Any) -> None:
    channel, form = editing
    first, second, third = (
        bench.post(
            channel="c",
            update=number,
            format=form,
            body=f"{BODIES[form]} {word}",
            tells=TELLS,
            published_at=bench.now + timedelta(seconds=number),
        )
        for number, word in ((1, "eins"), (2, "zwei"), (3, "drei"))
    )
    receipt = channel.publish(first)
    channel.amend(receipt, second)  # and its answer is lost, and `resolve --abandon`
    with pytest.raises(ChangedByHand):
        channel.amend(receipt, third)
    bench.history = history((first, receipt.url), (second, None))
    assert channel.amend(receipt, third).remote_id == receipt.remote_id
