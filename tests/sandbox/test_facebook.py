"""The Graph double, driven with facebook-sdk."""

from __future__ import annotations

import time

import pytest
import requests

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


def test_the_method_may_stand_in_the_form(graph):
    page = graph().request(f"v26.0/{PAGE}", post_args={"method": "GET", "fields": "name"})
    assert page == {"name": "CMO"}


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
    ("version", "served"), [("v26.0", "v26.0"), ("v22.0", "v22.0"), ("v3.1", "v21.0"), ("v2.8", "v21.0")]
)
def test_an_expired_version_is_answered_as_the_oldest_that_lives(graph, version, served):
    assert f"v{graph(version=version).get_version()}" == served


def test_a_version_of_the_future_is_an_unknown_path(graph):
    assert refusal(graph(version="v99.0").get_object, "me")["code"] == 2500
