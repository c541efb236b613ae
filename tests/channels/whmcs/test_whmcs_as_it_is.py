"""Client areas in odd health: tables that know no emoji, modules, translations, PHP that talks, the allow list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests

from announce_sandbox import Fault, State
from publisher.model.outcome import ChangedByHand, NotSent, Rejected, Unknown
from publisher.model.post import Draft, Receipt, Telling
from publisher.model.wholeness import mutilated
from tests.channels.whmcs.test_adapter import API, answer, ask, page, row, settings

TELLS = (Telling("start", ("22:30",)), Telling("reference", ("CMO-7K3M",)))
NOTICE = "<br />\n<b>Notice</b>:  Undefined index in <b>/srv/hooks.php</b> on line <b>7</b><br />\n"


@pytest.fixture
def center(bench, sandbox):
    return bench.open("whmcs", **settings(bench, sandbox))


@pytest.fixture
def scripted(bench):
    keys = {"identifier": bench.secret("an-identifier"), "secret": bench.secret("a-secret")}
    return bench.open("whmcs", base_url=API.removesuffix("/includes/api.php"), **keys)


def later(post: Any) -> Any:
    return replace(post, update=2, title="Verschoben", body="<p>Am Dienstag um 23:30 Uhr. Ref. CMO-7K3M</p>")


# --- what was kept (P10) ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["utf8mb3", "utf8mb3-strict"])
def test_emoji_survive_tables_that_do_not_know_them(center, bench, sandbox, trait):
    sandbox.make("whmcs", trait)
    post = bench.post(title="Wartung 😀", body="<p>😀 Am Montag um 22:30 Uhr. Ref. CMO-7K3M</p>", tells=TELLS)
    draft = center.stage(post)
    assert mutilated(post, draft) is None
    receipt = center.release(post, draft)
    [shown] = sandbox.posts("whmcs")
    assert shown.title == "Wartung 😀"
    assert "CMO-7K3M" in shown.body
    assert center.amend(receipt, later(post)).fingerprint != receipt.fingerprint


def test_a_draft_tells_what_a_module_left_of_it(center, bench, sandbox):
    sandbox.make("whmcs", "empties-text")
    post = bench.post(tells=TELLS)
    fault = mutilated(post, center.stage(post))
    assert "kept 0 of" in str(fault)
    assert "start and reference" in str(fault)
    assert [shown.state for shown in sandbox.posts("whmcs")] == [State.DRAFT]


@pytest.mark.parametrize("before", ["SQLSTATE[HY000]: General error: 1366 ", ""])
def test_a_refusal_of_the_database_is_one_and_names_the_cure(scripted, bench, wire, before):
    message = f"{before}Incorrect string value: '\\xF0' for column 'announcement' (1366)"
    answer(wire, {"result": "error", "message": message})
    with pytest.raises(Rejected, match="1366") as caught:
        scripted.stage(bench.post())
    assert "utf8mb4" in caught.value.cure


def test_the_fingerprint_is_of_what_whmcs_made_of_the_text(center, bench, sandbox):
    sandbox.keep("whmcs", lambda text: text.replace("Montag", "Mo."))
    receipt = center.publish(bench.post())
    assert receipt == center.find(bench.post())
    edited = center.amend(receipt, replace(later(bench.post()), body="<p>Montag, 22:30, CMO-7K3M</p>"))
    assert center.amend(edited, replace(later(bench.post()), update=3)).fingerprint


VERBS = {
    "release": lambda channel, post: channel.release(post, Draft(remote_id="1")),
    "amend": lambda channel, post: channel.amend(Receipt(remote_id="1"), later(post)),
    "withdraw": lambda channel, _: channel.withdraw(Receipt(remote_id="1")),
}


@pytest.mark.parametrize("fault", [Fault("502", times=1), Fault("429", times=1), Fault("401", times=1)])
@pytest.mark.parametrize("verb", VERBS)
def test_a_success_that_cannot_be_read_back_proves_nothing_and_is_repeated(
    center, bench, sandbox, verb, fault
):
    """Whatever keeps the list from being read: "not sent" or "refused" would be said of what has been done."""
    post = bench.post()
    center.stage(post) if verb == "release" else center.publish(post)
    sandbox.fault("whmcs", Fault("slow", seconds=0, verb="list", times=1))
    sandbox.fault("whmcs", Fault("slow", seconds=0, verb="update", times=1))
    sandbox.fault("whmcs", fault)
    other = bench.open("whmcs", **settings(bench, sandbox))
    with pytest.raises(Unknown, match="could not be read"):
        VERBS[verb](other, post)
    VERBS[verb](bench.open("whmcs", **settings(bench, sandbox)), post)
    assert sandbox.posts("whmcs")[0].visible is (verb != "withdraw")


@pytest.mark.parametrize(
    ("verb", "says", "trait"),
    [
        ("release", "shows it unpublished", "holds-back"),
        ("withdraw", "still public", "keeps-public"),
    ],
)
def test_a_success_that_changed_nothing_is_none(center, bench, sandbox, verb, says, trait):
    """A release was believed on its word alone."""
    post = bench.post()
    center.stage(post) if verb == "release" else center.publish(post)
    sandbox.make("whmcs", trait)
    with pytest.raises((Rejected, Unknown), match=says):
        VERBS[verb](center, post)


# --- translations (P16) -----------------------------------------------------------------------------------------


def test_a_translation_that_carries_our_mark_is_not_ours(center, bench, sandbox):
    receipt = center.publish(bench.post())
    sandbox.make("whmcs", "translated")
    assert center.find(bench.post()) == receipt
    edited = center.amend(receipt, later(bench.post()))
    assert edited.remote_id == receipt.remote_id
    center.withdraw(edited)
    assert [shown.state for shown in sandbox.posts("whmcs")] == [State.DRAFT]


def test_a_draft_of_ours_is_no_translation(scripted, bench, wire):
    listed = [row(9, published="0") | {"parentid": "4"}, row(4, published="0") | {"parentid": 0}]
    answer(wire, page(*listed))
    answer(wire, {"result": "success", "announcementid": "4"})
    answer(wire, page(*listed))
    assert scripted.stage(bench.post(repeat=True)).remote_id == "4"


def test_a_translation_is_not_located(scripted, wire):
    answer(wire, page(row(9) | {"parentid": "4"}))
    assert scripted.locate(f"{API.removesuffix('/includes/api.php')}/announcements/9/Title.html") is None


# --- refusals (P6, P7) ------------------------------------------------------------------------------------------


def test_too_many_requests_are_waited_for_whatever_the_body_says(center, bench, sandbox):
    sandbox.make("whmcs", "busy")
    with pytest.raises(NotSent, match="Too Many Requests") as caught:
        center.stage(bench.post())
    assert caught.value.retry_after == 7


def test_an_address_that_is_not_on_the_list_is_named(center, sandbox):
    sandbox.make("whmcs", "not-on-the-list")
    with pytest.raises(Rejected, match=r"Forbidden IP 127\.0\.0\.1") as caught:
        center.check()
    assert "API IP Access Restriction" in caught.value.cure


# --- what stands around the JSON (P8) ---------------------------------------------------------------------------


def test_a_message_of_php_in_front_is_read_past_and_warned_of(scripted, wire):
    answer(wire, NOTICE + '{"result": "success", "totalresults": 0}')
    identity = scripted.check()
    assert "display_errors" in identity.warnings[0]


def test_a_page_with_json_in_a_script_is_a_page(scripted, wire):
    answer(wire, '<html><script>{"result": "success", "totalresults": 0}</script></html>')
    with pytest.raises(Unknown, match="HTML"):
        scripted.check()


# --- taking down ------------------------------------------------------------------------------------------------


def test_what_is_deleted_meanwhile_is_withdrawn(scripted, wire):
    answer(wire, page(row(5)))
    answer(wire, {"result": "error", "message": "Announcement ID Not Found"})
    answer(wire, page())
    scripted.withdraw(Receipt(remote_id="5"))


def test_an_answer_about_another_announcement_proves_nothing(scripted, wire):
    answer(wire, page(row(5)))
    answer(wire, {"result": "success", "announcementid": "6"})
    with pytest.raises(Unknown, match="another announcement"):
        scripted.withdraw(Receipt(remote_id="5"))


def test_a_colleagues_edit_is_still_seen(center, bench, sandbox):
    receipt = center.publish(bench.post())
    ask(
        sandbox,
        "UpdateAnnouncement",
        announcementid=receipt.remote_id,
        announcement="<p>Von Hand, Ref. CMO-7K3M</p>",
    )
    with pytest.raises(ChangedByHand):
        center.amend(receipt, later(bench.post()))
    assert "Von Hand" in requests.get(receipt.url, timeout=5).text
