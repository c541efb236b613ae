"""The WordPress adapter against the sandbox's blog, and against single answers a blog may give."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from typing import Any

import pytest
import requests
import responses

from announce_sandbox import Fault, State
from publisher.adapter.contract import Finding, Staging
from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown
from publisher.model.post import Draft

BLOG = "https://blog.example.net"
POST = {"id": 7, "slug": "cmo-7k3m", "status": "draft", "link": f"{BLOG}/?p=7", "content": {"raw": "x"}}


@pytest.fixture
def blog(bench, sandbox):
    return bench.open("wordpress", **settings(bench, sandbox))


@pytest.fixture
def scripted(bench):
    """An adapter whose blog is answered by the `wire`."""
    return bench.open("wordpress", base_url=BLOG, username="announce", password=bench.secret("abcd1234"))


def settings(bench, sandbox, *, reader=False, **changes: Any) -> dict[str, Any]:
    known = (sandbox.readers if reader else sandbox.credentials)["wordpress"]
    changes = {"username": known["username"], "password": known["password"]} | changes
    changes["password"] = bench.secret(changes["password"])
    return {"base_url": sandbox.base_url("wordpress"), **changes}


def ask(sandbox, method: str, route: str, **fields: Any) -> Any:
    """What a person does in the blog by hand."""
    known = sandbox.credentials["wordpress"]
    url = f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/{route}"
    pair = (known["username"], known["password"])
    return requests.request(method, url, json=fields or None, auth=pair, timeout=5).json()


def verbs(sandbox) -> list[str]:
    return [call.verb for call in sandbox.calls]


def answer(wire, status: int, body: Any, *, method: str = "POST", **headers: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if isinstance(body, str) else "application/json; charset=UTF-8"
    wire.add(method, f"{BLOG}/", body=text, status=status, content_type=kind, headers=headers)


# --- publishing -------------------------------------------------------------------------------------------------


def test_a_post_is_staged_hidden_and_released_by_its_id_in_two_requests(blog, bench, sandbox):
    draft = blog.stage(bench.post())
    assert [post.state for post in sandbox.posts("wordpress")] == [State.DRAFT]

    receipt = blog.release(bench.post(), draft)

    [shown] = sandbox.posts("wordpress")
    assert shown.visible
    assert (receipt.remote_id, receipt.url, receipt.note) == (draft.remote_id, shown.url, None)
    assert verbs(sandbox) == ["create", "update"]


def test_publishing_in_one_go_is_staging_and_releasing(blog, bench, sandbox):
    assert blog.publish(bench.post()).url == sandbox.posts("wordpress")[0].url


def test_releasing_a_draft_twice_shows_one_post(blog, bench, sandbox):
    draft = blog.stage(bench.post())
    assert blog.release(bench.post(), draft) == blog.release(bench.post(), draft)
    assert len(sandbox.posts("wordpress")) == 1


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }} {% x %}", "<script>alert(1)</script>", "[gallery] [/gallery]", "]]> & &amp; ü ß 😀"]
)
def test_awkward_texts_arrive_to_the_letter(blog, bench, sandbox, text):
    blog.publish(bench.post(title=text, body=f"<p>{html.escape(text)}</p>"))
    [shown] = sandbox.posts("wordpress")
    assert shown.title == text
    assert text in html.unescape(shown.body)


def test_the_draft_says_what_it_must_and_never_a_date(scripted, bench, wire):
    answer(wire, 201, POST)
    scripted.stage(bench.post(title="A < B", body="<p class='a--b'>[x] --y</p>"))
    request = wire.calls[0].request
    assert json.loads(request.body) == {
        "status": "draft",
        "slug": "cmo-7k3m",
        "title": "A &lt; B",
        "content": "<!-- wp:html -->\n<p class='a--b'>&#91;x&#93; &#45;-y</p>\n<!-- /wp:html -->",
        "comment_status": "closed",
        "ping_status": "closed",
    }
    assert request.url.startswith(f"{BLOG}/?rest_route=/wp/v2/posts&_fields=")


def test_name_and_password_go_in_utf_8(bench, wire):
    channel = bench.open("wordpress", base_url=BLOG, username="jürgen", password=bench.secret("abcd1234"))
    answer(wire, 201, POST)
    channel.stage(bench.post())
    kind, _, pair = wire.calls[0].request.headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(pair).decode()) == ("Basic", "jürgen:abcd1234")


def test_categories_go_by_their_ids(bench, wire):
    keys = {"base_url": BLOG, "username": "a", "password": bench.secret("abcd")}
    answer(wire, 201, POST)
    bench.open("wordpress", **keys, categories=[3, 5]).stage(bench.post())
    assert json.loads(wire.calls[0].request.body)["categories"] == [3, 5]


@pytest.mark.parametrize("status", ["future", "pending", "private"])
def test_a_post_that_customers_do_not_see_is_not_delivered(scripted, bench, wire, status):
    answer(wire, 200, POST | {"status": status})
    with pytest.raises(Rejected, match=status):
        scripted.release(bench.post(), Draft(remote_id="7"))


def test_another_name_than_the_one_asked_for_is_noted(scripted, bench, wire):
    answer(wire, 200, POST | {"status": "publish", "slug": "cmo-7k3m-2"})
    assert "cmo-7k3m-2" in scripted.release(bench.post(), Draft(remote_id="7")).note


def test_a_link_that_is_no_web_address_is_not_passed_on(scripted, bench, wire):
    answer(wire, 200, POST | {"status": "publish", "link": "javascript:alert(1)"})
    assert scripted.release(bench.post(), Draft(remote_id="7")).url is None


@pytest.mark.parametrize("number", [8, 0, -7, 2**63, 10**4000, True, "7", 7.0])
def test_an_answer_about_another_post_proves_nothing(scripted, bench, wire, number):
    answer(wire, 200, POST | {"id": number, "status": "publish"})
    with pytest.raises(Unknown):
        scripted.release(bench.post(), Draft(remote_id="7"))


@pytest.mark.parametrize("field", ["slug", "status"])
@pytest.mark.parametrize("value", ["x" * 201, "\x1b[31m", "a b", None, 5])
def test_names_and_states_that_wordpress_never_gives_prove_nothing(scripted, bench, wire, field, value):
    answer(wire, 200, POST | {"status": "publish", field: value})
    with pytest.raises(Unknown, match="no post"):
        scripted.release(bench.post(), Draft(remote_id="7"))


# --- after an attempt that was lost -----------------------------------------------------------------------------


def test_a_later_attempt_takes_the_draft_that_was_left_and_writes_it_anew(blog, bench, sandbox):
    left = blog.stage(bench.post(body="<p>old</p>"))
    bench.again()
    assert blog.stage(bench.post(body="<p>new</p>")).remote_id == left.remote_id
    [shown] = sandbox.posts("wordpress")
    assert "new" in shown.body
    assert shown.state is State.DRAFT


@pytest.mark.parametrize("repeat", [False, True])
def test_a_post_that_is_public_already_is_evidence_and_not_made_again(blog, bench, sandbox, repeat):
    blog.publish(bench.post())
    bench.repeat = repeat
    with pytest.raises(Unknown) as caught:
        blog.stage(bench.post())
    assert caught.value.duplicate
    assert sum(post.visible for post in sandbox.posts("wordpress")) == 1


def test_a_draft_in_the_trash_is_a_persons_decision(blog, bench, sandbox):
    draft = blog.stage(bench.post())
    ask(sandbox, "DELETE", f"posts/{draft.remote_id}")
    bench.again()
    for attempt in (lambda: blog.stage(bench.post()), lambda: blog.release(bench.post(), draft)):
        with pytest.raises(Rejected, match="trash") as caught:
            attempt()
        assert caught.value.cure
    assert [post.state for post in sandbox.posts("wordpress")] == [State.TRASHED]


def test_a_deleted_draft_is_not_made_again(blog, bench, sandbox):
    draft = blog.stage(bench.post())
    ask(sandbox, "DELETE", f"posts/{draft.remote_id}&force=true")
    with pytest.raises(Rejected, match="deleted"):
        blog.release(bench.post(), draft)


def test_a_draft_that_a_person_published_is_delivered_without_a_write(blog, bench, sandbox):
    draft = blog.stage(bench.post())
    ask(sandbox, "POST", f"posts/{draft.remote_id}", status="publish")
    bench.again()
    written = verbs(sandbox).count("update")
    assert blog.release(bench.post(), draft).url == sandbox.posts("wordpress")[0].url
    assert verbs(sandbox).count("update") == written


def test_a_number_that_belongs_to_another_post_is_left_alone(blog, bench, sandbox):
    other = ask(sandbox, "POST", "posts", title="Ours since 2004", slug="about-us", status="draft")
    bench.again()
    with pytest.raises(Rejected, match="about-us"):
        blog.release(bench.post(), Draft(remote_id=str(other["id"])))
    assert not any(post.visible for post in sandbox.posts("wordpress"))


def test_a_name_that_a_private_post_holds_stops_a_later_attempt(blog, bench, sandbox):
    ask(sandbox, "POST", "posts", title="x", slug="cmo-7k3m", status="private")
    bench.again()
    with pytest.raises(Rejected, match="private"):
        blog.stage(bench.post())


# --- looking ----------------------------------------------------------------------------------------------------


def test_only_a_public_post_is_found_and_with_the_same_fingerprint(blog, bench, sandbox):
    draft = blog.stage(bench.post())
    assert blog.find(bench.post()) is None
    assert blog.release(bench.post(), draft) == blog.find(bench.post())


def test_the_fingerprint_is_of_the_text_as_wordpress_gives_it_back(scripted, bench, wire):
    answer(wire, 200, [POST | {"status": "publish", "content": {"raw": "filtered"}}], method="GET")
    assert scripted.find(bench.post()).fingerprint == hashlib.sha256(b"\nfiltered").hexdigest()


def test_a_text_that_is_no_unicode_has_a_fingerprint_all_the_same(scripted, bench, wire):
    answer(wire, 200, [POST | {"status": "publish", "content": {"raw": "\ud800"}}], method="GET")
    assert len(scripted.find(bench.post()).fingerprint) == 64


def test_many_copies_are_told_in_one_note_of_reasonable_length(scripted, bench, wire):
    copies = [POST | {"id": number, "status": "publish"} for number in range(1, 90)]
    answer(wire, 200, copies, method="GET")
    note = scripted.find(bench.post()).note
    assert note.startswith("published 89 times")
    assert len(note) <= 400


def test_a_second_copy_is_noted_and_the_first_one_is_the_post(blog, bench, sandbox):
    receipt = blog.publish(bench.post())
    second = ask(sandbox, "POST", "posts", title="x", slug="cmo-7k3m", status="publish")
    found = blog.find(bench.post())
    assert found.remote_id == receipt.remote_id
    assert second["link"] in found.note


def test_of_several_copies_the_oldest_with_the_very_name_is_the_post(scripted, bench, wire):
    copies = [(5, "cmo-7k3m"), (3, "cmo-7k3m-2"), (9, "cmo-7k3m"), (1, "somebody-elses")]
    listed = [POST | {"id": number, "slug": slug, "status": "publish"} for number, slug in copies]
    answer(wire, 200, listed, method="GET")
    found = scripted.find(bench.post())
    assert found.remote_id == "5"
    assert found.note.startswith("published 3 times")


def test_another_updates_post_is_not_taken_for_this_one(blog, bench, sandbox):
    blog.publish(bench.post(update=2, slug="cmo-7k3m-u2"))
    assert blog.find(bench.post()) is None


def test_a_lookup_with_bad_credentials_never_means_absent(bench, sandbox):
    for changes in ({"password": "wrong-password"}, {"reader": True}):
        channel = bench.open("wordpress", **settings(bench, sandbox, **changes))
        with pytest.raises(Rejected):
            channel.find(bench.post())


def test_looking_for_drafts_without_being_logged_in_is_a_matter_of_credentials(bench, sandbox):
    channel = bench.open("wordpress", **settings(bench, sandbox, password="wrong-password"))
    bench.again()
    with pytest.raises(BadCredentials):
        channel.stage(bench.post())


@pytest.mark.parametrize("listed", [{}, None, "x", [{}], [{"id": 1}]])
@pytest.mark.usefixtures("nothing_elsewhere")
def test_a_list_that_cannot_be_read_is_not_an_empty_one(scripted, bench, wire, listed):
    answer(wire, 200, listed if not isinstance(listed, str) else "<p>x</p>", method="GET")
    with pytest.raises(Unknown):
        scripted.find(bench.post())


# --- what goes wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{}, [], None, 7, POST | {"id": "7"}, POST | {"id": True}, POST | {"id": 0}])
def test_a_success_without_an_id_proves_nothing(scripted, bench, wire, body):
    answer(wire, 201, body)
    with pytest.raises(Unknown):
        scripted.stage(bench.post())


@pytest.fixture
def nothing_elsewhere(wire):
    """The other address of the API is asked once, where the first one is blocked."""
    wire.assert_all_requests_are_fired = False
    wire.add(
        responses.GET, f"{BLOG}/wp-json/", body="<h1>Not Found</h1>", status=404, content_type="text/html"
    )


def error(code: str, status: int, **data: Any) -> dict[str, Any]:
    return {"code": code, "message": f"WordPress says {code}.", "data": {"status": status, **data}}


@pytest.mark.parametrize(
    ("answered", "verdict"),
    [
        ((401, error("rest_cannot_create", 401)), (BadCredentials, "application password")),
        ((401, "<title>Authorization Required</title>"), (BadCredentials, "Authorization Required")),
        ((403, error("rest_cannot_create", 403)), (Rejected, "may not write")),
        ((403, error("rest_cannot_publish", 403)), (Rejected, "not publish")),
        ((403, error("rest_cannot_edit", 403)), (Rejected, "another user")),
        ((403, "<title>Forbidden by the firewall</title>"), (Rejected, "403 Forbidden: .*firewall")),
        ((500, error("db_insert_error", 500)), (Rejected, "database did not take")),
        ((500, error("db_update_error", 500)), (Rejected, "database did not take")),
        ((200, error("rest_cannot_create", 401)), (BadCredentials, "application password")),
        ((200, error("rest_cannot_publish", 403)), (Rejected, "not publish")),
        ((200, error("too_many", 429)), (NotSent, "429")),
        ((200, error("internal_server_error", 500)), (Unknown, "500")),
        ((200, {"code": "x", "message": "y"}), (Unknown, "y")),
        ((404, error("rest_no_route", 404)), (Rejected, "REST API")),
        (
            (400, error("rest_invalid_param", 400, params={"categories": "x"})),
            (Rejected, "rest_invalid_param"),
        ),
        ((429, "<h1>Too Many Requests</h1>"), (NotSent, "429")),
        ((500, error("internal_server_error", 500)), (Unknown, "500")),
        ((502, "<h1>Bad Gateway</h1>"), (Unknown, "502")),
        ((503, "<h1>Service Unavailable</h1>"), (Unknown, "503")),
        ((503, error("wp_die", 503)), (NotSent, "maintenance")),
        ((500, error("wp_die", 500)), (Unknown, "wp_die")),
        ((200, "<h1>Hello world</h1>"), (Unknown, "HTML")),
    ],
)
@pytest.mark.usefixtures("nothing_elsewhere")
def test_each_answer_has_its_verdict(scripted, bench, wire, answered, verdict):
    kind, said = verdict
    answer(wire, *answered)
    with pytest.raises(kind, match=said) as caught:
        scripted.stage(bench.post())
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


def test_maintenance_mode_says_when_to_come_back(scripted, bench, wire):
    answer(wire, 503, error("wp_die", 503), **{"Retry-After": "600"})
    with pytest.raises(NotSent) as caught:
        scripted.stage(bench.post())
    assert caught.value.retry_after == 600


def test_a_redirect_is_refused_and_its_host_named(scripted, bench, wire):
    answer(wire, 301, "<p>moved</p>", Location="https://www.example.org/?secret=1")
    with pytest.raises(Rejected, match=r"www\.example\.org") as caught:
        scripted.stage(bench.post())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("502", Unknown),
        ("reset", Unknown),
        ("truncated", Unknown),
        ("refuse", (NotSent, Unknown)),
        ("hang", Unknown),
    ],
)
def test_a_lost_answer_to_the_release_is_settled_by_looking(bench, sandbox, kind, verdict):
    channel = bench.open("wordpress", **settings(bench, sandbox), timeout=0.4)
    draft = channel.stage(bench.post())
    sandbox.fault("wordpress", Fault(kind, times=1))
    with pytest.raises(verdict):
        channel.release(bench.post(), draft)
    found = channel.find(bench.post())
    assert (
        (found is not None)
        == sandbox.posts("wordpress")[0].visible
        == (kind in {"502", "reset", "truncated"})
    )
    assert channel.release(bench.post(), draft).remote_id == draft.remote_id
    assert sum(post.visible for post in sandbox.posts("wordpress")) == 1


# --- check ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reader", "standing"), [(False, Permission.PROVED), (True, Permission.REFUSED)])
def test_check_tells_who_we_are_and_whether_we_may_publish(bench, sandbox, reader, standing):
    known = settings(bench, sandbox, reader=reader)
    identity = bench.open("wordpress", **known).check()
    assert (identity.account, identity.may_publish) == (known["username"], standing)
    assert identity.notes[0].startswith("role: ")
    assert sandbox.posts("wordpress") == []


@pytest.mark.parametrize(
    ("roles", "note"),
    [(["editor", "seo"], "editor, seo"), ([], "none"), (None, "none"), (5, "none"), ("editor", "none")],
)
def test_check_tells_the_role_as_far_as_there_is_one(scripted, wire, roles, note):
    me = {"slug": "a\x1b[31m", "roles": roles, "capabilities": {"publish_posts": True}}
    answer(wire, 200, me, method="GET")
    identity = scripted.check()
    assert identity.notes[0] == f"role: {note}"
    assert identity.account == "a\\x1b[31m"


def test_check_with_a_wrong_password_names_the_usual_causes(bench, sandbox):
    with pytest.raises(BadCredentials) as caught:
        bench.open("wordpress", **settings(bench, sandbox, password="wrong-password")).check()
    for cause in ("Profile", "https", "plugin", "Authorization header"):
        assert cause in caught.value.cure


def test_check_tells_a_blog_that_takes_no_application_passwords(scripted, wire):
    answer(wire, 401, error("rest_not_logged_in", 401), method="GET")
    answer(wire, 200, {"authentication": []}, method="GET")
    with pytest.raises(BadCredentials, match="switched off"):
        scripted.check()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<h1>Our shop</h1>"),
        (404, "<h1>Not Found</h1>"),
        (405, "<h1>No</h1>"),
        (200, {"id": 1}),
        (200, []),
    ],
)
@pytest.mark.usefixtures("nothing_elsewhere")
def test_check_tells_what_is_no_wordpress(scripted, wire, status, body):
    answer(wire, status, body, method="GET")
    with pytest.raises(Rejected, match="like WordPress") as caught:
        scripted.check()
    assert "base_url" in caught.value.cure


# --- contract ---------------------------------------------------------------------------------------------------


def test_the_adapter_can_do_what_its_capabilities_say(scripted):
    told = scripted.capabilities(None)
    assert (
        (told.staged, told.lookup)
        == (isinstance(scripted, Staging), isinstance(scripted, Finding))
        == (True, True)
    )


@pytest.mark.parametrize(
    "changes",
    [{"base_url": "http://blog.example.net"}, {"username": "a:b"}, {"password": "x"}, {"categories": [0]}],
)
def test_settings_that_cannot_work_are_refused(bench, changes):
    good = {"base_url": BLOG, "username": "a", "password": bench.secret("abcd")}
    bench.open("wordpress", **good)
    with pytest.raises(ValueError, match=next(iter(changes))):
        bench.open("wordpress", **(good | changes))


def test_no_message_carries_the_password(scripted, bench, wire):
    wire.add(
        responses.POST, f"{BLOG}/", json={"code": "x", "message": "password abcd1234 is wrong"}, status=400
    )
    with pytest.raises(Rejected) as caught:
        scripted.stage(bench.post())
    assert "abcd1234" not in str(caught.value)
