"""The `http` adapter against the sandbox's receiver, and against single answers a platform may give."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qs

import pytest

from announce_sandbox import Fault
from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown

CENTER = "https://center.example.net/api"
PUBLISH = {
    "path": "/news",
    "json": {"title": "{{ title }}", "text": "{{ body }}", "external_id": "{{ key }}"},
}
LOOKUP = {
    "path": "/news?q={{ ref }}",
    "items": "items",
    "match": "external_id",
    "equals": "{{ key }}",
    "id": "id",
    "url": "url",
}


@pytest.fixture
def scripted(bench):
    """Opens an adapter whose platform is answered by the `wire`."""

    def opened(**settings: Any) -> Any:
        return bench.open("http", **({"base_url": CENTER, "publish": PUBLISH} | settings))

    return opened


@pytest.fixture
def center(bench, sandbox):
    """Opens an adapter for the sandbox's receiver, by default with everything it can be told."""

    def opened(**settings: Any) -> Any:
        token = bench.secret(sandbox.credentials["http"]["token"])
        known = {
            "base_url": sandbox.base_url("http"),
            "auth": {"kind": "bearer", "token": token},
            "publish": PUBLISH,
            "lookup": LOOKUP,
            "id": "id",
            "url": "url",
            "error": "error",
        }
        return bench.open("http", **(known | settings))

    return opened


def answer(wire, body: Any = None, status: int = 200, *, method: str = "POST", **headers: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if isinstance(body, str) else "application/json"
    wire.add(
        method, re.compile(re.escape(CENTER)), body=text, status=status, content_type=kind, headers=headers
    )


def fields_sent(wire) -> dict[str, str]:
    return {key: value for key, [value] in parse_qs(wire.calls[0].request.body.decode()).items()}


# --- what is sent -----------------------------------------------------------------------------------------------


def test_a_post_is_published_once_and_found(center, bench, sandbox):
    channel = center()
    assert channel.find(bench.post()) is None
    receipt = channel.publish(bench.post())
    [shown] = sandbox.posts("http")
    assert (shown.title, shown.body) == (bench.post().title, bench.post().body)
    assert (receipt.remote_id, receipt.url) == (shown.remote_id, shown.url)
    assert channel.find(bench.post()) == receipt
    assert channel.find(bench.post(update=2)) is None


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }} {% raw %}", '"}, "admin": true, {"', "]]> <script> & \\ \u2028 ü 😀", "a=b&c=d%20+"]
)
@pytest.mark.parametrize("kind", ["json", "form"])
def test_awkward_texts_arrive_to_the_letter(center, bench, sandbox, text, kind):
    publish = {"path": "/news", kind: {"title": "{{ title }}", "text": "{{ body }}"}}
    center(publish=publish).publish(bench.post(title=text, body=text))
    [shown] = sandbox.posts("http")
    assert (shown.title, shown.body) == (text, text)


def test_json_is_written_from_the_table_with_templates_in_its_texts_alone(scripted, bench, wire):
    document = {
        "a": [{"n": 1, "t": True, "f": 0.5}, "{{ update }} {{ kind }}"],
        "{{ title }}": "{{ link }}|{{ slug }}",
    }
    answer(wire)
    scripted(publish={"path": "/x", "json": document}).publish(bench.post())
    assert json.loads(wire.calls[0].request.body) == {
        "a": [{"n": 1, "t": True, "f": 0.5}, "1 initial"],
        "{{ title }}": "|cmo-7k3m",
    }
    assert wire.calls[0].request.headers["Content-Type"] == "application/json"


def test_times_are_written_as_machines_read_them(scripted, bench, wire):
    answer(wire)
    scripted(publish={"path": "/x", "text": "{{ published_at }} {{ locale }}"}).publish(bench.post())
    assert wire.calls[0].request.body == b"2026-11-23T20:00:00Z de"
    assert wire.calls[0].request.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_values_in_a_path_cannot_leave_their_place(scripted, bench, wire):
    answer(wire, method="PUT")
    publish = {"method": "PUT", "path": "/news/{{ key }}?title={{ title }}&x=1", "json": {}}
    scripted(publish=publish).publish(bench.post(title="a/b?c#d&e=ü"))
    assert wire.calls[0].request.url == f"{CENTER}/news/CMO-7K3M%2F1?title=a%2Fb%3Fc%23d%26e%3D%C3%BC&x=1"


def test_headers_are_templates_and_may_replace_the_media_type(scripted, bench, wire):
    answer(wire)
    headers = {"X-Ref": "{{ ref }}", "content-type": "application/vnd.news+json"}
    scripted(publish=PUBLISH | {"headers": headers}).publish(bench.post())
    sent = wire.calls[0].request.headers
    assert (sent["X-Ref"], sent["Content-Type"]) == ("CMO-7K3M", "application/vnd.news+json")


@pytest.mark.parametrize("title", ["ü", "a\nb", "a\x7fb"])
def test_a_header_that_cannot_be_sent_stops_the_post(scripted, bench, title):
    with pytest.raises(Rejected, match="X-Title"):
        scripted(publish=PUBLISH | {"headers": {"X-Title": "{{ title }}"}}).publish(bench.post(title=title))


def test_a_template_that_fails_on_these_values_sends_nothing(scripted, bench):
    with pytest.raises(Rejected, match="template"):
        scripted(publish={"path": "/x", "text": "{{ title.missing }}"}).publish(bench.post())


@pytest.mark.parametrize(
    ("setting", "header"), [(True, "Idempotency-Key"), ("X-Request-Id", "X-Request-Id"), (False, None)]
)
def test_an_idempotency_key_is_sent_where_it_is_asked_for(scripted, bench, wire, setting, header):
    answer(wire)
    scripted(idempotency_key=setting).publish(bench.post())
    sent = wire.calls[0].request.headers
    assert sent.get(header or "Idempotency-Key") == ("CMO-7K3M/1" if header else None)


def test_a_server_that_honours_the_key_shows_a_repeated_post_once(center, bench, sandbox):
    channel = center(idempotency_key=True)
    assert channel.publish(bench.post()) == channel.publish(bench.post()) == channel.find(bench.post())
    assert len(sandbox.posts("http")) == 1


# --- who sends it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("auth", "name"),
    [
        ({"kind": "basic", "username": "announce", "password": "password"}, "announce"),
        ({"kind": "bearer", "token": "token"}, "announce"),
        ({"kind": "header", "name": "X-Api-Key", "value": "token"}, "announce"),
        ({"kind": "header", "name": "Authorization", "prefix": "Bearer ", "value": "token"}, "announce"),
        ({"kind": "hmac", "secret": "hmac_secret", "header": "X-Signature", "prefix": "sha256="}, "announce"),
        ({"kind": "form", "fields": {"key": "token"}}, "announce"),
    ],
)
def test_every_kind_of_proof_is_accepted(center, bench, sandbox, auth, name):
    known = sandbox.credentials["http"]
    as_secrets = {
        key: bench.secret(known[value]) if value in known and key != "username" else value
        for key, value in auth.items()
        if key != "fields"
    }
    if "fields" in auth:
        as_secrets["fields"] = {key: bench.secret(known[value]) for key, value in auth["fields"].items()}
    publish = {"path": "/news", "form": {"title": "{{ title }}"}}
    center(auth=as_secrets, publish=publish, lookup=None).publish(bench.post())
    assert [post.account for post in sandbox.posts("http")] == [name]


def test_no_proof_is_sent_where_none_is_asked_for(center, bench, sandbox):
    center(auth={"kind": "none"}, publish=PUBLISH | {"path": "/open/news"}).publish(bench.post())
    assert [post.account for post in sandbox.posts("http")] == ["anyone"]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_a_signature_is_over_the_bytes_of_the_body(scripted, bench, wire, algorithm, encoding):
    auth = {"kind": "hmac", "secret": bench.secret("a-key"), "header": "X-Sum", "algorithm": algorithm}
    answer(wire)
    scripted(auth=auth | {"encoding": encoding}).publish(bench.post(title="ü"))
    request = wire.calls[0].request
    digest = hmac.new(b"a-key", request.body, getattr(hashlib, algorithm)).digest()
    assert request.headers["X-Sum"] == (
        digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    )


def test_basic_is_in_utf_8(scripted, bench, wire):
    answer(wire)
    scripted(auth={"kind": "basic", "username": "jürgen", "password": bench.secret("größe")}).publish(
        bench.post()
    )
    pair = wire.calls[0].request.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(pair).decode() == "jürgen:größe"


def test_form_fields_that_prove_who_sends_cannot_be_replaced_by_a_template(scripted, bench, wire):
    answer(wire)
    publish = {"path": "/x", "form": {"title": "{{ title }}", "key": "{{ title }}"}}
    scripted(publish=publish, auth={"kind": "form", "fields": {"key": bench.secret("a-key")}}).publish(
        bench.post()
    )
    assert fields_sent(wire) == {"title": bench.post().title, "key": "a-key"}


# --- what counts as success -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        ({}, (None, 204), (None, None)),
        ({}, ("ok", 200), (None, None)),  # as Slack's webhooks answer, and call it HTML
        ({"id": "data.id"}, ({"data": {"id": 7}}, 201), ("7", None)),
        (
            {"id": "id", "url": "u"},
            ({"id": "a-7", "u": "https://x.example/7"}, 200),
            ("a-7", "https://x.example/7"),
        ),
        ({"id": "id", "url": "u"}, ({"id": 7, "u": "news/7"}, 200), ("7", f"{CENTER}/news/7")),
        (
            {"id": "id", "url": "u"},
            ({"id": 7, "u": "/news/7"}, 200),
            ("7", "https://center.example.net/news/7"),
        ),
        ({"id": "id", "url": "u"}, ({"id": 7, "u": "javascript:alert(1)"}, 200), ("7", None)),
        ({"id": "id", "url": "u"}, ({"id": 7, "u": 7}, 200), ("7", None)),
        ({"id": "id", "url": "length(u)"}, ({"id": 7, "u": 7}, 200), ("7", None)),
        ({"id": "id", "permalink": "/n/{{ id }}"}, ({"id": "a/b"}, 200), ("a/b", f"{CENTER}/n/a%2Fb")),
        (
            {"id": "id", "permalink": "https://x.example/{{ slug }}"},
            ({"id": 7}, 200),
            ("7", "https://x.example/cmo-7k3m"),
        ),
        ({"id": "id", "permalink": "/{{ id.missing.x }}"}, ({"id": 7}, 200), ("7", None)),
        ({"success": {"path": "result", "equals": "success"}}, ({"result": "success"}, 200), (None, None)),
        ({"success": {"path": "ok", "equals": True}}, ({"ok": True}, 200), (None, None)),
        ({"success": {"path": "n", "equals": 0, "statuses": [202]}}, ({"n": 0}, 202), (None, None)),
    ],
)
def test_a_success_gives_id_and_address_as_configured(scripted, bench, wire, case):
    settings, answered, receipt = case
    answer(wire, *answered)
    got = scripted(**settings).publish(bench.post())
    assert (got.remote_id, got.url) == receipt


@pytest.mark.parametrize(
    ("answered", "verdict"),
    [
        (({"error": {"message": "key\nknown"}}, 401), (BadCredentials, "key known")),
        (({"error": {"message": ["too long", "too late"]}}, 422), (Rejected, "too long; too late")),
        (({"error": "flat"}, 403), (Rejected, "403")),
        (("<h1>Forbidden</h1>", 403), (Rejected, "403")),
        (({}, 429), (NotSent, "429")),
        (({}, 500), (Unknown, "500")),
        (({"id": 7, "result": "success"}, 202), (Unknown, "202, which the settings do not count")),
        (("<h1>Welcome</h1>", 200), (Unknown, "HTML")),
        (({"id": 7, "result": "error", "error": {"message": "no"}}, 200), (Rejected, "refused it: no")),
        (({"id": 7, "result": "error"}, 200), (Rejected, "result is 'error'")),
        (({"id": 7}, 200), (Unknown, "nothing at 'result'")),
        (({"result": "success"}, 200), (Unknown, "no id")),
        (({"result": "success", "id": None}, 200), (Unknown, "no id")),
        (({"result": "success", "id": True}, 200), (Unknown, "no id")),
        (({"result": "success", "id": ""}, 200), (Unknown, "no id")),
        (({"result": "success", "id": "\x1b[31m"}, 200), (Unknown, "no id")),
        (({"result": "success", "id": "x" * 201}, 200), (Unknown, "no id")),
        (({"result": "success", "id": 10**300}, 200), (Unknown, "no id")),
    ],
)
def test_each_other_answer_has_its_verdict(scripted, bench, wire, answered, verdict):
    kind, said = verdict
    answer(wire, *answered)
    success = {"path": "result", "equals": "success"}
    with pytest.raises(kind, match=said) as caught:
        scripted(id="id", error="error.message", success=success).publish(bench.post())
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("page", ["<!DOCTYPE html><title>Hotel</title>", " \n<html>", "\ufeff<HTML>"])
def test_a_web_page_is_no_success_even_where_nothing_is_asked_of_the_answer(scripted, bench, wire, page):
    answer(wire, page)
    with pytest.raises(Unknown, match="HTML"):
        scripted().publish(bench.post())


def test_a_redirect_is_refused_and_its_host_named(center, bench, sandbox):
    sandbox.fault("http", Fault("redirect", times=1))
    with pytest.raises(Rejected, match="redirects to"):
        center().publish(bench.post())
    assert sandbox.posts("http") == []


@pytest.mark.parametrize("kind", ["502", "reset", "truncated"])
def test_a_lost_answer_is_settled_by_looking(center, bench, sandbox, kind):
    sandbox.fault("http", Fault(kind, times=1))
    with pytest.raises(Unknown):
        center().publish(bench.post())
    assert center().find(bench.post()).remote_id == sandbox.posts("http")[0].remote_id


# --- finding it again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        ({}, [{"id": 7, "external_id": "CMO-7K3M/1"}], ["7"]),
        ({}, [{"id": 7, "external_id": "CMO-7K3M/12"}], []),
        ({}, [], []),
        ({}, [{"id": 7}, None, 7, {"external_id": None}], []),
        ({"equals": None, "contains": "{{ key }}"}, [{"id": 7, "external_id": "see CMO-7K3M/1."}], ["7"]),
        ({"equals": None, "contains": "{{ key }}"}, [{"id": 7, "external_id": "CMO-7K3M/12"}], []),
        ({"match": "[title, text]"}, [{"id": 7, "title": "x", "text": "CMO-7K3M/1"}], ["7"]),
        ({"id": None}, [{"external_id": "CMO-7K3M/1"}], [None]),
    ],
)
def test_the_look_up_compares_as_configured(scripted, bench, wire, case):
    changes, items, ids = case
    answer(wire, {"items": items}, method="GET")
    lookup = {key: value for key, value in (LOOKUP | changes).items() if value is not None}
    receipt = scripted(lookup=lookup).find(bench.post())
    assert ([receipt.remote_id] if receipt else []) == ids


def test_a_second_copy_is_noted_and_the_oldest_one_is_the_post(scripted, bench, wire):
    answer(wire, {"items": [{"id": number, "external_id": "CMO-7K3M/1"} for number in (9, 7)]}, method="GET")
    found = scripted(lookup=LOOKUP).find(bench.post())
    assert (found.remote_id, found.note) == ("7", "published 2 times; delete the others: 9")


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        (({"items": None}, 200), Unknown),
        (({"items": {}}, 200), Unknown),
        (([], 200), Unknown),
        (("<p>login</p>", 200), Unknown),
        (({"items": []}, 202), Unknown),
        (({}, 401), BadCredentials),
        (({}, 403), Rejected),
        (({}, 404), Rejected),
        (({}, 503), Unknown),
    ],
)
def test_a_look_up_that_fails_never_means_absent(scripted, bench, wire, answered, kind):
    answer(wire, *answered, method="GET")
    with pytest.raises(kind):
        scripted(lookup=LOOKUP).find(bench.post())


def test_an_empty_text_to_compare_finds_nothing(scripted, bench, wire):
    answer(wire, {"items": [{"id": 1, "external_id": "other"}]}, method="GET")
    lookup = LOOKUP | {"contains": "{{ link }}"}
    del lookup["equals"]
    with pytest.raises(Unknown, match="tell it by"):
        scripted(lookup=lookup).find(bench.post())


def test_without_a_look_up_nothing_can_be_found(scripted, bench):
    assert not scripted().capabilities(scripted()._settings).lookup
    with pytest.raises(Unknown, match="lookup"):
        scripted().find(bench.post())


@pytest.mark.parametrize(
    ("looked_up", "receipt"),
    [
        (({"items": [{"id": 7, "external_id": "CMO-7K3M/1"}]}, 200), ("7", None)),
        (({"items": []}, 200), (None, "not show it yet")),
        (({}, 500), (None, "could not be looked up")),
    ],
)
def test_where_publishing_tells_no_id_the_look_up_is_asked_once(scripted, bench, wire, looked_up, receipt):
    answer(wire, None, 204)
    answer(wire, *looked_up, method="GET")
    got = scripted(lookup=LOOKUP).publish(bench.post())
    remote_id, note = receipt
    assert got.remote_id == remote_id
    assert (note or "") in (got.note or "")
    assert len(wire.calls) == 2


# --- check ------------------------------------------------------------------------------------------------------


def test_check_reads_and_publishes_nothing(center, sandbox):
    identity = center().check()
    assert identity.may_publish is Permission.UNKNOWN
    assert "reading works" in identity.notes[0]
    assert [call.verb for call in sandbox.calls] == ["list"]


def test_check_says_when_there_is_nothing_to_ask(scripted):
    identity = scripted().check()
    assert (identity.account, identity.may_publish) == ("center.example.net", Permission.UNKNOWN)
    assert "[lookup]" in identity.notes[0]


def test_check_refuses_bad_credentials(center, bench):
    with pytest.raises(BadCredentials, match="credentials missing or wrong"):
        center(auth={"kind": "bearer", "token": bench.secret("wrong-token")}).check()


# --- settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"publish": {"path": "/x", "json": {}, "form": {"a": "b"}}}, "more than one body"),
        ({"publish": {"path": "x"}}, "slash"),
        ({"publish": {"path": "/x", "text": "{{ titel }}"}}, "titel"),
        ({"publish": {"path": "/x", "text": "{{ title"}}, "is no template"),
        ({"publish": {"path": "/x", "text": "{{ title|nope }}"}}, "is no template"),
        ({"publish": {"path": "/x", "json": {"a": [{"b": "{{ nope }}"}]}}}, "nope"),
        ({"publish": {"path": "/x", "json": {"a": float("nan")}}}, "JSON does not know"),
        ({"publish": {"path": "/x", "text": "{{ id }}"}}, '"id"'),
        ({"publish": {"path": "/x", "headers": {"X Y": "z"}}}, "headers"),
        ({"publish": {"path": "/x", "method": "DELETE"}}, "method"),
        ({"id": "data["}, "is no JMESPath"),
        ({"url": "u", "permalink": "/{{ id }}"}, "keep one of them|url and permalink"),
        ({"success": {"path": "x"}}, "path and equals"),
        ({"success": {"statuses": []}}, "statuses"),
        ({"success": {"statuses": [302]}}, "statuses"),
        ({"lookup": {"path": "/x", "items": "i", "match": "m"}}, "one of equals and contains"),
        ({"auth": {"kind": "form", "fields": {"k": {"env": "X"}}}}, "needs a form"),
        ({"auth": {"kind": "oauth"}}, "oauth"),
        ({"auth": {"kind": "basic", "username": "a", "password": "b"}}, "password"),
        ({"max_length": 0}, "max_length"),
    ],
)
def test_settings_that_cannot_work_are_refused_when_they_are_read(scripted, changes, said):
    scripted()
    with pytest.raises(ValueError, match=said):
        scripted(**changes)


def test_capabilities_follow_from_the_settings(scripted):
    settings = scripted(format="text", max_length=500, lookup=LOOKUP)._settings
    told = type(scripted()).capabilities(settings)
    assert (told.format, told.max_length, told.lookup, told.staged) == ("text", 500, True, False)
