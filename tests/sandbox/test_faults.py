"""Every fault, as a client meets it, and what it leaves behind."""

from __future__ import annotations

import socket
import threading
import time

import pytest
import requests

from announce_sandbox import Fault, Kind, start
from tests.clocks import PATIENCE

PLATFORMS = ("wordpress", "whmcs", "facebook", "twitter", "http")


def eventually(condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_without_a_fault_every_platform_publishes(sandbox, publish):
    """The control of all that follows."""
    for platform in PLATFORMS:
        assert publish(platform).ok
        assert len(sandbox.posts(platform)) == 1


# what the client sees of a fault: an exception or a status; whether it was published
OUTCOMES = {
    Kind.REFUSE: (requests.ConnectionError, False),
    Kind.LOST: (502, True),
    Kind.HANG: (requests.ReadTimeout, False),
    Kind.RESET: (requests.ConnectionError, True),
    Kind.DRIP: (requests.ReadTimeout, True),
    Kind.HTML: (200, False),
    Kind.REDIRECT: (302, False),
    Kind.TRUNCATED: (requests.exceptions.ChunkedEncodingError, True),
    Kind.BROKEN: (500, False),
}


@pytest.mark.parametrize("platform", ["wordpress", "twitter"])
@pytest.mark.parametrize("kind", OUTCOMES)
def test_what_is_seen_and_what_has_happened(sandbox, publish, kind, platform):
    seen, published = OUTCOMES[kind]
    # A drip slower than the time-out of one read: requests knows no total.
    sandbox.fault(platform, Fault(kind, times=1, seconds=0.5))
    if isinstance(seen, int):
        assert publish(platform, timeout=5).status_code == seen
    else:
        with pytest.raises(seen):
            publish(platform, timeout=0.3)
    assert len(sandbox.posts(platform)) == published
    assert publish(platform, "danach").ok, "it counted down"


@pytest.mark.parametrize(
    ("platform", "kind", "expected"),
    [
        ("wordpress", "401", (401, '"rest_cannot_create"')),
        ("wordpress", "403", (403, '"rest_cannot_create"')),
        ("wordpress", "429", (429, "<h1>429")),
        ("wordpress", "500", (500, '"internal_server_error"')),
        ("whmcs", "401", (403, "Authentication Failed")),
        ("whmcs", "403", (403, "Invalid IP")),
        ("whmcs", "429", (429, "<h1>429")),
        ("whmcs", "500", (500, "<h1>500")),
        ("facebook", "401", (401, '"code": 190')),
        ("facebook", "403", (403, '"code": 200')),
        ("facebook", "429", (403, '"code": 32')),
        ("facebook", "500", (500, '"code": 2')),
        ("twitter", "401", (401, '"Unauthorized"')),
        ("twitter", "403", (403, "oauth1-permissions")),
        ("twitter", "429", (429, '"Too Many Requests"')),
        ("twitter", "500", (500, '"Internal Server Error"')),
        ("http", "401", (401, "error")),
        ("http", "403", (403, "error")),
        ("http", "429", (429, "error")),
        ("http", "500", (500, "error")),
    ],
)
def test_a_refusal_is_in_the_platforms_own_words_and_without_effect(
    sandbox, publish, platform, kind, expected
):
    sandbox.fault(platform, Fault(kind))
    answer = publish(platform)
    assert answer.status_code == expected[0]
    assert expected[1] in answer.text
    assert sandbox.posts() == []


@pytest.mark.parametrize(
    ("platform", "reason", "expected"),
    [
        ("facebook", "missing", (400, '"error_subcode": 33')),
        ("facebook", "may-not-read", (403, '"code": 10')),
        ("facebook", "impersonating", (400, "before impersonating")),
        ("facebook", "page-right", (403, '"code": 283')),
        ("facebook", "too-much", (500, "reduce the amount of data")),
        ("facebook", "override", (400, '"code": 12')),
        ("twitter", "not-enrolled", (403, "client-not-enrolled")),
        ("twitter", "access-level", (403, '"code": 453')),
        ("twitter", "locked", (403, '"code": 326')),
        ("twitter", "suspended", (403, '"code": 64')),
        ("twitter", "too-long", (403, '"code": 186')),
        ("twitter", "clock", (401, '"code": 135')),
        ("twitter", "credits", (402, "does not have any credits")),
        ("twitter", "usage-capped", (429, "/usage-capped")),
    ],
)
def test_a_refusal_for_a_reason_of_its_own_is_in_its_own_words(sandbox, publish, platform, reason, expected):
    sandbox.fault(platform, Fault("says", reason=reason))
    answer = publish(platform)
    assert (answer.status_code, expected[1] in answer.text) == (expected[0], True)
    assert sandbox.posts() == []


@pytest.mark.parametrize("whose", ["app", "user"])
def test_a_days_cap_of_x_is_told_by_headers_alone(sandbox, publish, whose):
    """The window of a quarter of an hour is open meanwhile, and ends long before."""
    sandbox.fault("twitter", Fault("says", reason=f"{whose}-day"))
    headers = publish("twitter").headers
    assert headers[f"x-{whose}-limit-24hour-remaining"] == "0"
    assert int(headers[f"x-{whose}-limit-24hour-reset"]) - time.time() > 3600
    assert headers["x-rate-limit-remaining"] == "99"


def test_every_reason_can_be_said(sandbox, publish):
    for platform in ("facebook", "twitter"):
        for reason in sandbox.reasons(platform):
            sandbox.fault(platform, Fault("says", reason=reason, times=1))
            assert not publish(platform).ok, reason


@pytest.mark.parametrize(
    ("platform", "reason", "named"), [("twitter", "shoes", "app-day"), ("http", "locked", "none")]
)
def test_a_reason_that_the_platform_does_not_know_is_refused(sandbox, platform, reason, named):
    with pytest.raises(ValueError, match=named):
        sandbox.fault(platform, Fault("says", reason=reason))
    fault = {"platform": platform, "kind": "says", "reason": reason}
    answer = requests.post(f"{sandbox.url}/faults", json=fault, timeout=5)
    assert (answer.status_code, named in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize("given", ["120", "-1", "soon", "Mon, 23 Nov 2026 22:00:00 GMT", None])
@pytest.mark.parametrize("platform", ["wordpress", "whmcs", "http"])
def test_retry_after_stands_as_it_was_given(sandbox, publish, platform, given):
    sandbox.fault(platform, Fault("429", retry_after=given))
    assert publish(platform).headers.get("Retry-After") == given


def test_x_says_when_the_limit_ends_in_a_header_of_its_own(sandbox, publish):
    sandbox.fault("twitter", Fault("429", retry_after="30"))
    answer = publish("twitter")
    assert "Retry-After" not in answer.headers
    assert abs(int(answer.headers["x-rate-limit-reset"]) - time.time() - 30) < 3
    sandbox.heal()
    sandbox.fault("twitter", Fault("429", retry_after="soon"))
    assert publish("twitter").headers["x-rate-limit-reset"] == "soon"


def test_facebook_says_in_minutes_when_it_may_go_on(sandbox, publish):
    sandbox.fault("facebook", Fault("429", retry_after="300"))
    assert '"estimated_time_to_regain_access": 5' in publish("facebook").headers["X-Business-Use-Case-Usage"]


def test_a_late_commit_comes_after_the_client_has_gone(sandbox, publish):
    sandbox.fault("wordpress", Fault("late", seconds=0.3))
    with pytest.raises(requests.ReadTimeout):
        publish("wordpress", timeout=0.2)
    assert sandbox.posts() == [], "a look-up at once sees nothing"
    assert eventually(lambda: len(sandbox.posts("wordpress")) == 1)


def test_slow_is_only_late(sandbox, publish):
    sandbox.fault("facebook", Fault("slow", seconds=0.2))
    started = time.monotonic()
    assert publish("facebook").ok
    assert time.monotonic() - started >= 0.2


def test_a_drip_breaks_headers_too(sandbox):
    sandbox.fault("wordpress", Fault("drip", seconds=0.01))
    with socket.create_connection(sandbox.url.removeprefix("http://").split(":")) as connection:
        connection.sendall(b"GET /wordpress/wp-json/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(4096) == b"H"


def test_a_redirect_leads_to_another_host_with_the_status_that_was_asked_for(sandbox, wordpress):
    sandbox.fault("wordpress", Fault("redirect", status=308))
    answer = wordpress("POST", "/wp/v2/posts", json={"title": "x"})
    assert answer.status_code == 308
    assert answer.headers["Location"].startswith("http://localhost:")


def test_a_closed_port_refuses_the_connection(sandbox):
    with pytest.raises(requests.ConnectionError, match="Connection refused"):
        requests.get(sandbox.closed_url, timeout=1)


@pytest.mark.parametrize("verb", ["create", "POST", "post"])
def test_a_fault_may_be_for_one_verb(sandbox, publish, wordpress, verb):
    sandbox.fault("wordpress", Fault("500", verb=verb))
    assert wordpress("GET", "/wp/v2/posts").status_code == 200
    assert publish("wordpress").status_code == 500


def test_a_fault_on_the_release_alone_lets_the_draft_in(sandbox, wordpress):
    sandbox.fault("wordpress", Fault("502", times=1, verb="update"))
    draft = wordpress("POST", "/wp/v2/posts", json={"title": "x", "status": "draft"}).json()
    assert wordpress("POST", f"/wp/v2/posts/{draft['id']}", json={"status": "publish"}).status_code == 502
    assert sandbox.posts("wordpress")[0].visible


def test_faults_of_other_platforms_do_not_matter_and_healing_forgets_them(sandbox, publish):
    sandbox.fault("whmcs", Fault("500"))
    sandbox.fault("twitter", Fault("500"))
    assert publish("wordpress").ok
    sandbox.heal("whmcs")
    assert publish("whmcs").ok
    assert publish("twitter").status_code == 500


def test_faults_count_down_in_the_order_in_which_they_came(sandbox, publish):
    sandbox.fault("http", Fault("500", times=2))
    sandbox.fault("http", Fault("403", times=1))
    assert [publish("http").status_code for _ in range(4)] == [500, 500, 403, 201]


@pytest.mark.parametrize(
    "arguments",
    [
        {"kind": "explode"},
        {"kind": "502", "times": 0},
        {"kind": "slow", "seconds": float("nan")},
        {"kind": "says"},
        {"kind": "500", "reason": "locked"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(arguments):
    kind = arguments.pop("kind")
    with pytest.raises(ValueError, match=r"fault|times|seconds|reason"):
        Fault(kind, **arguments)


def test_a_fault_for_no_platform_is_refused(sandbox):
    with pytest.raises(KeyError, match="no double for 'email'"):
        sandbox.fault("email", Fault("500"))


def test_stopping_ends_requests_that_hang_and_late_commits_that_wait(publish):
    with start() as sandbox:
        sandbox.fault("wordpress", Fault("hang"))
        ended = threading.Event()

        def hang():
            with pytest.raises(requests.ConnectionError):
                requests.get(f"{sandbox.base_url('wordpress')}/wp-json/", timeout=20)
            ended.set()

        thread = threading.Thread(target=hang)
        thread.start()
        assert eventually(lambda: sandbox.calls)
    assert ended.wait(3)
    thread.join()


# --- over HTTP ----------------------------------------------------------------------------------------------


def test_faults_can_be_set_listed_and_cleared_over_http(sandbox, publish):
    fault = {"platform": "wordpress", "kind": "429", "times": 2, "verb": "create", "retry_after": "7"}
    assert requests.post(f"{sandbox.url}/faults", json=fault, timeout=5).status_code == 201
    assert publish("wordpress").headers["Retry-After"] == "7"
    [waiting] = requests.get(f"{sandbox.url}/faults", timeout=5).json()["faults"]
    assert (waiting["platform"], waiting["kind"], waiting["times"]) == ("wordpress", "429", 1)
    other = f"{sandbox.url}/faults?platform=whmcs"
    assert requests.delete(other, timeout=5).status_code == 204
    assert publish("wordpress").status_code == 429
    requests.delete(f"{sandbox.url}/faults", timeout=5)
    assert publish("wordpress").ok


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"kind": "500"}, "platform"),
        ({"platform": "email", "kind": "500"}, "platform"),
        ({"platform": "http"}, "kind"),
        ({"platform": "http", "kind": "explode"}, "explode"),
        ({"platform": "http", "kind": "500", "time": 1}, "time"),
        ({"platform": "http", "kind": "500", "times": "1"}, "times"),
        ({"platform": "http", "kind": "500", "times": True}, "times"),
        ([], "platform"),
    ],
)
def test_a_wrong_fault_is_refused_by_name(sandbox, data, named):
    answer = requests.post(f"{sandbox.url}/faults", json=data, timeout=5)
    assert answer.status_code == 400
    assert named in answer.json()["error"]


def test_a_form_sets_no_faults(sandbox):
    """A web page in the same browser could send one."""
    answer = requests.post(f"{sandbox.url}/faults", data={"platform": "http", "kind": "500"}, timeout=5)
    assert answer.status_code == 415
