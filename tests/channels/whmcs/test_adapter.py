"""The WHMCS adapter against the sandbox's client area, and against single answers WHMCS may give."""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
import requests

from announce_sandbox import Fault, State
from publisher.adapter.contract import Finding, Staging
from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, ChangedByHand, NotSent, Rejected, Unknown
from publisher.model.post import Draft

CENTER = "https://customer.example.net/whmcs"
API = f"{CENTER}/includes/api.php"
MARKED = '<div data-announce-id="CMO-7K3M/1">x</div>'


@pytest.fixture
def center(bench, sandbox):
    return bench.open("whmcs", **settings(bench, sandbox))


@pytest.fixture
def scripted(bench):
    """An adapter whose client area is answered by the `wire`."""
    keys = {"identifier": bench.secret("an-identifier"), "secret": bench.secret("a-secret")}
    return bench.open("whmcs", base_url=CENTER, **keys)


def settings(bench, sandbox, *, reader=False, **changes: str) -> dict[str, Any]:
    known = (sandbox.readers if reader else sandbox.credentials)["whmcs"] | changes
    return {
        "base_url": sandbox.base_url("whmcs"),
        **{key: bench.secret(value) for key, value in known.items()},
    }


def ask(sandbox, action: str, **fields: str) -> Any:
    """What a person does in the admin area by hand."""
    form = {"action": action, "responsetype": "json", **sandbox.credentials["whmcs"], **fields}
    return requests.post(f"{sandbox.base_url('whmcs')}/includes/api.php", data=form, timeout=5).json()


def answer(wire, body: Any, status: int = 200) -> None:
    kind = "text/html" if isinstance(body, str) else "application/json"
    wire.post(API, body=body if isinstance(body, str) else json.dumps(body), status=status, content_type=kind)


def sent(wire, number: int = 0) -> dict[str, str]:
    return {key: value for key, [value] in parse_qs(wire.calls[number].request.body).items()}


def row(number: int = 1, *, published: Any = "1", text: str = MARKED) -> dict[str, Any]:
    return {"id": number, "title": "x", "announcement": text, "published": published}


def page(*rows: dict[str, Any], total: Any = None) -> dict[str, Any]:
    return {
        "result": "success",
        "totalresults": len(rows) if total is None else total,
        "announcements": {"announcement": list(rows)},
    }


def taken(wire, number: Any = 1) -> None:
    """WHMCS adds an announcement, and lists it."""
    answer(wire, {"result": "success", "announcementid": number})
    answer(wire, page(row(int(number), published="0")))


# --- publishing -------------------------------------------------------------------------------------------------


def test_an_announcement_is_staged_hidden_and_released_by_its_id_in_four_requests(center, bench, sandbox):
    draft = center.stage(bench.post())
    assert [post.state for post in sandbox.posts("whmcs")] == [State.DRAFT]

    receipt = center.release(bench.post(), draft)

    [shown] = sandbox.posts("whmcs")
    assert shown.visible
    assert receipt.remote_id == shown.remote_id == draft.remote_id
    assert [call.verb for call in sandbox.calls] == ["create", "list", "update", "list"]


def test_the_receipts_address_shows_the_announcement(center, bench, sandbox):
    url = center.publish(bench.post(title="Wartung heute")).url
    assert "Wartung heute" in requests.get(url, timeout=5).text


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }} {php}", "<script>alert(1)</script>", "[gallery]", "]]> & &amp; ü ß 😀", "a+b=c;d%20"]
)
def test_awkward_texts_arrive_to_the_letter(center, bench, sandbox, text):
    center.publish(bench.post(title=text, body=f"<p>{html.escape(text)}</p>"))
    [shown] = sandbox.posts("whmcs")
    assert shown.title == text
    assert text in html.unescape(shown.body)


def test_the_title_is_escaped_because_the_client_area_prints_it_as_it_is(scripted, bench, wire):
    taken(wire)
    scripted.stage(bench.post(title="A <b> & B"))
    assert sent(wire)["title"] == "A &lt;b&gt; &amp; B"


def test_the_secrets_travel_in_the_body_of_a_post_alone(scripted, bench, wire):
    taken(wire)
    scripted.stage(bench.post())
    assert sent(wire)["identifier"] == "an-identifier"
    assert sent(wire)["secret"] == "a-secret"
    assert wire.calls[0].request.url == API


def test_the_access_key_goes_along_where_there_is_one(bench, wire):
    keys = {key: bench.secret(f"the-{key}") for key in ("identifier", "secret", "access_key")}
    answer(wire, page())
    bench.open("whmcs", base_url=CENTER, **keys).check()
    assert sent(wire)["accesskey"] == "the-access_key"


def test_what_is_added_is_unpublished_in_words_that_php_reads_as_false(scripted, bench, wire):
    taken(wire, "1")
    scripted.stage(bench.post())
    assert sent(wire)["published"] == "0"
    assert sent(wire)["announcement"].startswith('<div data-announce-id="CMO-7K3M/1">')


@pytest.mark.parametrize(
    ("now", "zone", "date"),
    [
        (datetime(2026, 11, 23, 20, 0, 59, tzinfo=UTC), None, "2026-11-23 21:00:00"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "UTC", "2026-11-23 23:30:00"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Berlin", "2027-01-01 00:30:00"),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "America/New_York", "2026-07-01 08:00:00"),
    ],
)
def test_dates_are_the_servers_and_never_ahead(bench, wire, now, zone, date):
    keys = {"identifier": bench.secret("abcd"), "secret": bench.secret("abcd")}
    channel = bench.open("whmcs", base_url=CENTER, **keys, **({"timezone": zone} if zone else {}))
    bench.now = now
    taken(wire)
    answer(wire, {"result": "success", "announcementid": 1})
    answer(wire, page(row(1)))
    channel.publish(bench.post(published_at=now))
    assert [sent(wire, number)["date"] for number in (0, 2)] == [date, date]
    server = ZoneInfo(zone or "Europe/Berlin")
    assert datetime.fromisoformat(date).replace(tzinfo=server) <= now


# --- after an attempt that was lost -----------------------------------------------------------------------------


def test_a_later_attempt_takes_the_draft_that_was_left_and_writes_it_anew(center, bench, sandbox):
    left = center.stage(bench.post(body="<p>old</p>"))
    bench.again()
    assert center.stage(bench.post(body="<p>new</p>")).remote_id == left.remote_id
    [shown] = sandbox.posts("whmcs")
    assert "new" in shown.body
    assert shown.state is State.DRAFT


def test_an_announcement_that_is_public_already_is_evidence_and_not_made_again(center, bench, sandbox):
    center.publish(bench.post())
    bench.again()
    with pytest.raises(Unknown) as caught:
        center.stage(bench.post())
    assert caught.value.duplicate
    assert len(sandbox.posts("whmcs")) == 1


def test_a_deleted_draft_is_not_made_again(center, bench, sandbox):
    draft = center.stage(bench.post())
    ask(sandbox, "DeleteAnnouncement", announcementid=draft.remote_id)
    with pytest.raises(Rejected, match="deleted"):
        center.release(bench.post(), draft)


@pytest.mark.parametrize("kind", ["502", "reset", "truncated", "hang"])
def test_a_lost_answer_to_the_release_is_settled_by_looking(bench, sandbox, kind):
    channel = bench.open("whmcs", **settings(bench, sandbox), timeout=0.4)
    draft = channel.stage(bench.post())
    sandbox.fault("whmcs", Fault(kind, times=1))
    with pytest.raises(Unknown):
        channel.release(bench.post(), draft)
    assert (channel.find(bench.post()) is not None) == (kind != "hang")
    assert channel.release(bench.post(), draft).remote_id == draft.remote_id
    assert sum(post.visible for post in sandbox.posts("whmcs")) == 1


# --- looking ----------------------------------------------------------------------------------------------------


def test_only_a_public_announcement_with_our_mark_is_found(center, bench, sandbox):
    ask(
        sandbox,
        "AddAnnouncement",
        date="2026-11-23 10:00:00",
        title="CMO-7K3M",
        announcement="CMO-7K3M/1",
        published="1",
    )
    draft = center.stage(bench.post())
    assert center.find(bench.post()) is None
    receipt = center.release(bench.post(), draft)
    found = center.find(bench.post())
    assert (found.remote_id, found.url) == (receipt.remote_id, receipt.url)


def test_another_updates_announcement_is_not_taken_for_this_one(center, bench):
    center.publish(bench.post(update=12))
    assert center.find(bench.post()) is None
    assert center.find(bench.post(update=12)) is not None


def test_every_page_is_read_whatever_the_order(center, bench, sandbox):
    for number in range(60):
        ask(sandbox, "AddAnnouncement", date="2026-11-23 10:00:00", title=f"old {number}", announcement="x")
    receipt = center.publish(bench.post())
    assert center.find(bench.post()).remote_id == receipt.remote_id == "61"


def test_an_edit_in_the_admin_area_leaves_the_mark_and_changes_the_fingerprint(center, bench, sandbox):
    receipt = center.publish(bench.post())
    edited = "<div class='a' data-announce-id='CMO-7K3M/1'><p>edited</p></div>"
    before = center.find(bench.post()).fingerprint
    ask(sandbox, "UpdateAnnouncement", announcementid=receipt.remote_id, announcement=edited)
    after = center.find(bench.post()).fingerprint
    assert after != before


@pytest.mark.parametrize("odd", ["Wartung", "Fisch & Chips <b> &amp;"])
def test_a_title_that_a_person_changed_is_not_written_over(center, bench, sandbox, odd):
    first = bench.post(title=odd)
    receipt = center.release(first, center.stage(first))
    edited = center.amend(receipt, replace(bench.post(title=odd), body="<p>Neu</p>"))
    ask(sandbox, "UpdateAnnouncement", announcementid=receipt.remote_id, title="Von Hand")
    with pytest.raises(ChangedByHand):
        center.amend(edited, bench.post(title="Noch neuer"))
    assert sandbox.posts("whmcs")[0].title == "Von Hand"


def test_a_receipt_of_the_text_alone_still_lets_its_announcement_be_edited(center, bench, sandbox):
    receipt = center.release(bench.post(), center.stage(bench.post()))
    markup = ask(sandbox, "GetAnnouncements")["announcements"]["announcement"][0]["announcement"]
    old = replace(receipt, fingerprint=hashlib.sha256(markup.strip().encode()).hexdigest())
    assert center.amend(old, bench.post(title="Neu")).fingerprint != old.fingerprint
    assert sandbox.posts("whmcs")[0].title == "Neu"
    with pytest.raises(ChangedByHand):
        center.amend(replace(old, fingerprint="0" * 64), bench.post(title="Neuer"))


def test_a_second_copy_is_noted_and_the_first_one_is_the_post(scripted, bench, wire):
    answer(wire, page(row(9), row(4, published=1), row(3, published="0")))
    found = scripted.find(bench.post())
    assert found.remote_id == "4"
    assert "/announcements/9" in found.note


FLAT = {f"announcements[announcement][0][{key}]": value for key, value in row(8).items()}


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ({"announcements": {"announcement": [row(8)]}, "totalresults": "1"}, "8"),
        ({**FLAT, "totalresults": "1"}, "8"),
        ({"announcements": [], "totalresults": 0}, None),
        ({"announcements": "", "totalresults": "0"}, None),
        ({"totalresults": "0"}, None),
    ],
)
def test_every_shape_of_the_list_is_read(scripted, bench, wire, listed, found):
    answer(wire, {"result": "success", **listed})
    receipt = scripted.find(bench.post())
    assert (receipt and receipt.remote_id) == found


@pytest.mark.parametrize(
    "listed",
    [
        {"announcements": {"announcement": "surprise"}, "totalresults": "3"},
        {"announcements": {"announcement": [row(text="other")]}},
        {"announcements": {"announcement": [row(text="other")]}, "totalresults": "many"},
        {"announcements": {"announcement": [{"id": 8}]}, "totalresults": "1"},
        {"announcements": {"announcement": [None]}, "totalresults": "1"},
    ],
)
def test_a_list_that_cannot_be_read_to_its_end_is_not_an_absence(scripted, bench, wire, listed):
    answer(wire, {"result": "success", **listed})
    with pytest.raises(Unknown):
        scripted.find(bench.post())


def test_more_announcements_than_can_be_read_are_not_an_absence(scripted, bench, wire):
    answer(wire, page(*[row(text="other")] * 50, total=1_000_000))
    with pytest.raises(Unknown, match="does not end"):
        scripted.find(bench.post())


# --- what goes wrong --------------------------------------------------------------------------------------------


def refused(message: str) -> dict[str, str]:
    return {"result": "error", "message": message}


@pytest.mark.parametrize(
    ("answered", "verdict"),
    [
        ((refused("Authentication Failed"), 403), (BadCredentials, "API credentials")),
        ((refused("Authentication Failed"), 200), (BadCredentials, "API credentials")),
        ((refused("Invalid IP 192.0.2.7"), 403), (Rejected, r"192\.0\.2\.7")),
        (
            (refused('Invalid Permissions: API action "addannouncement" is not allowed'), 403),
            (Rejected, "API role"),
        ),
        ((refused("Forbidden IP 192.0.2.7"), 403), (Rejected, r"address in \(Forbidden IP 192\.0\.2\.7")),
        ((refused("Too Many Requests"), 429), (NotSent, "429 Too Many Requests")),
        ((refused("Too Many Requests"), 200), (NotSent, "too often")),
        ((refused("SQLSTATE[HY000]: 1366 Incorrect string value"), 200), (Rejected, "did not take")),
        ((refused("Announcement ID Not Found"), 200), (Rejected, "deleted")),
        ((refused("Something\nelse"), 200), (Rejected, "refused it: Something else")),
        (({"result": "error"}, 200), (Rejected, "without a reason")),
        ((refused("Database down"), 500), (Unknown, "500 .*: Database down")),
        (({"result": "success"}, 200), (Unknown, "id")),
        (({"result": "success", "announcementid": 0}, 200), (Unknown, "id")),
        (({"result": "success", "announcementid": "../1"}, 200), (Unknown, "id")),
        (({"status": "ok"}, 200), (Unknown, "became of it")),
        (([], 200), (Unknown, "became of it")),
        (("<h1>Licensing problem</h1>", 200), (Unknown, "HTML")),
        (("<h1>Down for Maintenance</h1>", 503), (Unknown, "503")),
        (("<h1>Forbidden</h1>", 403), (Rejected, "403")),
        (("<h1>Not Found</h1>", 404), (Rejected, "404")),
        (("<h1>Slow down</h1>", 429), (NotSent, "429")),
    ],
)
def test_each_answer_has_its_verdict(scripted, bench, wire, answered, verdict):
    kind, said = verdict
    answer(wire, *answered)
    with pytest.raises(kind, match=said) as caught:
        scripted.stage(bench.post())
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


def test_a_redirect_is_refused_and_its_host_named(center, bench, sandbox):
    sandbox.fault("whmcs", Fault("redirect", times=1))
    with pytest.raises(Rejected, match="redirects to") as caught:
        center.stage(bench.post())
    assert "base_url" in caught.value.cure


def test_a_redirect_is_one_whatever_it_carries(scripted, bench, wire):
    answer(wire, {"result": "success", "announcementid": 1}, 302)
    with pytest.raises(Rejected, match="302"):
        scripted.stage(bench.post())


def test_a_secret_that_whmcs_repeats_is_masked_before_its_message_is_cut(scripted, bench, wire):
    answer(wire, {"result": "error", "message": f"{'x' * 290} an-identifier"})
    with pytest.raises(Rejected) as caught:
        scripted.stage(bench.post())
    assert "an-" not in str(caught.value)


def test_a_lookup_with_bad_credentials_never_means_absent(bench, sandbox):
    with pytest.raises(BadCredentials):
        bench.open("whmcs", **settings(bench, sandbox, secret="wrong-secret")).find(bench.post())


# --- check and contract -----------------------------------------------------------------------------------------


def test_check_proves_the_credentials_and_not_the_right_to_publish(center, sandbox):
    identity = center.check()
    assert identity.may_publish is Permission.UNKNOWN
    assert "AddAnnouncement" in identity.notes[0]
    assert [call.verb for call in sandbox.calls] == ["list"]


def test_check_refuses_bad_credentials(bench, sandbox):
    with pytest.raises(BadCredentials):
        bench.open("whmcs", **settings(bench, sandbox, secret="wrong-secret")).check()


def test_the_adapter_can_do_what_its_capabilities_say(scripted):
    told = scripted.capabilities(None)
    assert (
        (told.staged, told.lookup)
        == (isinstance(scripted, Staging), isinstance(scripted, Finding))
        == (True, True)
    )


def test_releasing_asks_for_nothing_but_the_date_and_publication(scripted, bench, wire):
    answer(wire, page(row(5, published="0")))
    answer(wire, {"result": "success", "announcementid": "5"})
    answer(wire, page(row(5)))
    scripted.release(bench.post(), Draft(remote_id="5"))
    fields = {
        key: value
        for key, value in sent(wire, 1).items()
        if key not in {"identifier", "secret", "responsetype"}
    }
    assert fields == {
        "action": "UpdateAnnouncement",
        "announcementid": "5",
        "date": "2026-11-23 21:00:00",
        "published": "1",
    }


@pytest.mark.parametrize(
    "changes",
    [{"base_url": "http://customer.example.net"}, {"timezone": "Europe/Berln"}, {"secret": "inline"}],
)
def test_settings_that_cannot_work_are_refused(bench, changes):
    good = {"base_url": CENTER, "identifier": bench.secret("abcd"), "secret": bench.secret("abcd")}
    bench.open("whmcs", **good)
    with pytest.raises(ValueError, match=next(iter(changes))):
        bench.open("whmcs", **(good | changes))
