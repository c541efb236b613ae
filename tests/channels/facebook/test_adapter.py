"""The Facebook adapter against the sandbox's Page, and against single answers Graph may give."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from announce_channels.facebook.answers import fingerprint
from announce_sandbox import Fault
from publisher.adapter.contract import Finding
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown

PAGE = "1234567890"
TOKEN = "EAAtoken"
GRAPH = "https://graph.facebook.com/v26.0"
FEED = f"{GRAPH}/{PAGE}/feed"
POSTS = f"{GRAPH}/{PAGE}/published_posts"
DEBUG = f"{GRAPH}/debug_token"
TEXT = "Dringende Wartung: <b> & 🚨 ]]> {{ 7*7 }}\nMo., 22:30–23:30 Uhr\nCMO-7K3M https://status.example.net/CMO-7K3M/"


@pytest.fixture
def page(bench, sandbox):
    return opened(bench, sandbox.base_url("facebook"), sandbox.credentials["facebook"])


@pytest.fixture
def scripted(bench):
    """An adapter whose Page is answered by the `wire`."""
    return opened(bench, "https://graph.facebook.com", {"page_id": PAGE, "access_token": TOKEN})


@pytest.fixture
def publish(scripted, bench):
    """One attempt, answered by the `wire`."""
    return lambda **fields: scripted.publish(bench.post(**fields))


@pytest.fixture
def find(scripted, bench):
    """One look-up, answered by the `wire`."""
    return lambda **fields: scripted.find(bench.post(**fields))


def opened(bench, base_url: str, known: dict[str, str], **settings: Any) -> Any:
    token = bench.secret(known["access_token"])
    return bench.open(
        "facebook", base_url=base_url, page_id=known["page_id"], access_token=token, timeout=2, **settings
    )


def now_post(bench, **fields: Any) -> Any:
    """The sandbox lives in real time."""
    return bench.post(**{"published_at": datetime.now(UTC), "body": TEXT, **fields})


def error(code: int | None = None, message: str = "(#1) no", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, **more}}


def posted(wire: Any, graph: str = GRAPH) -> None:
    """A new post, and what is read back of it."""
    wire.post(f"{graph}/{PAGE}/feed", json={"id": f"{PAGE}_17"})
    wire.get(f"{graph}/{PAGE}_17", json=told(17))


def told(number: int, message: str = TEXT) -> dict[str, str]:
    return {"id": f"{PAGE}_{number}", "message": message, "created_time": "2026-11-23T20:00:00+0000"}


# --- publishing -------------------------------------------------------------------------------------------------


def test_the_text_arrives_to_the_letter_and_the_receipt_leads_to_it(page, bench, sandbox):
    receipt = page.publish(now_post(bench))

    [shown] = sandbox.posts("facebook")
    assert shown.body == TEXT
    assert receipt.remote_id == shown.remote_id
    assert "Dringende Wartung" in requests.get(receipt.url, timeout=5).text


def test_on_facebook_itself_the_receipt_leads_to_facebook(publish, wire):
    posted(wire)

    assert publish(body=TEXT).url == f"https://www.facebook.com/{PAGE}_17"


def test_only_the_message_is_sent_because_a_link_would_be_fetched_first(publish, wire):
    posted(wire)

    publish(body=TEXT, link="https://status.example.net/CMO-7K3M/")

    call = wire.calls[0]
    assert parse_qs(call.request.body) == {"message": [TEXT]}
    assert call.request.headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_configured_version_is_asked_for(bench, wire):
    posted(wire, "https://graph.facebook.com/v27.1")
    known = {"page_id": PAGE, "access_token": TOKEN}

    opened(bench, "https://graph.facebook.com", known, graph_version="v27.1").publish(bench.post())


def test_no_token_of_ours_is_in_an_address(scripted, bench, wire):
    """Addresses end up in logs and exception texts; the library would put it into every GET.

    One address carries it, because that question is about the token: `debug_token`.
    """
    following = f"{POSTS}?access_token={TOKEN}&after=abc&limit=100"
    for said in ({"data": []}, {"data": [told(1)], "paging": {"next": following}}, {"data": []}):
        wire.get(POSTS, json=said)
    wire.get(f"{GRAPH}/{PAGE}", json={"id": PAGE, "name": "CMO"})
    wire.get(DEBUG, json={"data": {"scopes": [], "type": "PAGE"}})
    wire.post(FEED, json={"id": f"{PAGE}_17"})
    wire.get(f"{GRAPH}/{PAGE}_17", json=told(17))
    wire.post(f"{GRAPH}/{PAGE}_17", json={"success": True})
    wire.delete(f"{GRAPH}/{PAGE}_17", json={"success": True})

    scripted.check()
    receipt = scripted.publish(bench.post())
    scripted.find(bench.post(body=TEXT))
    scripted.amend(replace(receipt, fingerprint=fingerprint(TEXT)), bench.post())
    scripted.withdraw(receipt)

    assert len(wire.calls) == 12
    asking = [call.request for call in wire.calls if TOKEN in call.request.url]
    assert [call.url.partition("?")[0] for call in asking] == [DEBUG]
    assert {call.request.headers["Authorization"] for call in wire.calls} == {f"Bearer {TOKEN}"}
    assert not any(TOKEN in (call.request.body or "") for call in wire.calls)


# --- verdicts ---------------------------------------------------------------------------------------------------

CODES = [
    ((400, error(1, "An unknown error has occurred.")), Unknown, None),
    ((400, error(2, "Service temporarily unavailable")), Unknown, None),
    ((500, error(2, "An unexpected error has occurred. Please retry your request later.")), Unknown, None),
    ((500, error(100, "even a code that refuses")), Unknown, None),
    ((503, error(190)), Unknown, None),
    ((400, error(4)), NotSent, None),
    ((400, error(17)), NotSent, None),
    ((403, error(32)), NotSent, None),
    ((400, error(341)), NotSent, None),
    ((400, error(613)), NotSent, None),
    ((400, error(80001)), NotSent, None),
    ((400, error(613, is_transient=True)), NotSent, None),
    ((403, error(10)), Rejected, None),
    ((403, error(10, "Requires pages_manage_posts")), Rejected, "pages_manage_posts"),
    ((403, error(200)), Rejected, None),
    ((403, error(200, "(#200) publish_actions is deprecated")), Rejected, "not a user's"),
    ((400, error(283, "Requires pages_read_engagement")), Rejected, "pages_read_engagement"),
    ((400, error(299)), Rejected, None),
    ((400, error(300)), Rejected, None),
    ((400, error(100)), Rejected, None),
    ((400, error(100, error_subcode=33)), Rejected, "page_id"),
    ((400, error("100", error_subcode="33")), Rejected, "page_id"),
    ((401, error(104, "An access token is required to request this resource.")), BadCredentials, "header"),
    ((400, error(1609005)), Rejected, None),
    ((400, error(99999, is_transient=True)), Unknown, None),
    ((401, error(190)), BadCredentials, "new Page access token"),
    ((400, error(102)), BadCredentials, "new Page access token"),
    ((200, error(190)), BadCredentials, "new Page access token"),
    ((200, error(None)), Unknown, None),
    ((400, error(None)), Rejected, None),
    ((400, error(368, "The action attempted has been deemed abusive")), Rejected, "support inbox"),
    ((429, error(None)), NotSent, None),
]


@pytest.mark.parametrize(("answer", "outcome", "cure"), CODES)
def test_graphs_code_decides(publish, wire, answer, outcome, cure):
    status, said = answer
    wire.post(FEED, json=said, status=status)

    with pytest.raises(outcome) as caught:
        publish()

    assert type(caught.value) is outcome
    assert cure in caught.value.cure if cure else caught.value.cure is None
    assert not getattr(caught.value, "duplicate", False)


@pytest.mark.parametrize(
    "said",
    [
        error(506, "(#506) Duplicate status message"),
        error(
            368, "You've already posted this. Posting the same content repeatedly on Facebook isn't allowed."
        ),
    ],
)
def test_a_refusal_as_a_duplicate_is_evidence_and_not_proof(publish, wire, said):
    wire.post(FEED, json=said, status=400)

    with pytest.raises(Unknown) as caught:
        publish()

    assert caught.value.duplicate


@pytest.mark.parametrize(
    ("subcode", "why"),
    [
        (463, "expired"),
        (460, "password"),
        (458, "app was removed"),
        (492, "role"),
        (None, "not valid"),
        ([], "not valid"),
    ],
)
def test_a_dead_token_is_told_by_its_cause(publish, wire, subcode, why):
    wire.post(FEED, json=error(190, error_subcode=subcode), status=400)

    with pytest.raises(BadCredentials, match=why):
        publish()


def usage(minutes: Any) -> str:
    return json.dumps({PAGE: [{"type": "pages", "estimated_time_to_regain_access": minutes}]})


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (usage(3), 180),
        (usage(0), 0),
        (usage(-5), 0),
        (usage(10**9), 900),
        (usage("4"), 240),
        (usage("soon"), None),
        (usage(float("nan")), None),
        (usage(float("inf")), None),
        ("[]", None),
        ("{}", None),
        ("junk", None),
        (None, None),
    ],
)
def test_a_throttled_page_waits_as_long_as_graph_estimates(publish, wire, header, seconds):
    headers = {"X-Business-Use-Case-Usage": header} if header else {}
    wire.post(FEED, json=error(32), status=400, headers=headers)

    with pytest.raises(NotSent) as caught:
        publish()

    assert caught.value.retry_after == seconds


ODDITIES = [
    (200, "{}", "application/json"),
    (200, '{"id": ""}', "application/json"),
    (200, '{"id": 17}', "application/json"),
    (200, '{"id": "../../x"}', "application/json"),
    (200, '{"id": "１７"}', "application/json"),
    (200, '{"id": "_"}', "application/json"),
    (200, f'{{"id": "{"1" * 200}"}}', "application/json"),
    (200, "false", "application/json"),
    (200, "[]", "application/json"),
    (200, "null", "application/json"),
    (200, "[" * 100_000, "application/json"),
    (200, "<html>Welcome to the airport</html>", "application/json"),
    (200, "<html>Welcome to the airport</html>", "text/html"),
    (200, "access_token=x", "text/plain"),
    (200, "GIF89a", "image/gif"),
    (200, "", "application/json"),
    (204, "", "application/json"),
    (500, '{"message": "the library takes this for success"}', "application/json"),
    (502, "<html>Bad Gateway</html>", "text/html"),
]


@pytest.mark.parametrize(("status", "body", "kind"), ODDITIES)
def test_what_cannot_be_read_may_be_published(publish, wire, status, body, kind):
    wire.post(FEED, body=body, status=status, content_type=kind)

    with pytest.raises(Unknown) as caught:
        publish()

    assert "\n" not in str(caught.value)


def test_an_answer_without_a_content_type_is_read_all_the_same(publish, wire):
    """The library raises KeyError over it."""
    wire.post(FEED, body=f'{{"id": "{PAGE}_17"}}', content_type=None)
    wire.get(f"{GRAPH}/{PAGE}_17", body=json.dumps(told(17)), content_type=None)

    assert publish().remote_id == f"{PAGE}_17"


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (404, "<html><title>Blocked by us</title>", "text/html", '404 Not Found: "Blocked by us"'),
        (403, '{"message": "WAF"}', "application/json", "this is no answer of the Graph API"),
        (400, "nonsense", "text/plain", "400 Bad Request"),
    ],
)
def test_a_refusal_that_is_not_graphs_is_judged_by_its_status(publish, wire, status, body, kind, says):
    wire.post(FEED, body=body, status=status, content_type=kind)

    with pytest.raises(Rejected, match=says):
        publish()


def test_a_redirect_is_refused_with_its_host(publish, wire):
    wire.post(FEED, status=302, headers={"Location": "https://login.example.org/?secret=1"})

    with pytest.raises(Rejected, match=r"login\.example\.org") as caught:
        publish()

    assert "secret" not in str(caught.value)


def test_a_message_of_graphs_becomes_one_safe_line(publish, wire):
    wire.post(FEED, json=error(100, "a\nb\x1b[31m" + "x" * 5000), status=400)

    with pytest.raises(Rejected) as caught:
        publish()

    assert len(str(caught.value)) <= 330
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("reset", Unknown),
        ("truncated", Unknown),
        ("502", Unknown),
        ("html200", Unknown),
        ("401", BadCredentials),
    ],
)
def test_what_happens_below_http_passes_through_the_library(page, bench, sandbox, kind, outcome):
    sandbox.fault("facebook", Fault(kind))

    with pytest.raises(outcome):
        page.publish(now_post(bench))


def test_a_refused_connection_is_not_sent(bench, sandbox):
    with pytest.raises(NotSent):
        opened(bench, sandbox.closed_url, sandbox.credentials["facebook"]).publish(bench.post())


# --- finding ----------------------------------------------------------------------------------------------------


def test_a_post_whose_answer_was_lost_is_found_with_the_same_fingerprint(page, bench, sandbox):
    assert isinstance(page, Finding)
    post = now_post(bench)
    assert page.find(post) is None
    sandbox.fault("facebook", Fault("502", times=1, verb="create"))
    with pytest.raises(Unknown):
        page.publish(post)

    found = page.find(post)

    assert found == page.find(post)
    assert found.remote_id == sandbox.posts("facebook")[0].remote_id
    assert found.note is None
    other = now_post(bench, body="another text")
    assert page.publish(other).fingerprint == page.find(other).fingerprint != found.fingerprint


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Störung", "Sto\u0308rung"),
        ("one  \r\ntwo", "one\ntwo"),
        ("\ntwo lines\nhere\n", "two lines\nhere"),
    ],
)
def test_a_text_is_known_again_although_facebook_tidies_it(find, wire, sent, shown):
    wire.get(POSTS, json={"data": [told(2, "another"), told(1, shown)]})

    assert find(body=sent).remote_id == f"{PAGE}_1"


def test_two_copies_are_reported_and_the_older_one_is_ours(find, wire):
    wire.get(POSTS, json={"data": [told(3), told(2, "another"), told(1)]})

    found = find(body=TEXT)

    assert found.remote_id == f"{PAGE}_1"
    assert found.note == f"published 2 times; delete the others: https://www.facebook.com/{PAGE}_3"


def test_the_look_up_begins_two_minutes_before_the_planning_and_follows_every_page(scripted, bench, wire):
    post = bench.post(body=TEXT)
    wire.get(POSTS, json={"data": [told(2, "another")], "paging": {"next": f"{POSTS}?after=abc&limit=100"}})
    wire.get(POSTS, json={"data": [told(1)], "paging": {"cursors": {}}})

    assert scripted.find(post).remote_id == f"{PAGE}_1"
    first, second = (parse_qs(urlsplit(call.request.url).query) for call in wire.calls)
    assert first["since"] == [str(int((post.published_at - timedelta(minutes=2)).timestamp()))]
    assert second == first | {"after": ["abc"]}


def test_a_list_with_a_post_that_cannot_be_read_is_no_proof_of_absence(find, wire):
    wire.get(POSTS, json={"data": [{"id": f"{PAGE}_0"}]})

    with pytest.raises(Unknown, match="cannot be read"):
        find()


def test_a_list_without_end_is_no_proof_of_absence(find, wire):
    wire.get(POSTS, json={"data": [], "paging": {"next": f"{POSTS}?after=abc"}})

    with pytest.raises(Unknown, match="not complete"):
        find()


@pytest.mark.parametrize(
    ("said", "outcome"), [({}, Unknown), ({"data": None}, Unknown), (error(190), BadCredentials)]
)
def test_a_look_up_that_fails_is_no_proof_of_absence(find, wire, said, outcome):
    wire.get(POSTS, json=said)

    with pytest.raises(outcome):
        find()


# --- settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_id": "CMO"},
        {"page_id": "١٢٣"},
        {"page_id": ""},
        {"graph_version": "26.0"},
        {"graph_version": "v26"},
        {"graph_version": "v26.0/../me"},
        {"token_in": "query"},
        {"token_in": "body"},
        {"base_url": "http://graph.facebook.com"},
        {"access_token": "EAA…"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(bench, wrong):
    known = {"page_id": PAGE, "access_token": bench.secret(TOKEN)}
    with pytest.raises(ValueError, match=next(iter(wrong))):
        bench.open("facebook", **(known | wrong))


def test_capabilities_are_known_without_the_library():
    code = (
        "import sys; from announce_channels.facebook.adapter import Facebook; c = Facebook.capabilities(None);"
        "print(c.format, c.max_length, c.lookup, c.reach, c.updates, c.settle);"
        "sys.exit(bool({'facebook', 'requests'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.strip() == "text 63206 True both both 15.0"
