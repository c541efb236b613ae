"""Whose post is it, and is it there: an id that has become another's, lists that are long, routes that changed.

Through the real client libraries and real sockets, against the sandbox's platforms.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from announce_sandbox import Fault
from publisher.model.outcome import Gone, Rejected, Unknown
from publisher.model.post import Draft
from tests.channels.test_locating import Desk

REF = "CMO-7K3M"


@pytest.fixture
def at(bench: Any, sandbox: Any) -> Any:
    def make(name: str) -> Desk:
        bench.now = datetime.now(UTC)  # the sandbox lives in real time
        return Desk(bench, sandbox, name)

    return make


def published(desk: Desk, bench: Any, **fields: Any) -> Any:
    receipt = desk.channel.publish(bench.post(published_at=bench.now, **fields))
    return replace(receipt, ref=REF)


def rewritten(desk: Desk, number: str | None, **fields: str) -> None:
    """What a stranger makes of it, as after a database was put back and the number given anew."""
    known = desk.sandbox.credentials[desk.name]
    if desk.name == "facebook":
        told = {"message": "All shoes half price", **fields}
        bearer = {"Authorization": f"Bearer {known['access_token']}"}
        requests.post(f"{desk.site}/v26.0/{number}", data=told, headers=bearer, timeout=5).raise_for_status()
    elif desk.name == "wordpress":
        url = f"{desk.site}/?rest_route=/wp/v2/posts/{number}"
        told = {"title": "Sale", "content": "All shoes half price", "slug": "sale", **fields}
        requests.post(url, json=told, auth=tuple(known.values()), timeout=5).raise_for_status()
    else:
        told = {"title": "Sale", "announcement": "All shoes half price", **fields}
        form = {
            "action": "UpdateAnnouncement",
            "announcementid": number,
            "responsetype": "json",
            **told,
            **known,
        }
        requests.post(f"{desk.site}/includes/api.php", data=form, timeout=5).raise_for_status()


STAGED = ["wordpress", "whmcs"]
READ_BEFORE = [*STAGED, "facebook"]


@pytest.mark.parametrize("name", READ_BEFORE)
def test_a_post_that_is_another_ones_by_now_is_not_taken_down(
    at: Any, bench: Any, sandbox: Any, name: str
) -> None:
    desk = at(name)
    receipt = published(desk, bench)
    rewritten(desk, receipt.remote_id)
    with pytest.raises(Rejected, match="not ours any more") as caught:
        desk.channel.withdraw(receipt)
    assert "--abandon" in str(caught.value.cure)
    [shown] = sandbox.posts(name)
    assert shown.visible
    assert "shoes" in shown.body


@pytest.mark.parametrize("forced", [False, True])
@pytest.mark.parametrize("name", STAGED)
def test_nor_is_it_edited_not_even_by_force(
    at: Any, bench: Any, sandbox: Any, name: str, forced: bool
) -> None:
    desk = at(name)
    receipt = published(desk, bench)
    rewritten(desk, receipt.remote_id)
    with pytest.raises(Rejected, match="not ours any more"):
        desk.channel.amend(replace(receipt, fingerprint=None) if forced else receipt, bench.post(update=2))
    assert "shoes" in sandbox.posts(name)[0].body


@pytest.mark.parametrize("name", STAGED)
def test_a_draft_that_is_another_ones_by_now_is_not_released(
    at: Any, bench: Any, sandbox: Any, name: str
) -> None:
    desk = at(name)
    draft = desk.channel.stage(bench.post())
    rewritten(desk, draft.remote_id)
    bench.again()
    with pytest.raises(Rejected):
        at(name).channel.release(bench.post(), Draft(remote_id=draft.remote_id))
    assert not sandbox.posts(name)[0].visible


@pytest.mark.parametrize("name", READ_BEFORE)
def test_what_a_colleague_changed_is_ours_still_and_taken_down(
    at: Any, bench: Any, sandbox: Any, name: str
) -> None:
    desk = at(name)
    receipt = published(desk, bench)
    text = {"wordpress": "content", "whmcs": "announcement", "facebook": "message"}[name]
    rewritten(desk, receipt.remote_id, **{text: f"Von Hand, Ref. {REF}"})
    desk.channel.withdraw(receipt)
    assert not any(shown.visible for shown in sandbox.posts(name))


@pytest.mark.parametrize("name", READ_BEFORE)
def test_a_text_made_by_hand_without_the_reference_is_known_by_itself(at: Any, bench: Any, name: str) -> None:
    desk = at(name)
    receipt = published(desk, bench)
    rewritten(desk, receipt.remote_id)
    located = desk.channel.locate(desk.sandbox.posts(name)[0].url)
    desk.channel.withdraw(replace(located, ref=REF))
    assert not any(shown.visible for shown in desk.sandbox.posts(name))


@pytest.mark.parametrize("fault", ["reset", "502", "truncated"])
def test_on_facebook_nothing_is_deleted_unread_where_reading_broke(
    at: Any, bench: Any, sandbox: Any, fault: str
) -> None:
    """A deletion there cannot be taken back; the attempt is repeated, and then it is read."""
    desk = at("facebook")
    receipt = published(desk, bench)
    rewritten(desk, receipt.remote_id)
    sandbox.fault("facebook", Fault(fault, verb="get", times=1))
    with pytest.raises(Unknown):
        desk.channel.withdraw(receipt)
    assert sandbox.posts("facebook")[0].body == "All shoes half price"


# --- a list that is longer than one look ------------------------------------------------------------------------


def page_with_newer_posts(at: Any, bench: Any, number: int) -> tuple[Desk, Any]:
    desk = at("facebook")
    receipt = published(desk, bench, body=f"Wartung. Ref. {REF}")
    known = desk.sandbox.credentials["facebook"]
    where = f"{desk.site}/v26.0/{known['page_id']}/feed"
    with requests.Session() as session:
        for count in range(number):
            form = {"message": f"Neues {count}", "access_token": known["access_token"]}
            session.post(where, data=form, timeout=5).raise_for_status()
    return desk, receipt


def test_a_post_below_many_newer_ones_is_not_called_gone(at: Any, bench: Any, sandbox: Any) -> None:
    """With more than a hundred newer posts "taken down" was said of one that stood there."""
    desk, receipt = page_with_newer_posts(at, bench, 130)
    sandbox.fault("facebook", Fault("says", reason="missing", verb="delete"))
    with pytest.raises(Rejected, match="does not exist, cannot be loaded") as caught:
        desk.channel.withdraw(receipt)
    assert not isinstance(caught.value, Gone)
    sandbox.fault("facebook", Fault("says", reason="missing", verb="get", times=1))
    with pytest.raises(Rejected, match="does not exist, cannot be loaded") as caught:
        desk.channel.amend(receipt, bench.post(update=2))
    assert not isinstance(caught.value, Gone), "--force would have posted it twice"
    assert desk.channel.find(bench.post(published_at=bench.now, body=f"Wartung. Ref. {REF}")) is not None


def test_a_list_that_does_not_end_proves_no_absence(
    at: Any, bench: Any, sandbox: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("announce_channels.facebook.page._MOST_PAGES", 2)
    desk, receipt = page_with_newer_posts(at, bench, 60)
    sandbox.fault("facebook", Fault("says", reason="missing", verb="delete"))
    with pytest.raises(Unknown, match="does not end"):
        desk.channel.withdraw(receipt)


# --- a route that is not the one it was made under ---------------------------------------------------------------


def moved(bench: Any, sandbox: Any, base: str) -> Any:
    known = sandbox.credentials["wordpress"]
    secret = bench.secret(known["password"])
    url = sandbox.base_url("wordpress")
    return bench.open("wordpress", base_url=url, username=known["username"], password=secret, rest_base=base)


@pytest.mark.parametrize("verb", ["withdraw", "amend"])
@pytest.mark.parametrize(("base", "says"), [("maintenance", "rest_base"), ("news", "rest_no_route")])
def test_under_another_rest_base_a_post_is_not_gone(
    at: Any, bench: Any, sandbox: Any, base: str, says: str, verb: str
) -> None:
    """WordPress answers rest_post_invalid_id for a post of another type, and rest_no_route where there is no type."""
    desk = at("wordpress")
    receipt = published(desk, bench)
    blog = moved(bench, sandbox, base)
    with pytest.raises(Rejected, match=says) as caught:
        blog.withdraw(receipt) if verb == "withdraw" else blog.amend(receipt, bench.post(update=2))
    assert not isinstance(caught.value, Gone)
    assert sandbox.posts("wordpress")[0].visible


def test_where_the_search_is_refused_nothing_is_called_gone(at: Any, bench: Any, sandbox: Any) -> None:
    desk = at("wordpress")
    receipt = published(desk, bench)
    sandbox.make("wordpress", "no-search")
    with pytest.raises(Rejected, match="cannot be told"):
        moved(bench, sandbox, "maintenance").withdraw(receipt)
