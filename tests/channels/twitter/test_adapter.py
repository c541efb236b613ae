"""The X adapter against the sandbox's X, and against single answers X may give."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from oauthlib.oauth1.rfc5849 import signature
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header

from announce_sandbox import Fault
from publisher.adapter.contract import Finding
from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown

API = "https://api.x.com"
TWEETS = f"{API}/2/tweets"
ME = f"{API}/2/users/me"
POSTS = f"{API}/2/users/4711/tweets"
KEYS = {
    "consumer_key": "key",
    "consumer_secret": "key-secret",
    "access_token": "4711-token",
    "access_token_secret": "token-secret",
}
TEXT = "Dringende Wartung: <b> & 🚨 ]]> {{ 7*7 }}\nMo. 22:30–23:30\nCMO-7K3M status.example.net/CMO-7K3M/"


@pytest.fixture
def account(bench, sandbox):
    return opened(bench, sandbox.base_url("twitter"), sandbox.credentials["twitter"])


@pytest.fixture
def scripted(bench):
    """An adapter whose X is answered by the `wire`."""
    return opened(bench, API, KEYS)


@pytest.fixture
def publish(scripted, bench):
    """One attempt, answered by the `wire`."""
    return lambda **fields: scripted.publish(bench.post(**fields))


@pytest.fixture
def find(scripted, bench):
    """One look-up, answered by the `wire`."""
    return lambda **fields: scripted.find(bench.post(**fields))


def opened(bench, base_url: str, keys: dict[str, str]) -> Any:
    secrets = {name: bench.secret(value) for name, value in keys.items()}
    return bench.open("twitter", base_url=base_url, timeout=2, **secrets)


def now_post(bench, **fields: Any) -> Any:
    """The sandbox lives in real time."""
    bench.now = datetime.now(UTC)
    return bench.post(**{"published_at": bench.now, "body": TEXT, **fields})


def problem(detail: str, **more: Any) -> dict[str, Any]:
    return {"title": "Forbidden", "detail": detail, "type": "about:blank", "status": 403, **more}


def told(number: int, text: str = TEXT, **more: Any) -> dict[str, Any]:
    """As X answers today: without the history of edits that tweepy's own models insist on."""
    return {"id": str(number), "text": text, **more}


def listed(*posts: dict[str, Any], **meta: Any) -> dict[str, Any]:
    found = {"data": list(posts)} if posts else {}
    return {**found, "meta": {"result_count": len(posts), **meta}}


# --- publishing -------------------------------------------------------------------------------------------------


def test_the_text_arrives_to_the_letter_and_the_receipt_leads_to_it(account, bench, sandbox):
    receipt = account.publish(now_post(bench))

    [shown] = sandbox.posts("twitter")
    assert shown.body == TEXT
    assert receipt.remote_id == shown.remote_id
    assert "Dringende Wartung" in requests.get(receipt.url, timeout=5).text


def test_on_x_itself_the_receipt_leads_to_x(publish, wire):
    wire.post(TWEETS, json={"data": {"id": "17", "text": "x"}}, status=201)

    assert publish().url == "https://x.com/i/status/17"


def test_the_host_that_is_asked_is_the_one_that_is_signed(publish, find, wire):
    """tweepy has the old host built in; the signature must be over the new one, and no bearer be sent."""
    wire.post(TWEETS, json={"data": {"id": "17", "text": TEXT}}, status=201)
    wire.get(POSTS, json=listed())

    publish()
    find()

    for call in wire.calls:
        stated = dict(parse_authorization_header(call.request.headers["Authorization"]))
        query = [(name, value) for name, [value] in parse_qs(urlsplit(call.request.url).query).items()]
        known = [(name, value) for name, value in stated.items() if name not in ("oauth_signature", "realm")]
        base = signature.signature_base_string(
            call.request.method,
            call.request.url.partition("?")[0],
            signature.normalize_parameters([*query, *known]),
        )
        assert call.request.url.startswith(f"{API}/2/")
        assert unquote(stated["oauth_signature"]) == signature.sign_hmac_sha1_with_client(base, _Keys())


class _Keys:
    client_secret = KEYS["consumer_secret"]
    resource_owner_secret = KEYS["access_token_secret"]


def test_only_the_text_is_sent(publish, wire):
    wire.post(TWEETS, json={"data": {"id": "17", "text": TEXT}}, status=201)

    publish(body=TEXT, link="https://status.example.net/CMO-7K3M/")

    assert wire.calls[0].request.body == requests.Request("POST", API, json={"text": TEXT}).prepare().body


# --- verdicts ---------------------------------------------------------------------------------------------------

STATUSES = [
    ((400, "Your Tweet text is too long."), Rejected, None),
    ((401, "Unauthorized"), BadCredentials, "make new ones"),
    ((402, "Your enrolled account does not have any credits"), Rejected, "buy credits"),
    ((403, "You are not permitted to perform this action."), Rejected, None),
    (
        (403, "Your client app is not configured with the appropriate oauth1 app permissions"),
        Rejected,
        "Read",
    ),
    ((404, "Not Found"), Rejected, None),
    ((408, "late"), Unknown, None),
    ((409, "Conflict"), Rejected, None),
    ((429, "Too Many Requests"), NotSent, None),
    ((500, "Internal"), Unknown, None),
    ((502, "Bad Gateway"), Unknown, None),
    ((503, "Over capacity"), Unknown, None),
]


@pytest.mark.parametrize(("answer", "outcome", "cure"), STATUSES)
def test_the_status_decides(publish, wire, answer, outcome, cure):
    status, detail = answer
    wire.post(TWEETS, json=problem(detail), status=status)

    with pytest.raises(outcome) as caught:
        publish()

    assert type(caught.value) is outcome
    assert cure in caught.value.cure if cure else caught.value.cure is None
    assert not getattr(caught.value, "duplicate", False)


@pytest.mark.parametrize(
    "said",
    [
        problem("You are not allowed to create a Tweet with duplicate content."),
        {"errors": [{"code": 187, "message": "Status is a duplicate."}]},
    ],
)
def test_a_refusal_as_a_duplicate_is_evidence_and_not_proof(publish, wire, said):
    wire.post(TWEETS, json=said, status=403)

    with pytest.raises(Unknown) as caught:
        publish()

    assert caught.value.duplicate


@pytest.mark.parametrize(
    ("minutes", "cure"), [(7, "set the clock"), (-9, "set the clock"), (1, "make new ones")]
)
def test_a_wrong_clock_is_told_from_wrong_keys(publish, bench, wire, minutes, cure):
    date = format_datetime(bench.now - timedelta(minutes=minutes), usegmt=True)
    wire.post(TWEETS, json=problem("Unauthorized"), status=401, headers={"Date": date})

    with pytest.raises(BadCredentials) as caught:
        publish()

    assert cure in caught.value.cure
    assert (f"{abs(minutes)} min {'ahead of' if minutes > 0 else 'behind'} X's" in str(caught.value)) == (
        abs(minutes) > 4
    )


@pytest.mark.parametrize("date", ["junk", "Mon, 99 Foo 2026 25:00:00 GMT", None])
def test_a_date_that_cannot_be_read_says_nothing_of_the_clock(publish, wire, date):
    wire.post(TWEETS, body="no", status=401, headers={"Date": date} if date else {})

    with pytest.raises(BadCredentials) as caught:
        publish()

    assert "clock" not in str(caught.value)
    assert "keys and tokens" in caught.value.cure


@pytest.mark.parametrize(
    ("reset", "expected"),
    [
        (lambda now: str(int(now) + 60), range(55, 62)),
        (lambda now: str(int(now) - 60), range(1)),
        (lambda now: str(int(now) + 10**8), range(900, 901)),
        (lambda now: "soon", None),
        (lambda now: None, None),
    ],
)
def test_a_full_window_waits_for_its_end(publish, wire, reset, expected):
    """tweepy raises ValueError over a reset time that is no number."""
    stated = reset(datetime.now(UTC).timestamp())
    headers = {"x-rate-limit-reset": stated} if stated else {}
    wire.post(TWEETS, json=problem("Too Many Requests"), status=429, headers=headers)

    with pytest.raises(NotSent) as caught:
        publish()

    wait = caught.value.retry_after
    assert wait is None if expected is None else int(wait) in expected
    assert len(wire.calls) == 1


ODDITIES = [
    (201, '{"errors": [{"message": "half a success"}]}'),
    (200, '{"data": null, "errors": [{"detail": "x"}]}'),
    (201, "{}"),
    (201, '{"data": {}}'),
    (201, '{"data": {"id": 17}}'),
    (201, '{"data": {"id": "x17"}}'),
    (201, '{"data": {"id": ""}}'),
    (201, '{"data": ["17"]}'),
    (201, "[]"),
    (201, "null"),
    (201, "17"),
    (201, ""),
    (201, "[" * 100_000),
    (200, "<html>Welcome to the airport</html>"),
    (502, "<html>Bad Gateway</html>"),
    (500, "[]"),
    (500, "null"),
    (504, '{"errors": "no list"}'),
]


@pytest.mark.parametrize(("status", "body"), ODDITIES)
def test_what_cannot_be_read_may_be_published(publish, wire, status, body):
    """tweepy raises AttributeError, TypeError or ValueError over several of these."""
    wire.post(TWEETS, body=body, status=status, content_type="application/json")

    with pytest.raises(Unknown) as caught:
        publish()

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("body", ["[]", "null", "17", "<html>", '{"errors": [null]}', '{"errors": {"a": 1}}'])
def test_a_refusal_that_trips_tweepy_is_a_refusal_all_the_same(publish, wire, body):
    wire.post(TWEETS, body=body, status=400, content_type="application/json")

    with pytest.raises(Rejected, match="400"):
        publish()


def test_a_redirect_is_refused_with_its_host(publish, wire):
    wire.post(TWEETS, status=301, headers={"Location": "https://login.example.org/?secret=1"})

    with pytest.raises(Rejected, match=r"login\.example\.org") as caught:
        publish()

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("reset", Unknown),
        ("truncated", Unknown),
        ("502", Unknown),
        ("html200", Unknown),
        ("401", BadCredentials),
        ("403", Rejected),
        ("429", NotSent),
    ],
)
def test_what_happens_below_http_passes_through_the_library(account, bench, sandbox, kind, outcome):
    sandbox.fault("twitter", Fault(kind))

    with pytest.raises(outcome):
        account.publish(now_post(bench))


def test_a_refused_connection_is_not_sent(bench, sandbox):
    with pytest.raises(NotSent):
        opened(bench, sandbox.closed_url, KEYS).publish(bench.post())


@pytest.mark.parametrize("wrong", sorted(KEYS))
def test_each_of_the_four_secrets_is_needed(bench, sandbox, wrong):
    keys = sandbox.credentials["twitter"] | {wrong: "783214-wrong"}

    with pytest.raises(BadCredentials):
        opened(bench, sandbox.base_url("twitter"), keys).publish(now_post(bench))
    assert not sandbox.posts("twitter")


# --- finding ----------------------------------------------------------------------------------------------------


def test_a_post_whose_answer_was_lost_is_found_with_the_same_fingerprint(account, bench, sandbox):
    assert isinstance(account, Finding)
    post = now_post(bench)
    assert account.find(post) is None
    sandbox.fault("twitter", Fault("502", times=1, verb="create"))
    with pytest.raises(Unknown):
        account.publish(post)

    found = account.find(post)

    assert found.remote_id == sandbox.posts("twitter")[0].remote_id
    assert found.note is None
    other = now_post(bench, body="another text https://status.example.net/x?a=1&b=2")
    assert account.publish(other).fingerprint == account.find(other).fingerprint != found.fingerprint


def test_the_same_text_again_is_evidence_of_the_first(account, bench):
    account.publish(now_post(bench))

    with pytest.raises(Unknown) as caught:
        account.publish(now_post(bench))

    assert caught.value.duplicate


def link(short: str, written: str) -> dict[str, Any]:
    return {"entities": {"urls": [{"url": short, "expanded_url": written}]}}


@pytest.mark.parametrize(
    ("sent", "shown", "entities"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d", {}),
        ("a &amp; b", "a &amp;amp; b", {}),
        ("a &amp; b", "a &amp; b", {}),
        ("Störung", "Sto\u0308rung", {}),
        ("see https://e.net/x/", "see https://t.co/a", link("https://t.co/a", "https://e.net/x/")),
        ("see https://e.net", "see https://t.co/a", link("https://t.co/a", "https://e.net/")),
        ("see e.net.", "see https://t.co/a.", link("https://t.co/a", "http://e.net")),
        ("(e.net)", "(https://t.co/a)", link("https://t.co/a", "http://e.net")),
        ("https://e.net/?a=1&copy=2", "https://t.co/a", link("https://t.co/a", "https://e.net/?a=1&copy=2")),
        ("two\nlines ", "two\nlines", {"entities": None}),
    ],
)
def test_a_text_is_known_again_although_x_rewrites_it(find, wire, sent, shown, entities):
    wire.get(POSTS, json=listed(told(2, "another"), told(1, shown, **entities)))

    assert find(body=sent).remote_id == "1"


def test_another_text_is_not_taken_for_ours(find, wire):
    wire.get(POSTS, json=listed(told(1, TEXT.replace("7K3M", "7K3N")), told(2, "")))

    assert find(body=TEXT) is None


def test_a_list_with_a_post_that_cannot_be_read_is_no_proof_of_absence(find, wire):
    wire.get(POSTS, json=listed(told(1, "another"), {"id": "3"}))

    with pytest.raises(Unknown, match="cannot be read"):
        find(body=TEXT)


def test_two_copies_are_reported_and_the_older_one_is_ours(find, wire):
    wire.get(POSTS, json=listed(told(3), told(2, "another"), told(1)))

    found = find(body=TEXT)

    assert found.remote_id == "1"
    assert found.note == "published 2 times; delete the others: https://x.com/i/status/3"


def test_the_look_up_begins_a_minute_before_the_planning_and_follows_every_page(find, wire):
    wire.get(POSTS, json=listed(told(2, "another"), next_token="abc"))
    wire.get(POSTS, json=listed(told(1)))

    assert find(body=TEXT).remote_id == "1"
    first, second = (parse_qs(urlsplit(call.request.url).query) for call in wire.calls)
    assert first["start_time"] == ["2026-11-23T19:59:00Z"]
    assert "entities" in first["tweet.fields"][0]
    assert second == first | {"pagination_token": ["abc"]}


def test_a_list_without_end_is_no_proof_of_absence(find, wire):
    wire.get(POSTS, json=listed(told(1, "another"), next_token="abc"))

    with pytest.raises(Unknown, match="not complete"):
        find()


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (200, {}, Unknown),
        (200, {"data": {}}, Unknown),
        (200, {"meta": {"result_count": 5}}, Unknown),
        (200, {"meta": {}}, Unknown),
        (200, {"data": [{"text": TEXT}], "meta": {"result_count": 1}}, Unknown),
        (200, {"data": ["x"], "meta": {"result_count": 1}}, Unknown),
        (200, {"errors": [{"message": "x"}], "meta": {"result_count": 0}}, Unknown),
        (200, listed(told(2, "x")) | {"errors": [{"message": "one could not be read"}]}, Unknown),
        (401, problem("no"), BadCredentials),
        (403, problem("no"), Rejected),
    ],
)
def test_a_look_up_that_fails_is_no_proof_of_absence(find, wire, status, said, outcome):
    wire.get(POSTS, json=said, status=status)

    with pytest.raises(outcome):
        find()


# --- checking ---------------------------------------------------------------------------------------------------


def test_the_right_to_post_is_proved_by_the_access_level(account, bench, sandbox):
    bench.now = datetime.now(UTC)
    identity = account.check()

    assert identity.account.startswith("@")
    assert identity.may_publish is Permission.PROVED
    assert not sandbox.posts("twitter")


def test_tokens_that_may_only_read_are_refused(bench, sandbox):
    reader = opened(bench, sandbox.base_url("twitter"), sandbox.readers["twitter"])
    bench.now = datetime.now(UTC)

    assert reader.check().may_publish is Permission.REFUSED
    with pytest.raises(Rejected) as caught:
        reader.publish(now_post(bench))
    assert "Read and write" in caught.value.cure


@pytest.mark.parametrize("level", [{}, {"x-access-level": "something-new"}])
def test_where_x_does_not_say_the_right_is_unknown(scripted, wire, level):
    wire.get(ME, json={"data": {"id": "4711", "name": "CMO", "username": "cmo"}}, headers=level)
    wire.get(POSTS, json=listed())

    identity = scripted.check()

    assert (identity.account, identity.may_publish) == ("@cmo", Permission.UNKNOWN)
    assert any("credits" in note for note in identity.notes)


@pytest.mark.parametrize("said", [{}, {"data": {"id": "4711"}}, {"data": []}])
def test_another_api_is_refused(scripted, wire, said):
    wire.get(ME, json=said)

    with pytest.raises(Rejected, match="X API"):
        scripted.check()


def test_capabilities_are_known_without_the_library():
    code = (
        "import sys; from types import SimpleNamespace; from announce_channels.twitter.adapter import Twitter;"
        "c = Twitter.capabilities(SimpleNamespace(limit=280));"
        "print(c.format, c.max_length, c.count, c.lookup, c.reach, c.settle);"
        "sys.exit(bool({'tweepy', 'requests'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.strip() == "short 280 weighted True new 15.0"
