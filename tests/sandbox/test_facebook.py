"""The Graph double, driven with facebook-sdk."""

from __future__ import annotations

import time

import pytest
import requests

from announce_sandbox import State

PAGE = "1234567890"


def refusal(call, *args, **options):
    """The error object that facebook-sdk raises for a call."""
    import facebook

    with pytest.raises(facebook.GraphAPIError) as caught:
        call(*args, **options)
    return caught.value.result["error"]


@pytest.mark.parametrize("bearer", [True, False], ids=["header", "body"])
def test_a_post_is_published_with_the_token_in_header_or_body(graph, sandbox, bearer):
    client = graph(bearer=bearer)
    answer = client.request(f"v26.0/{PAGE}/feed", post_args={"message": "Wartung\num 22:30"})
    assert answer["id"].startswith(f"{PAGE}_")
    [shown] = sandbox.posts("facebook")
    assert (shown.remote_id, shown.body, shown.visible) == (answer["id"], "Wartung\num 22:30", True)
    assert "Wartung\num 22:30" in requests.get(shown.url, timeout=5).text


def test_put_object_works_as_the_library_offers_it(graph, sandbox):
    graph().put_object(PAGE, "feed", message="Wartung", link="https://status.example.net/")
    assert sandbox.posts("facebook")[0].body == "Wartung"


def test_a_message_loses_blanks_at_line_ends_and_foreign_line_ends(graph, sandbox):
    graph().put_object(PAGE, "feed", message=" eins  \r\nzwei \n\n")
    assert sandbox.posts("facebook")[0].body == "eins\nzwei"


@pytest.mark.parametrize(("token", "code"), [("EAAwrong", 190), ("", 104)], ids=["unknown token", "no token"])
def test_a_token_that_is_none_is_refused(sandbox, token, code):
    url = f"{sandbox.base_url('facebook')}/v26.0/{PAGE}/feed"
    answer = requests.post(url, data={"message": "x", "access_token": token}, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["type"] == "OAuthException"
    assert sandbox.posts() == []


def test_a_token_without_the_right_may_read_but_not_post(graph, sandbox):
    reader = graph(sandbox.readers["facebook"]["access_token"])
    assert refusal(reader.put_object, PAGE, "feed", message="x")["code"] == 200
    assert reader.get_object(PAGE) == {"id": PAGE, "name": "CMO"}


def test_the_same_message_twice_in_a_row_is_a_duplicate(graph, sandbox):
    client = graph()
    client.put_object(PAGE, "feed", message="A")
    assert refusal(client.put_object, PAGE, "feed", message="A ")["code"] == 506
    client.put_object(PAGE, "feed", message="B")
    client.put_object(PAGE, "feed", message="A")
    assert [post.body for post in sandbox.posts("facebook")] == ["A", "B", "A"]


@pytest.mark.parametrize("message", ["", "  \n", "x" * 63_207])
def test_an_empty_or_endless_message_is_a_bad_parameter(graph, message):
    assert refusal(graph().put_object, PAGE, "feed", message=message)["code"] == 100


def test_published_posts_come_newest_first_since_a_time_and_with_the_fields_asked_for(graph):
    client = graph()
    ids = [client.put_object(PAGE, "feed", message=str(number))["id"] for number in range(3)]
    client.put_object(PAGE, "feed", message="dark", published="false")
    edge = client.get_connections(
        PAGE, "published_posts", fields="id,message,permalink_url", since=int(time.time()) - 60
    )
    assert [post["id"] for post in edge["data"]] == ids[::-1]
    assert set(edge["data"][0]) == {"id", "message", "permalink_url"}
    assert client.get_connections(PAGE, "published_posts", since=int(time.time()) + 60) == {"data": []}


def test_a_list_is_paged_by_cursors(graph):
    client = graph()
    for number in range(3):
        client.put_object(PAGE, "feed", message=str(number))
    first = client.get_connections(PAGE, "published_posts", limit=2)
    assert "next" in first["paging"]
    second = client.get_connections(
        PAGE, "published_posts", limit=2, after=first["paging"]["cursors"]["after"]
    )
    assert [post["message"] for post in first["data"] + second["data"]] == ["2", "1", "0"]
    assert "next" not in second["paging"]


def test_a_post_is_read_edited_and_deleted_by_its_id(graph, sandbox):
    client = graph()
    number = client.put_object(PAGE, "feed", message="A")["id"]
    assert client.get_object(number, fields="message,is_published") == {
        "id": number,
        "message": "A",
        "is_published": True,
    }
    assert client.request(f"v26.0/{number}", post_args={"message": "B"}) == {"success": True}
    assert sandbox.posts("facebook")[0].body == "B"
    assert client.delete_object(number) == {"success": True}
    error = refusal(client.delete_object, number)
    assert (error["code"], error["error_subcode"], error["type"]) == (100, 33, "GraphMethodException")


def test_an_unpublished_post_is_not_shown_to_visitors(graph, sandbox):
    graph().put_object(PAGE, "feed", message="dark", published="False")
    [shown] = sandbox.posts("facebook")
    assert not shown.visible
    assert requests.get(shown.url, timeout=5).status_code == 404


@pytest.mark.parametrize("version", ["v27.0", "v21.0"])
@pytest.mark.parametrize("method", ["DELETE", "GET", "delete"])
def test_a_method_in_the_form_is_refused_on_every_version(graph, sandbox, method, version):
    number = graph().put_object(PAGE, "feed", message="A")["id"]
    form = {"method": method, "access_token": sandbox.credentials["facebook"]["access_token"]}
    answer = requests.post(f"{sandbox.base_url('facebook')}/{version}/{number}", data=form, timeout=5)
    assert answer.json()["error"]["code"] == 12
    assert [post.visible for post in sandbox.posts("facebook")] == [True]


@pytest.mark.parametrize("parameter", ["ids", "date_format", "callback"])
def test_other_ways_of_asking_that_are_closed_are_refused(graph, parameter):
    assert refusal(graph().get_object, PAGE, **{parameter: "x"})["code"] == 12


def test_a_header_overrides_the_method_no_more_than_a_form(graph, sandbox):
    number = graph().put_object(PAGE, "feed", message="A")["id"]
    token = sandbox.credentials["facebook"]["access_token"]
    headers = {"Authorization": f"Bearer {token}", "X-HTTP-Method-Override": "DELETE"}
    answer = requests.post(f"{sandbox.base_url('facebook')}/v26.0/{number}", headers=headers, timeout=5)
    assert answer.status_code == 400
    assert len(sandbox.posts("facebook")) == 1


def test_a_list_is_refused_for_its_size_and_given_when_less_is_asked_for(graph):
    """With status 500, as Graph does."""
    client = graph()
    client.put_object(PAGE, "feed", message="A")
    assert refusal(client.get_connections, PAGE, "published_posts", limit=100)["code"] == 1
    assert client.get_connections(PAGE, "published_posts", limit=50)["data"]


@pytest.mark.parametrize("token", ["EAAsandboxBlindToken", "EAAsandboxHalfBlindToken"])
def test_a_token_without_the_rights_to_read_posts_and_sees_nothing(graph, sandbox, token):
    """A post it may not see looks like one that is gone; the list names a right that may be there."""
    client = graph(token)
    number = client.put_object(PAGE, "feed", message="A")["id"]
    error = refusal(client.get_object, number)
    assert (error["code"], error["error_subcode"]) == (100, 33)
    listing = refusal(client.get_connections, PAGE, "published_posts", limit=1)
    assert (listing["code"], "pages_read_engagement" in listing["message"]) == (10, True)
    assert client.delete_object(number) == {"success": True}
    assert sandbox.posts("facebook") == []


def test_what_an_app_in_development_posts_is_seen_by_no_visitor(graph, sandbox):
    """Graph itself says nothing of it: an id, an address, published."""
    client = graph("EAAsandboxDevelopmentToken")
    number = client.put_object(PAGE, "feed", message="A")["id"]
    assert client.get_object(number, fields="is_published")["is_published"] is True
    [shown] = sandbox.posts("facebook")
    assert (shown.visible, shown.state) == (False, State.INSIDERS)
    assert requests.get(shown.url, timeout=5).status_code == 404


def test_an_app_may_be_in_development_or_without_rights_whichever_the_token(graph, sandbox):
    client = graph()
    sandbox.make("facebook", "development", "no-reading")
    number = client.put_object(PAGE, "feed", message="A")["id"]
    assert refusal(client.get_object, number)["error_subcode"] == 33
    sandbox.make("facebook")
    assert client.get_object(number)["message"] == "A"
    client.put_object(PAGE, "feed", message="B")
    assert [post.visible for post in sandbox.posts("facebook")] == [False, True]


def test_a_token_of_another_page_is_told_by_its_profile(graph, sandbox):
    token = "EAAsandboxOtherPageToken"
    client = graph(token)
    about = client.request("v26.0/debug_token", {"input_token": token})["data"]
    assert about["profile_id"] != PAGE
    assert {*about["granular_scopes"][0]["target_ids"]} == {about["profile_id"]}
    assert refusal(client.put_object, PAGE, "feed", message="x")["code"] == 200


def test_a_token_may_ask_for_its_own_rights_and_for_no_others(graph, sandbox):
    token = sandbox.credentials["facebook"]["access_token"]
    about = graph().request("v26.0/debug_token", {"input_token": token})["data"]
    assert (about["is_valid"], about["type"], about["profile_id"]) == (True, "PAGE", PAGE)
    assert "pages_manage_posts" in about["scopes"]
    reader = sandbox.readers["facebook"]["access_token"]
    assert (
        "pages_manage_posts"
        not in graph(reader).request("v26.0/debug_token", {"input_token": reader})["data"]["scopes"]
    )
    assert refusal(graph().request, "v26.0/debug_token", {"input_token": reader})["code"] == 100


def test_unknown_objects_fields_and_edges_are_named(graph):
    client = graph()
    assert refusal(client.put_object, "99", "feed", message="x")["error_subcode"] == 33
    assert "nonexisting field (shoes)" in refusal(client.get_object, PAGE, fields="shoes")["message"]
    assert refusal(client.get_connections, PAGE, "shoes")["code"] == 2500
    assert refusal(client.get_connections, PAGE, "feed", since="yesterday")["code"] == 100


@pytest.mark.parametrize(
    ("version", "served"),
    [("v27.0", "v27.0"), ("v26.0", "v26.0"), ("v22.0", "v22.0"), ("v3.1", "v21.0"), ("v2.8", "v21.0")],
)
def test_an_expired_version_is_answered_as_the_oldest_that_lives(graph, version, served):
    assert f"v{graph(version=version).get_version()}" == served


def test_a_version_of_the_future_is_an_unknown_path(graph):
    assert refusal(graph(version="v99.0").get_object, "me")["code"] == 2500
