"""Facebook as people meet it since November 2026: each test is a fault that was seen, by its number.

Through the real client library and a real socket, against the sandbox's Page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from announce_sandbox import Fault
from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, ChangedByHand, Gone, NotSent, Rejected, Unknown
from publisher.model.post import Receipt

PAGE = "1234567890"
POSTING = "EAAsandboxPageToken"
BLIND, HALF_BLIND = "EAAsandboxBlindToken", "EAAsandboxHalfBlindToken"
DEVELOPMENT, OTHER_PAGE = "EAAsandboxDevelopmentToken", "EAAsandboxOtherPageToken"
TEXT = "Dringende Wartung am Montag um 22:30 Uhr. Ref. CMO-7K3M"


@pytest.fixture
def opened(bench, sandbox):
    def make(token: str = POSTING, **settings: Any) -> Any:
        bench.now = datetime.now(UTC)  # the sandbox lives in real time
        known = {"page_id": PAGE, "access_token": bench.secret(token), "timeout": 2}
        return bench.open("facebook", **{"base_url": sandbox.base_url("facebook"), **known, **settings})

    return make


@pytest.fixture
def page(opened):
    return opened()


@pytest.fixture
def post(bench):
    """Planned a moment ago: the sandbox lives in real time."""

    def make(**fields: Any) -> Any:
        bench.now = datetime.now(UTC)
        return bench.post(**{"published_at": bench.now, "body": TEXT, "channel": "facebook", **fields})

    return make


def calls(sandbox: Any) -> list[str]:
    return [call.method for call in sandbox.calls if call.verb != "page"]


# --- P1: the method is the request's own -------------------------------------------------------------------------


def test_p1_a_post_is_taken_down_by_a_delete_of_its_own(page, post, sandbox):
    """P1: as a form with method=DELETE it is refused now, or the post stands and "taken down" is said."""
    receipt = page.publish(post())

    page.withdraw(receipt)

    assert sandbox.posts("facebook") == []
    assert calls(sandbox)[-1] == "DELETE"


@pytest.mark.parametrize(
    "said", [{}, {"success": False}, {"success": "true"}, {"id": f"{PAGE}_17"}, True, []]
)
def test_p1_a_deletion_counts_only_where_facebook_says_that_it_was_one(bench, wire, said):
    """P1: an answer of 200 that nobody reads."""
    page = bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAtoken"))
    wire.get(f"https://graph.facebook.com/v26.0/{PAGE}_17", json={"id": f"{PAGE}_17", "message": TEXT})
    wire.delete(f"https://graph.facebook.com/v26.0/{PAGE}_17", json=said)

    with pytest.raises(Unknown):
        page.withdraw(Receipt(remote_id=f"{PAGE}_17"))


def test_p1_the_tokens_expiry_is_asked_for_with_a_get(page, sandbox):
    """P1: with an override the warning of an expiry was lost."""
    identity = page.check()

    assert set(calls(sandbox)) == {"GET"}
    assert identity.may_publish is Permission.PROVED
    assert "token of type PAGE, does not expire" in identity.notes


@pytest.mark.parametrize("kind", ["reset", "hang", "truncated", "redirect", "html200", "500", "401"])
def test_p1_a_token_in_an_address_is_never_shown(opened, sandbox, caplog, capfd, kind):
    """P1: debug_token takes the token in its query; what goes wrong there must not tell it, nor any log."""
    page = opened(timeout=0.5)
    sandbox.fault("facebook", Fault(kind, verb="debug"))

    with caplog.at_level("DEBUG"):
        identity = page.check()

    shown = [*identity.notes, *identity.warnings, identity.account, caplog.text, *capfd.readouterr()]
    assert not any("EAAsandboxPageToken" in text for text in shown)
    assert identity.may_publish is Permission.UNKNOWN


@pytest.mark.parametrize("place", ["body", "query"])
def test_p1_a_token_elsewhere_than_in_the_header_is_refused_with_its_reason(bench, place):
    """P1: reading with the token in a form needs the override that is closed."""
    with pytest.raises(ValueError, match="token_in"):
        bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAtoken"), token_in=place)


def test_p1_a_configuration_that_names_the_header_still_holds(bench):
    bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAtoken"), token_in="header")


# --- P2: one sign of absence is no proof ---------------------------------------------------------------------------


@pytest.mark.parametrize("token", [BLIND, HALF_BLIND])
def test_p2_a_post_that_cannot_be_seen_is_taken_down_all_the_same(opened, post, sandbox, token):
    """P2: "taken down" was said without a DELETE."""
    page = opened(token)
    page.withdraw(page.publish(post()))

    assert sandbox.posts("facebook") == []


@pytest.mark.parametrize("token", [BLIND, HALF_BLIND])
def test_p2_a_post_that_cannot_be_seen_is_not_called_gone(opened, post, sandbox, token):
    """P2: "someone took it down" and --force led to two public posts."""
    page = opened(token)
    receipt = page.publish(post())

    with pytest.raises(Rejected) as caught:
        page.amend(receipt, post(body="later"))

    assert not isinstance(caught.value, Gone)
    assert "cannot be read with this token" in str(caught.value)
    assert "pages_read_user_content" in caught.value.cure
    assert [shown.body for shown in sandbox.posts("facebook")] == [TEXT]


def test_p2_an_edit_refused_as_missing_does_not_make_a_post_gone(opened, page, post):
    """A receipt without a fingerprint is not compared, so that the edit is the first to answer 100/33."""
    receipt = page.publish(post())
    page.withdraw(receipt)

    with pytest.raises(Rejected, match="cannot be read with this token") as caught:
        opened(BLIND).amend(replace(receipt, fingerprint=None), post(body="later"))

    assert not isinstance(caught.value, Gone)


def test_p2_a_post_that_the_readable_list_lacks_is_gone(page, post, sandbox):
    receipt = page.publish(post())
    page.withdraw(receipt)

    with pytest.raises(Gone):
        page.amend(receipt, post(body="later"))


def test_p2_what_is_gone_is_withdrawn_where_the_list_shows_it(page, post):
    receipt = page.publish(post())
    page.withdraw(receipt)

    page.withdraw(receipt)


def test_p2_a_deletion_refused_as_missing_is_no_withdrawal_while_the_list_cannot_be_read(opened, sandbox):
    page = opened(BLIND)

    with pytest.raises(Rejected, match="cannot be read with this token"):
        page.withdraw(Receipt(remote_id=f"{PAGE}_17"))
    assert calls(sandbox)[:2] == ["GET", "DELETE"]


def test_p2_a_deletion_refused_as_missing_is_no_withdrawal_while_the_list_has_the_post(page, post, sandbox):
    receipt = page.publish(post())
    sandbox.fault("facebook", Fault("says", reason="missing", verb="delete"))

    with pytest.raises(Rejected, match="does not exist, cannot be loaded"):
        page.withdraw(receipt)
    assert len(sandbox.posts("facebook")) == 1


def test_p2_an_address_that_cannot_be_read_is_not_said_to_lead_nowhere(opened, post, sandbox):
    page = opened(BLIND)
    receipt = page.publish(post())

    with pytest.raises(Rejected, match="cannot be read with this token"):
        page.locate(receipt.url)


@pytest.mark.parametrize("token", [BLIND, POSTING])
def test_p2_forced_an_edit_goes_through_unseen(opened, post, sandbox, token):
    """Without a fingerprint there is nothing to compare, so the right to read is not needed."""
    page = opened(token)
    receipt = page.publish(post())

    page.amend(replace(receipt, fingerprint=None), post(body="later"))

    assert [shown.body for shown in sandbox.posts("facebook")] == ["later"]


def test_p2_forced_a_post_that_cannot_be_seen_is_not_called_gone(opened, post):
    with pytest.raises(Rejected, match="cannot be read with this token") as caught:
        opened(BLIND).amend(Receipt(remote_id=f"{PAGE}_17"), post())

    assert not isinstance(caught.value, Gone)


def test_p2_an_edit_by_hand_is_still_seen(page, post, sandbox):
    receipt = page.publish(post())
    form = {"message": "by hand", "access_token": sandbox.credentials["facebook"]["access_token"]}
    address = f"{sandbox.base_url('facebook')}/v26.0/{receipt.remote_id}"
    requests.post(address, data=form, timeout=5).raise_for_status()

    with pytest.raises(ChangedByHand):
        page.amend(receipt, post(body="later"))


# --- P3: Development mode ------------------------------------------------------------------------------------------


def test_p3_a_check_notes_what_cannot_be_asked(page):
    assert any("Development mode" in note for note in page.check().notes)


def test_p3_the_first_receipt_of_a_page_says_to_look_at_it_logged_out(opened, bench, post, sandbox):
    """P3: 200, an id, an address, and no customer sees it."""
    bench.delivered = ()
    page = opened(DEVELOPMENT)

    receipt = page.publish(post())

    assert not sandbox.posts("facebook")[0].visible
    assert "logged out" in receipt.note
    assert "Development mode" in receipt.note


def test_p3_a_first_post_that_was_only_found_says_so_too(opened, bench, post, sandbox):
    bench.delivered = ()
    page = opened()
    sandbox.fault("facebook", Fault("502", times=1, verb="create"))
    with pytest.raises(Unknown):
        page.publish(post())

    assert "logged out" in page.find(post()).note


@pytest.mark.parametrize(
    ("before", "notes"), [((), True), (("/1234567890_16",), False), (("/9876543210_16",), True)]
)
def test_p3_once_a_page_has_had_a_post_nothing_is_said_of_it(opened, bench, post, sandbox, before, notes):
    bench.delivered = tuple(sandbox.base_url("facebook") + path for path in before)

    assert (opened().publish(post()).note is not None) is notes


# --- P4: what a look-up needs is tried in the daytime ----------------------------------------------------------------


@pytest.mark.parametrize("token", [BLIND, HALF_BLIND])
def test_p4_a_check_makes_the_look_ups_own_call(opened, sandbox, token):
    """P4: it was green, and one lost answer later nobody could look."""
    identity = opened(token).check()

    [warning] = identity.warnings
    assert "a lost answer cannot be looked up" in warning
    assert "This endpoint requires the 'pages_read_engagement' permission" in warning
    assert "pages_read_user_content" in warning
    assert identity.may_publish is Permission.PROVED
    assert [call.verb for call in sandbox.calls].count("list") == 1


def test_p4_where_the_look_up_works_nothing_is_said(page, sandbox):
    assert page.check().warnings == ()
    assert [call.verb for call in sandbox.calls].count("list") == 1


def test_p4_a_look_up_that_cannot_be_tried_now_is_no_missing_right(page, sandbox):
    sandbox.fault("facebook", Fault("429", verb="list"))

    identity = page.check()

    assert identity.warnings == ()
    assert any("could not be tried now" in note for note in identity.notes)


@pytest.mark.parametrize("said", [{}, {"data": None}, {"data": {}}])
def test_p4_an_answer_that_is_no_list_proves_nothing(bench, wire, said):
    graph = "https://graph.facebook.com/v26.0"
    page = bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAtoken"))
    wire.get(f"{graph}/{PAGE}", json={"id": PAGE, "name": "CMO"})
    wire.get(f"{graph}/debug_token", json={})
    wire.get(f"{graph}/{PAGE}/published_posts", json=said)

    assert any("could not be tried now" in note for note in page.check().notes)


def test_p4_a_token_of_another_page_is_refused(opened):
    identity = opened(OTHER_PAGE).check()

    assert identity.may_publish is Permission.REFUSED
    assert any("is for the Page 9876543210" in note for note in identity.notes)


@pytest.mark.parametrize(
    ("about", "standing"),
    [
        ({"granular_scopes": [{"scope": "pages_manage_posts", "target_ids": ["42"]}]}, "refused"),
        ({"granular_scopes": [{"scope": "pages_manage_posts", "target_ids": ["42", PAGE]}]}, "proved"),
        ({"granular_scopes": [{"scope": "pages_manage_posts"}]}, "proved"),
        ({"granular_scopes": [{"scope": "pages_read_engagement", "target_ids": ["42"]}]}, "proved"),
        ({"granular_scopes": "all"}, "proved"),
        ({"profile_id": "42"}, "refused"),
        ({"profile_id": int(PAGE)}, "proved"),
        ({"profile_id": PAGE}, "proved"),
    ],
)
def test_p4_rights_for_other_pages_are_no_rights(bench, wire, about, standing):
    graph = "https://graph.facebook.com/v26.0"
    page = bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAtoken"))
    wire.get(f"{graph}/{PAGE}", json={"id": PAGE, "name": "CMO"})
    wire.get(f"{graph}/{PAGE}/published_posts", json={"data": []})
    rights = {"scopes": ["pages_manage_posts"], "type": "PAGE", "expires_at": 0}
    wire.get(f"{graph}/debug_token", json={"data": rights | about})

    assert page.check().may_publish == standing


# --- P5: an impossible question is not asked again --------------------------------------------------------------------


def test_p5_a_list_refused_for_its_size_is_asked_for_in_smaller_parts(page, post, sandbox):
    """P5: it was asked for with limit=100 again, for ever."""
    made = page.publish(post())
    for number in range(7):
        page.publish(post(body=f"Nr. {number}"))
    sandbox.make("facebook", "heavy")
    before = len(calls(sandbox))

    assert page.find(post(published_at=datetime.now(UTC) - timedelta(minutes=1))).remote_id == made.remote_id
    assert len(calls(sandbox)) - before == 4, "25 and 12 refused; 6, and 2 more"


def test_p5_a_list_that_is_refused_whatever_its_size_is_given_up(page, post, sandbox):
    sandbox.fault("facebook", Fault("says", reason="too-much", verb="list"))

    with pytest.raises(Unknown, match="reduce the amount of data"):
        page.find(post())
    assert len(calls(sandbox)) == 5, "25, 12, 6, 3, 1"


def test_p5_what_was_read_before_the_refusal_is_not_lost(page, post, sandbox):
    """The third page is refused; nothing of the first two is asked for again."""
    first = page.publish(post())
    for number in range(60):
        page.publish(post(body=f"Nr. {number}"))
    sandbox.fault("facebook", Fault("slow", seconds=0, verb="list", times=2))
    sandbox.fault("facebook", Fault("says", reason="too-much", verb="list", times=1))
    before = len(sandbox.calls)

    assert page.find(post(published_at=datetime.now(UTC) - timedelta(minutes=1))).remote_id == first.remote_id
    assert len(sandbox.calls) - before == 4, "25, 25, refused, 12"


# --- P6: its own words, and a cure only where they say which ---------------------------------------------------------

REFUSALS = [
    ("impersonating", BadCredentials, "must be granted before impersonating", "pages_read_user_content"),
    ("password", BadCredentials, "changed their password", "make a new Page access token"),
    ("expired", BadCredentials, "Session has expired", "make a new Page access token"),
    (
        "may-not-post",
        Rejected,
        "requires both pages_read_engagement and pages_manage_posts",
        "pages_manage_posts",
    ),
    ("page-right", Rejected, "Requires pages_read_engagement permission", "pages_read_engagement"),
    ("missing", Rejected, "does not exist, cannot be loaded", "page_id"),
    ("policy", Rejected, "deemed abusive", "support inbox"),
    ("override", Rejected, "method is deprecated", None),
]


@pytest.mark.parametrize(("reason", "outcome", "words", "cure"), REFUSALS)
def test_p6_facebooks_sentence_is_shown_and_the_cure_is_that_of_its_reason(
    page, post, sandbox, reason, outcome, words, cure
):
    """P6: one cure for every refusal, and the words dropped."""
    sandbox.fault("facebook", Fault("says", reason=reason))

    with pytest.raises(outcome, match=words) as caught:
        page.publish(post())

    assert type(caught.value) is outcome
    assert cure in caught.value.cure if cure else caught.value.cure is None
    assert str(caught.value).isprintable()


def test_p6_a_right_to_read_is_not_cured_by_the_right_to_post(opened, post):
    page = opened(BLIND)

    with pytest.raises(Rejected) as caught:
        page.find(post())

    assert "pages_manage_posts" not in caught.value.cure
    assert "pages_read_user_content" in caught.value.cure


def test_p6_a_sentence_that_carries_the_token_is_masked(bench, wire):
    page = bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAverySecret"))
    error = {"message": "bad token\nEAAverySecret", "code": 190, "type": "OAuthException"}
    wire.post(f"https://graph.facebook.com/v26.0/{PAGE}/feed", json={"error": error}, status=400)

    with pytest.raises(BadCredentials, match="bad token") as caught:
        page.publish(bench.post())

    assert "EAAverySecret" not in str(caught.value)


# --- P7: the status counts whatever the body says --------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "body",
    [{"error": {"message": "no", "code": 100}}, {"error": {"message": "no", "code": 190}}, {"id": "1"}, []],
)
def test_p7_too_many_and_unavailable_are_not_sent_whatever_the_body_says(bench, wire, status, body):
    page = bench.open("facebook", page_id=PAGE, access_token=bench.secret("EAAtoken"))
    feed = f"https://graph.facebook.com/v26.0/{PAGE}/feed"
    wire.post(feed, json=body, status=status, headers={"Retry-After": "7"})

    with pytest.raises(NotSent) as caught:
        page.publish(bench.post())

    assert caught.value.retry_after == 7
