"""The generic receiver."""

from __future__ import annotations

import hashlib
import hmac

import pytest
import requests


@pytest.fixture
def call(sandbox):
    """Calls an address below the receiver, by default with the token."""

    def send(method, path, **options):
        token = sandbox.credentials["http"]["token"]
        options.setdefault("headers", {"Authorization": f"Bearer {token}"})
        return requests.request(method, sandbox.base_url("http") + path, timeout=5, **options)

    return send


def signed(keys):
    return {
        "X-Signature": "sha256="
        + hmac.new(keys["hmac_secret"].encode(), b'{"title": "T"}', hashlib.sha256).hexdigest()
    }


WAYS = {
    "basic": lambda keys: {"auth": (keys["username"], keys["password"])},
    "bearer": lambda keys: {"headers": {"Authorization": f"Bearer {keys['token']}"}},
    "header": lambda keys: {"headers": {"X-API-Key": keys["token"]}},
    "redmine": lambda keys: {"headers": {"X-Redmine-API-Key": keys["token"]}},
    "hmac": lambda keys: {"headers": signed(keys)},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_authenticate_is_accepted(sandbox, way):
    options = WAYS[way](sandbox.credentials["http"])
    headers = options.pop("headers", {}) | {"Content-Type": "application/json"}
    url = sandbox.base_url("http") + "/news"
    answer = requests.post(url, data='{"title": "T"}', headers=headers, timeout=5, **options)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("way", WAYS)
def test_the_same_ways_of_a_reader_may_not_write(sandbox, way):
    options = WAYS[way](sandbox.readers["http"])
    headers = options.pop("headers", {}) | {"Content-Type": "application/json"}
    url = sandbox.base_url("http") + "/news"
    assert requests.post(url, data='{"title": "T"}', headers=headers, timeout=5, **options).status_code == 403
    assert sandbox.posts() == []


def test_a_form_with_its_key_among_the_fields_is_kept(sandbox):
    form = {"key": sandbox.credentials["http"]["token"], "subject": "Wartung", "text": "um 22:30"}
    url = sandbox.base_url("http") + "/news"
    answer = requests.post(url, data=form, timeout=5)
    assert (answer.status_code, answer.json()["id"]) == (201, 1)
    [shown] = sandbox.posts("http")
    assert (shown.title, shown.body, shown.account, shown.visible) == (
        "Wartung",
        "um 22:30",
        "announce",
        True,
    )


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"X-API-Key": ""}, {"X-Signature": "sha256="}]
)
def test_without_credentials_nothing_is_kept(sandbox, call, headers):
    assert call("POST", "/news", json={"title": "x"}, headers=headers).status_code == 401
    assert sandbox.posts() == []


def test_below_open_nobody_is_asked(call, sandbox):
    assert call("POST", "/open/news", json={"title": "x"}, headers={}).status_code == 201
    assert sandbox.posts("http")[0].account == "anyone"


def test_the_answer_names_the_item_and_the_look_up_finds_it(call, sandbox):
    made = call("POST", "/v1/news", json={"news": {"title": "CMO-7K3M", "description": "<p>a</p>"}})
    assert made.headers["Location"] == made.json()["url"] == f"{sandbox.base_url('http')}/v1/news/1"
    call("POST", "/v1/news", json={"title": "other"})
    found = call("GET", "/v1/news", params={"q": "cmo-7k3m"}).json()
    assert (found["total_count"], found["items"][0]["id"]) == (1, 1)
    assert call("GET", "/v1/news").json()["total_count"] == 2
    assert call("GET", "/v1/news/1").json()["title"] == "CMO-7K3M"
    assert call("GET", "/v2/news/1").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_item_is_changed_and_deleted(call, sandbox, method):
    call("POST", "/news", json={"title": "A", "text": "B"})
    assert call(method, "/news/1", json={"title": "C"}).json()["text"] == "B"
    assert sandbox.posts("http")[0].title == "C"
    assert call("DELETE", "/news/1").status_code == 204
    assert call("DELETE", "/news/1").status_code == 404


def test_an_idempotency_key_makes_a_repetition_harmless(call, sandbox):
    headers = {"X-API-Key": sandbox.credentials["http"]["token"], "Idempotency-Key": "k"}
    first = call("POST", "/news", json={"title": "A"}, headers=headers)
    second = call("POST", "/news", json={"title": "A"}, headers=headers)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert call("POST", "/news", json={"title": "B"}, headers=headers).status_code == 422
    assert len(sandbox.posts("http")) == 1


@pytest.mark.parametrize(
    ("body", "status"), [("{", 400), ("[]", 400), ("{}", 422), ('{"colour": "red"}', 422)]
)
def test_a_body_that_says_nothing_is_refused(call, sandbox, body, status):
    headers = {"Content-Type": "application/json", "X-API-Key": sandbox.credentials["http"]["token"]}
    assert call("POST", "/news", data=body, headers=headers).status_code == status


def test_another_method_is_not_possible(call):
    assert call("PUT", "/news", json={"title": "x"}).status_code == 405
