"""X as people meet it in 2026: each test is a fault that was seen, by its number.

Through the real client library and a real socket, against the sandbox's X.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from announce_sandbox import Fault
from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown
from publisher.model.post import Receipt, Telling
from publisher.model.wholeness import mutilated

API = "https://api.x.com"
KEYS = {
    "consumer_key": "the-key",
    "consumer_secret": "the-key-secret",
    "access_token": "4711-the-token",
    "access_token_secret": "the-token-secret",
}


@pytest.fixture
def opened(bench):
    def make(base_url: str = API, **keys: str) -> Any:
        bench.now = datetime.now(UTC)  # the sandbox lives in real time
        secrets = {name: bench.secret(value) for name, value in (KEYS | keys).items()}
        return bench.open("twitter", base_url=base_url, timeout=2, **secrets)

    return make


@pytest.fixture
def account(opened, sandbox):
    return opened(sandbox.base_url("twitter"), **sandbox.credentials["twitter"])


@pytest.fixture
def post(bench):
    return lambda **fields: bench.post(**{"published_at": datetime.now(UTC), "body": "Wartung", **fields})


def lists(sandbox: Any) -> int:
    return [call.verb for call in sandbox.calls].count("list")


# --- P1, P2 as kinds: an answer of 200 that nobody reads, one sign of absence ----------------------------------------


def test_p1_a_deletion_that_x_denies_is_looked_at(opened, wire):
    """P1 as a kind: "deleted": false was read as "there is none now"."""
    wire.delete(f"{API}/2/tweets/17", json={"data": {"deleted": False}})
    wire.get(f"{API}/2/tweets/17", json={"data": {"id": "17", "text": "Wartung", "author_id": "4711"}})

    with pytest.raises(Rejected, match="still there"):
        opened().withdraw(Receipt(remote_id="17"))


def test_p2_a_post_that_neither_a_deletion_nor_a_look_finds_is_withdrawn(account, post):
    receipt = account.publish(post())

    account.withdraw(receipt)
    account.withdraw(receipt)


def test_p2_a_denied_deletion_that_cannot_be_looked_at_is_no_withdrawal(opened, wire):
    wire.delete(f"{API}/2/tweets/17", json={"data": {"deleted": False}})
    wire.get(f"{API}/2/tweets/17", json={"title": "Forbidden", "detail": "no"}, status=403)

    with pytest.raises(Rejected, match="no"):
        opened().withdraw(Receipt(remote_id="17"))


# --- P4: what a look-up needs is tried in the daytime ----------------------------------------------------------------


def test_p4_a_check_makes_the_look_ups_own_call_and_says_what_it_costs(account, sandbox):
    identity = account.check()

    assert lists(sandbox) == 1
    assert identity.warnings == ()
    assert any("$0.001" in note and "--no-billed" in note for note in identity.notes)


@pytest.mark.parametrize(
    ("reason", "words", "cure"),
    [
        ("access-level", "subset of X API V2 endpoints", "access level"),
        ("not-enrolled", "attached to a Project", "project"),
        ("not-permitted", "not permitted to perform this action", None),
    ],
)
def test_p4_reads_that_are_refused_are_warned_of(account, sandbox, reason, words, cure):
    """P4: it was green, and one lost answer later the cure named a right that the token has."""
    sandbox.fault("twitter", Fault("says", reason=reason, verb="list"))

    identity = account.check()

    [warning] = identity.warnings
    assert "a lost answer cannot be looked up" in warning
    assert words in warning
    assert cure is None or cure in warning
    assert "Read and write" not in warning
    assert identity.may_publish is Permission.PROVED


def test_p4_a_look_up_that_cannot_be_tried_now_is_no_missing_right(account, sandbox):
    sandbox.fault("twitter", Fault("429", verb="list"))

    identity = account.check()

    assert identity.warnings == ()
    assert any("could not be tried now" in note for note in identity.notes)


@pytest.mark.parametrize("said", [{}, {"meta": {"result_count": 3}}, {"data": {}, "meta": {}}])
def test_p4_an_answer_that_is_no_list_proves_nothing(opened, wire, said):
    wire.get(f"{API}/2/users/me", json={"data": {"id": "4711", "name": "CMO", "username": "cmo"}})
    wire.get(f"{API}/2/users/4711/tweets", json=said)

    assert any("could not be tried now" in note for note in opened().check().notes)


def test_p4_nothing_that_is_billed_is_asked_where_that_is_not_wanted(bench, opened, sandbox):
    """Every call to X is billed, the account's name too."""
    bench.billed = False

    identity = opened(sandbox.base_url("twitter"), **sandbox.credentials["twitter"]).check()

    assert sandbox.calls == []
    assert (identity.may_publish, identity.asked) == (Permission.UNKNOWN, False)
    assert "2244994945" in identity.account
    assert any("billed" in note for note in identity.notes)


# --- P6: its own words, and a cure only where they say which ---------------------------------------------------------

REFUSALS = [
    ("read-only", Rejected, "oauth1 app permissions", "Read and write"),
    ("not-enrolled", Rejected, "attached to a Project", "project"),
    ("access-level", Rejected, "subset of X API V2 endpoints", "access level"),
    ("locked", Rejected, "temporarily locked", "unlock"),
    ("suspended", Rejected, "account is suspended", "suspended"),
    ("too-long", Rejected, "a bit shorter", "shorter"),
    ("cashtags", Rejected, "at most 1 cashtag", "$"),
    ("mentions", Rejected, "mentions accounts", "@"),
    ("not-permitted", Rejected, "not permitted to perform this action", None),
    ("credits", Rejected, "does not have any credits", "buy credits"),
    ("clock", BadCredentials, "Timestamp out of bounds", "set the clock"),
    ("token", BadCredentials, "Invalid or expired token", "make a new access token"),
]


@pytest.mark.parametrize(("reason", "outcome", "words", "cure"), REFUSALS)
def test_p6_xs_sentence_is_shown_and_the_cure_is_that_of_its_reason(
    account, post, sandbox, reason, outcome, words, cure
):
    """P6: whatever the reason, "give the app Read and write"."""
    sandbox.fault("twitter", Fault("says", reason=reason))

    with pytest.raises(outcome, match=words) as caught:
        account.publish(post())

    assert type(caught.value) is outcome
    assert cure in caught.value.cure if cure else caught.value.cure is None
    assert str(caught.value).isprintable()
    assert sandbox.posts() == []


def test_p6_every_reason_of_the_double_is_judged_without_another_ones_cure(account, post, sandbox):
    """The table against the double: only what says that it may only read is cured by Read and write."""
    cures = {}
    for reason in sandbox.reasons("twitter"):
        sandbox.fault("twitter", Fault("says", reason=reason, times=1))
        with pytest.raises((Rejected, NotSent, Unknown)) as caught:
            account.publish(post())
        cures[reason] = caught.value.cure or ""

    assert [reason for reason, cure in cures.items() if "Read and write" in cure] == ["read-only"]


def test_p6_a_clock_that_x_refuses_is_told_with_its_error(bench, account, post, sandbox, monkeypatch):
    """Signed for real with a time that is off: code 135, and how far the clock is wrong."""
    import oauthlib.oauth1.rfc5849 as signing

    ahead = 20 * 60
    monkeypatch.setattr(
        signing, "generate_timestamp", lambda: str(int(datetime.now(UTC).timestamp()) + ahead)
    )
    bench.now += timedelta(seconds=ahead)

    with pytest.raises(BadCredentials, match="20 min ahead of X's") as caught:
        account.publish(post())

    assert "Timestamp out of bounds" in str(caught.value)
    assert caught.value.cure == "set the clock"


@pytest.mark.parametrize(("reason", "whose"), [("app-day", "app's"), ("user-day", "account's")])
def test_p6_a_days_cap_says_until_when_it_is_used_up(account, post, sandbox, reason, whose):
    """P6: four tries in seven seconds, since the window of a quarter of an hour was open."""
    sandbox.fault("twitter", Fault("says", reason=reason))

    with pytest.raises(
        NotSent, match=rf"the {whose} cap of 17 in 24 hours is used up until 20\d\d-"
    ) as caught:
        account.publish(post())

    assert caught.value.retry_after == 900
    assert "UTC" in str(caught.value)


def test_p6_a_months_cap_waits_for_no_window(account, post, sandbox):
    sandbox.fault("twitter", Fault("says", reason="usage-capped"))

    with pytest.raises(NotSent, match="Usage cap exceeded: Monthly") as caught:
        account.publish(post())

    assert caught.value.retry_after == 900
    assert "developer console" in caught.value.cure


def test_p6_a_sentence_that_carries_a_secret_is_masked(opened, bench, wire):
    wire.post(f"{API}/2/tweets", json={"detail": "the-token-secret\nis wrong", "status": 403}, status=403)

    with pytest.raises(Rejected, match="is wrong") as caught:
        opened().publish(bench.post())

    assert "the-token-secret" not in str(caught.value)


# --- P7: the status counts whatever the body says --------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"code": 64, "message": "suspended"}]},
        {"detail": "duplicate content"},
        {"data": {"id": "17"}},
        [],
    ],
)
def test_p7_too_many_and_unavailable_are_not_sent_whatever_the_body_says(opened, bench, wire, status, body):
    wire.post(f"{API}/2/tweets", json=body, status=status, headers={"Retry-After": "7"})

    with pytest.raises(NotSent) as caught:
        opened().publish(bench.post())

    assert caught.value.retry_after == 7


# --- P17 ------------------------------------------------------------------------------------------------------------


def test_p17_a_check_that_is_answered_proves_a_balance_above_zero(account):
    """P17: "whether credits are left cannot be asked", and the question itself is billed."""
    assert any("above zero" in note for note in account.check().notes)


def test_p17_a_check_without_credits_says_so(account, sandbox):
    sandbox.fault("twitter", Fault("says", reason="credits"))

    with pytest.raises(Rejected) as caught:
        account.check()

    assert "buy credits" in caught.value.cure


# --- P10: what X kept of a text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "given", "kept"),
    [
        (
            "22:30 https://s.example/CMO-7K3M/",
            "22:30 https://t.co/abc",
            ("22:30 https://s.example/CMO-7K3M/",),
        ),
        (
            "a.example https://s.example/x",
            "https://t.co/a https://t.co/b",
            ("https://t.co/a https://s.example/x",),
        ),
        ("22:30 https://s.example/CMO-7K3M/", "22:30", ("22:30",)),
    ],
)
def test_p10_the_receipt_tells_the_text_with_its_links_as_they_were_sent(
    opened, wire, post, sent, given, kept
):
    wire.post(f"{API}/2/tweets", json={"data": {"id": "17", "text": given}}, status=201)
    assert opened().publish(post(body=sent)).kept == kept


@pytest.mark.parametrize("given", [None, 7])
@pytest.mark.parametrize(
    ("read", "kept"),
    [({"text": "22:30 &amp; mehr"}, ("22:30 &amp; mehr",)), ({"text": 7}, ()), ({}, ())],
)
def test_p10_a_text_that_x_does_not_give_back_at_once_is_read(opened, wire, post, given, read, kept):
    wire.post(f"{API}/2/tweets", json={"data": {"id": "17", "text": given}}, status=201)
    wire.get(f"{API}/2/tweets/17", json={"data": {"id": "17", "author_id": "4711"} | read})
    receipt = opened().publish(post(body="22:30 & mehr"))
    assert receipt.kept == kept
    assert ("could not be read, so look at it" in (receipt.note or "")) is (not kept)


def test_p10_a_text_that_x_gives_back_as_it_was_is_whole(account, sandbox, post):
    body = "Montag, 22:30 & mehr auf srv1.example.net. https://status.example.net/CMO-7K3M/"
    said = post(body=body, tells=(Telling("start", ("22:30",)), Telling("reference", ("CMO-7K3M",))))
    assert mutilated(said, account.publish(said)) is None
