"""The examples of docs/channels/http.md through a whole life, on doubles that answer as their documentation says."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.adapter.registry import adapter_for, settings_for
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.history import Said, Snapshot
from publisher.model.outcome import ChangedByHand, Gone, Rejected, Unknown
from publisher.model.post import Draft, Reach, Receipt
from tests.channels.http.doubles import Cachet, Double, FossBilling, Redmine, running

DOCUMENT = Path(__file__).parents[3] / "docs/channels/http.md"
DOUBLES = {"redmine": Redmine, "fossbilling": FossBilling, "cachet": Cachet}
SECRETS = ("ANNOUNCE_REDMINE_KEY", "ANNOUNCE_FOSSBILLING_KEY", "ANNOUNCE_CACHET_TOKEN")
CREATE = {
    "redmine": "POST /projects/center/news.json",
    "fossbilling": "POST /api/admin/news/create",
    "cachet": "POST /api/schedules",
}
WITHDRAW = {
    "redmine": "DELETE /news/11.json",
    "fossbilling": "POST /api/admin/news/update",
    "cachet": "DELETE /api/schedules/11",
}


def example(name: str) -> dict[str, Any]:
    """The channel's table of an example in the documentation."""
    block = re.search(rf"<!-- tested: {name} -->\n```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert block
    return tomllib.loads(block[1])["channels"]["customer-center"]


class Center:
    """An example's channel, its double, and what has been said."""

    def __init__(self, name: str, double: Double, bench: Any) -> None:
        self.name, self.double, self.bench = name, double, bench
        bench.environ.update(dict.fromkeys(SECRETS, double.key))
        self.settings = settings_for("http").model_validate(example(name) | {"base_url": double.url})
        self.channel = self.opened()

    def opened(self) -> Any:
        lent = replace(
            self.bench.context("http", 5.0), history=lambda: Snapshot((self.said(1), self.said(2)))
        )
        return adapter_for("http")(self.settings, lent)

    def said(self, number: int) -> Said:
        start = self.bench.now + timedelta(hours=number)
        announcement = Announcement(
            ref="CMO-7K3M",
            title={"und": "Wartung"},
            services=(Service(key="vps", name={"de": "VPS"}),),
            period=Period(start, start + timedelta(hours=1)),
            permalink=None,
        )
        update = Update(
            number=number,
            kind=Kind.INITIAL if number == 1 else Kind.RESCHEDULED,
            phase=Phase.SCHEDULED,
            announcement=announcement,
            published_at=self.bench.now,
        )
        return Said(update=update, told=())

    def post(self, number: int = 1, **changes: Any) -> Any:
        own = {
            "update": number,
            "title": "Dringende Wartung",
            "body": f"Am Montag um {21 + number}:30 Uhr, bis {22 + number}:30 Uhr. Ref. CMO-7K3M",
        }
        return self.bench.post(**(own | changes))

    def public(self) -> list[str]:
        """The texts that customers see."""
        key = {"redmine": "description", "fossbilling": "content", "cachet": "message"}[self.name]
        return [item[key] for item in self.double.public()]


@pytest.fixture(params=DOUBLES)
def center(request, bench):
    with running(DOUBLES[request.param]()) as double:
        yield Center(request.param, double, bench)


def test_the_settings_say_what_it_can_do(center):
    can = center.channel.capabilities(center.settings)
    assert (can.lookup, can.withdraw, can.reach, can.updates) == (True, True, Reach.BOTH, Reach.EDIT)
    assert can.staged is (center.name == "fossbilling")


def test_a_whole_life(center):
    channel, first, later = center.channel, center.post(), center.post(2)
    assert channel.find(first) is None
    receipt = channel.publish(first)
    assert (receipt.remote_id, receipt.note) == ("11", None)
    assert re.fullmatch(r"[0-9a-f]{64}", receipt.fingerprint)
    assert receipt.url.startswith(center.double.url)
    assert channel.find(first) == receipt

    edited = channel.amend(receipt, later)
    assert center.public() == [later.body]
    assert edited.remote_id == "11"
    assert edited.fingerprint != receipt.fingerprint
    assert channel.amend(edited, later) == edited

    channel.withdraw(edited)
    assert center.public() == []
    channel.withdraw(edited)  # nothing to do, and no fault
    assert channel.find(first) is None


def test_every_read_has_an_address_of_its_own(center):
    """A cache in front that knows addresses only would give the text before the edit. A POST is kept by none."""
    receipt = center.channel.publish(center.post())
    center.channel.amend(receipt, center.post(2))
    center.channel.find(center.post(2))
    center.channel.withdraw(receipt)
    reads = [asked for asked in center.double.asked if asked.startswith("GET ")]
    assert len(set(reads)) == len(reads)
    assert bool(reads) is (center.name != "fossbilling")


def test_a_check_reads_what_an_edit_will_need(center):
    assert center.channel.check().may_publish.value == "unknown"
    center.double.key = "another"
    with pytest.raises(Rejected):
        center.channel.check()


TEXT = {"redmine": "description", "fossbilling": "content", "cachet": "message"}


def rewritten(center: Center, text: str) -> None:
    for item in center.double.posts.values():
        item[TEXT[center.name]] = text
        item["name" if center.name == "cachet" else "title"] = "By hand"


def test_what_a_colleague_changed_is_left_alone(center):
    receipt = center.channel.publish(center.post())
    rewritten(center, "By hand. Ref. CMO-7K3M")
    with pytest.raises(ChangedByHand):
        center.channel.amend(receipt, center.post(2))
    assert center.public() == ["By hand. Ref. CMO-7K3M"]
    center.channel.withdraw(replace(receipt, ref="CMO-7K3M"))
    assert center.public() == []


@pytest.mark.parametrize("forced", [False, True])
def test_what_is_another_ones_by_now_is_neither_edited_nor_taken_down(center, forced):
    receipt = replace(center.channel.publish(center.post()), ref="CMO-7K3M")
    rewritten(center, "All shoes half price")
    left = replace(receipt, fingerprint=None) if forced else receipt
    with pytest.raises(Rejected, match="not ours any more"):
        center.channel.amend(left, center.post(2))
    with pytest.raises(Rejected, match="not ours any more"):
        center.channel.withdraw(left)
    assert center.public() == ["All shoes half price"]


def in_front(monkeypatch: Any, center: Center, answer: tuple[int, Any], *, but: str = "") -> None:
    """Something in front of the platform answers in its place, on all ways but one."""
    serve = type(center.double).serve

    def gateway(self: Any, method: str, path: str, *rest: Any) -> Any:
        return serve(self, method, path, *rest) if but == f"{method} {path}" else answer

    monkeypatch.setattr(type(center.double), "serve", gateway)


LISTS = {
    "redmine": "GET /projects/center/news.json",
    "fossbilling": "POST /api/admin/news/get_list",
    "cachet": "GET /api/schedules",
}


@pytest.mark.parametrize("lists", [False, True], ids=["nothing passes", "the list passes"])
@pytest.mark.parametrize("answer", [(404, None), (410, None), (404, {"message": "no Route matched"})])
def test_a_gateway_that_knows_no_route_does_not_make_a_post_gone(center, monkeypatch, answer, lists):
    """A 404 without a page, as Traefik and Kong give it, was read as "taken down"."""
    receipt = replace(center.channel.publish(center.post()), ref="CMO-7K3M")
    in_front(monkeypatch, center, answer, but=LISTS[center.name] if lists else "")
    for attempt in (
        lambda: center.channel.withdraw(receipt),
        lambda: center.channel.amend(receipt, center.post(2)),
    ):
        with pytest.raises((Rejected, Unknown)) as caught:
            attempt()
        assert not isinstance(caught.value, Gone)
    assert len(center.public()) == 1


def test_without_a_look_up_a_404_alone_does_not_make_a_post_gone(bench):
    with running(Cachet()) as double:
        center = Center("cachet", double, bench)
        receipt = center.channel.publish(center.post())
        table = example("cachet") | {"base_url": double.url}
        del table["lookup"], table["read"]["gone"]
        center.settings = settings_for("http").model_validate(table)
        double.posts.clear()
        with pytest.raises(Rejected, match="cannot be told") as caught:
            center.opened().withdraw(receipt)
        assert "gone" in caught.value.cure


@pytest.mark.parametrize("leave", ["its own", "no id", "another"])
def test_a_list_that_cannot_hold_the_post_bears_no_404_out(bench, monkeypatch, leave):
    """Asked for one post (of which a withdrawal knows no key), or without an id: it lacks what stands there, too."""
    with running(Cachet()) as double:
        center = Center("cachet", double, bench)
        table = example("cachet") | {"base_url": double.url}
        del table["read"]["gone"]
        if leave != "its own":
            table["lookup"]["path"] = "/api/schedules?filter[meta][announce]=CMO-7K3M/1&nocache={{ nonce }}"
        if leave == "no id":
            del table["lookup"]["id"]
        center.settings = settings_for("http").model_validate(table)
        receipt = replace(center.opened().publish(center.post()), ref="CMO-7K3M")
        if leave == "another":
            double.posts[12] = double.posts.pop(11)
        in_front(monkeypatch, center, (404, None), but=LISTS["cachet"])
        with pytest.raises(Rejected, match="cannot be told"):
            center.opened().withdraw(receipt)


def test_a_text_that_a_withdrawal_has_put_there_may_be_put_there_again(bench):
    with running(Redmine()) as double:
        center = Center("redmine", double, bench)
        receipt = replace(center.channel.publish(center.post()), ref="CMO-7K3M")
        said = {"news": {"title": "-", "description": "Zurückgezogen"}}
        withdraw = {"method": "PUT", "path": "/news/{{ id }}.json", "json": said}
        table = example("redmine") | {"base_url": double.url, "withdraw": withdraw}
        center.settings = settings_for("http").model_validate(table)
        center.opened().withdraw(receipt)
        center.opened().withdraw(receipt)
        assert center.public() == ["Zurückgezogen"]


def test_an_edit_whose_answer_was_lost_is_made_again_and_accuses_nobody(center):
    receipt = center.channel.publish(center.post())
    center.double.lose = {
        "redmine": "PUT /news/11.json",
        "fossbilling": "POST /api/admin/news/update",
        "cachet": "PUT /api/schedules/11",
    }[center.name]
    with pytest.raises(Unknown):
        center.channel.amend(receipt, center.post(2))
    assert center.channel.amend(receipt, center.post(2)).fingerprint != receipt.fingerprint
    assert center.public() == [center.post(2).body]


def test_what_is_gone_is_not_edited_and_counts_as_withdrawn(center):
    receipt = center.channel.publish(center.post())
    center.double.posts.clear()
    with pytest.raises(Gone):
        center.channel.amend(receipt, center.post(2))
    center.channel.withdraw(receipt)


def test_a_publication_whose_answer_was_lost_is_found(center):
    center.double.lose = CREATE[center.name]
    with pytest.raises(Unknown):
        center.channel.publish(center.post())
    if center.name == "fossbilling":  # the draft, which nobody sees, and which is used again
        assert center.channel.find(center.post()) is None
        assert center.channel.stage(center.post()).remote_id == "11"
        center.channel.release(center.post(), Draft(remote_id="11"))
    assert center.channel.find(center.post()).remote_id == "11"
    assert len(center.double.posts) == 1


@pytest.mark.parametrize(
    "mangle", [lambda _: "-", lambda text: text[:20], lambda text: text.replace("22:30", "")]
)
def test_what_was_kept_of_a_text_is_told(center, mangle):
    center.double.mangle = mangle
    if center.name == "fossbilling":
        made = center.channel.stage(center.post())
        assert center.public() == [], "it is a draft still"
    else:
        made = center.channel.publish(center.post())
    assert mangle(center.post().body) in made.kept


def test_escapes_and_line_ends_lose_nothing(center):
    center.double.mangle = lambda text: f"<p>{text.replace(' ', '&nbsp;')}</p>\r\n"
    receipt = center.channel.publish(center.post())
    edited = center.channel.amend(receipt, center.post(2))
    assert center.channel.amend(receipt, center.post(2)) == edited


def test_a_deletion_that_is_only_said_is_not_believed(center, monkeypatch):
    receipt = center.channel.publish(center.post())
    serve = type(center.double).serve

    def deaf(self: Any, method: str, path: str, *rest: Any) -> Any:
        if f"{method} {path}" == WITHDRAW[center.name]:
            return (200, {"result": True, "error": None}) if center.name == "fossbilling" else (204, None)
        return serve(self, method, path, *rest)

    monkeypatch.setattr(type(center.double), "serve", deaf)
    with pytest.raises(Unknown, match="still public"):
        center.channel.withdraw(receipt)


def test_a_post_that_a_read_missed_and_a_deletion_left_is_not_taken_down(bench, monkeypatch):
    with running(Cachet()) as double:
        center = Center("cachet", double, bench)
        receipt = center.channel.publish(center.post())
        serve, missed = Cachet.serve, [(404, {"message": "No query results"})]

        def deaf(self: Any, method: str, path: str, *rest: Any) -> Any:
            if method == "DELETE":
                return 204, None
            return (
                missed.pop() if path == "/api/schedules/11" and missed else serve(self, method, path, *rest)
            )

        monkeypatch.setattr(Cachet, "serve", deaf)
        with pytest.raises(Unknown, match="still public"):
            center.channel.withdraw(receipt)
        assert missed == []


def test_a_deletion_under_a_wrong_path_is_not_believed(bench):
    with running(Cachet()) as double:
        center = Center("cachet", double, bench)
        receipt = center.channel.publish(center.post())
        wrong = {"method": "DELETE", "path": "/api/schedule/{{ id }}"}
        table = example("cachet") | {"base_url": double.url, "withdraw": wrong}
        center.settings = settings_for("http").model_validate(table)
        with pytest.raises(Rejected, match="404"):
            center.opened().withdraw(receipt)


def test_without_reading_a_404_to_a_deletion_proves_nothing(bench):
    with running(Cachet()) as double:
        center = Center("cachet", double, bench)
        table = example("cachet") | {"base_url": double.url}
        del table["read"]
        center.settings = settings_for("http").model_validate(table)
        with pytest.raises(Rejected, match="404"):
            center.opened().withdraw(Receipt(remote_id="11"))


def test_cachet_is_told_the_period_of_the_update(bench):
    with running(Cachet()) as double:
        center = Center("cachet", double, bench)
        receipt = center.channel.publish(center.post())
        assert double.posts[11]["scheduled_at"] == "2026-11-23 21:00:00"
        center.channel.amend(receipt, center.post(2))
        assert double.posts[11]["scheduled_at"] == "2026-11-23 22:00:00"
        assert double.posts[11]["completed_at"] == "2026-11-23 23:00:00"
        assert double.posts[11]["notifications"] is False


def test_fossbilling_stages_before_anybody_sees_it(bench):
    with running(FossBilling()) as double:
        center = Center("fossbilling", double, bench)
        draft = center.channel.stage(center.post())
        assert (draft.remote_id, double.public()) == ("11", [])
        receipt = center.channel.release(center.post(), draft)
        assert receipt == center.channel.release(center.post(), draft)
        assert receipt.url == f"{double.url}/news/dringende-wartung-cmo-7k3m-1"
        with pytest.raises(Unknown, match="public already") as caught:
            center.channel.stage(center.post())
        assert caught.value.duplicate


def test_fossbilling_says_no_with_200(bench):
    with running(FossBilling()) as double:
        center = Center("fossbilling", double, bench)
        with pytest.raises(Rejected, match="News item not found"):
            center.channel.withdraw(Receipt(remote_id="99"))
