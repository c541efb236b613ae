"""The WordPress double, driven with requests as an adapter would."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
import requests

POSTS = "/wp/v2/posts"


def made(wordpress, **fields):
    answer = wordpress("POST", POSTS, json={"title": "Wartung", "content": "<p>Text</p>", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def test_a_published_post_has_id_slug_link_and_a_public_page(wordpress, sandbox):
    post = made(wordpress, status="publish", slug="cmo-7k3m", title="Störung & <b>mehr</b>")
    assert isinstance(post["id"], int)
    assert (post["status"], post["slug"]) == ("publish", "cmo-7k3m")
    assert post["link"] == f"{sandbox.base_url('wordpress')}/cmo-7k3m/"
    assert post["title"] == {"raw": "Störung & <b>mehr</b>", "rendered": "Störung &#038; <b>mehr</b>"}
    page = requests.get(post["link"], timeout=5)
    assert page.status_code == 200
    assert "<p>Text</p>" in page.text


def test_a_draft_is_hidden_until_it_is_released_and_releasing_may_be_repeated(wordpress, sandbox):
    draft = made(wordpress, status="draft", slug="cmo-7k3m")
    assert not sandbox.posts("wordpress")[0].visible
    assert requests.get(draft["link"], timeout=5).status_code == 404
    for _ in range(2):
        released = wordpress("POST", f"{POSTS}/{draft['id']}", json={"status": "publish"})
        assert (released.status_code, released.json()["slug"]) == (200, "cmo-7k3m")
    [shown] = sandbox.posts("wordpress")
    assert shown.visible
    assert (shown.remote_id, shown.account, shown.url) == (
        str(draft["id"]),
        "announce",
        released.json()["link"],
    )


def test_a_taken_slug_gets_a_number_and_never_an_error(wordpress):
    slugs = [made(wordpress, slug="m-1", status=status)["slug"] for status in ("publish", "draft", "publish")]
    assert slugs == ["m-1", "m-1-2", "m-1-3"]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("Störung Größe", "storung-grose"),
        ("긴급 Maint A_b", "%ea%b8%b4%ea%b8%89-maint-a_b"),
        ("x" * 300, "x" * 200),
    ],
)
def test_slugs_are_made_fit_for_an_address(wordpress, asked, kept):
    post = made(wordpress, slug=asked, status="draft")
    assert post["slug"] == kept
    assert wordpress("POST", f"{POSTS}/{post['id']}", json={"status": "publish"}).json()["slug"] == kept


def test_a_post_without_a_slug_is_named_after_its_title_when_published(wordpress):
    assert made(wordpress, status="draft")["slug"] == ""
    assert made(wordpress, status="publish", title="Neue Platten")["slug"] == "neue-platten"


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (None, (401, "rest_cannot_create")),
        (("announce", "wrong"), (401, "rest_cannot_create")),
        (("nobody", "wrong"), (401, "rest_cannot_create")),
        ("reader", (403, "rest_cannot_create")),
    ],
)
def test_who_may_not_write_is_refused(wordpress, sandbox, auth, expected):
    auth = tuple(sandbox.readers["wordpress"].values()) if auth == "reader" else auth
    answer = wordpress("POST", POSTS, json={"title": "x", "status": "publish"}, auth=auth)
    assert code_of(answer) == expected
    assert sandbox.posts() == []


def test_blanks_in_an_application_password_do_not_matter(wordpress, sandbox):
    user, password = sandbox.credentials["wordpress"].values()
    spaced = " ".join(password[at : at + 4] for at in range(0, len(password), 4))
    assert wordpress("GET", "/wp/v2/users/me", auth=(user, spaced)).status_code == 200


def test_a_wrong_password_is_a_visitor_on_public_reads_and_an_error_nowhere_but_for_more(wordpress):
    wrong = ("announce", "wrong")
    assert wordpress("GET", POSTS, auth=wrong).status_code == 200
    refused = wordpress("GET", POSTS, params={"status": "any"}, auth=wrong)
    assert code_of(refused) == (400, "rest_invalid_param")
    assert refused.json()["data"]["params"] == {"status": "Status is forbidden."}
    edit = wordpress("GET", POSTS, params={"context": "edit"}, auth=wrong)
    assert code_of(edit) == (401, "rest_forbidden_context")


def test_a_check_sees_roles_and_capabilities(wordpress, sandbox):
    anonymous = wordpress("GET", "/wp/v2/users/me", params={"context": "edit"}, auth=None)
    assert code_of(anonymous) == (401, "rest_not_logged_in")
    editor = wordpress("GET", "/wp/v2/users/me", params={"context": "edit"}).json()
    assert editor["roles"] == ["editor"]
    assert editor["capabilities"]["publish_posts"] is True
    reader = tuple(sandbox.readers["wordpress"].values())
    assert (
        "publish_posts"
        not in wordpress("GET", "/wp/v2/users/me", params={"context": "edit"}, auth=reader).json()[
            "capabilities"
        ]
    )


def test_the_index_announces_application_passwords(wordpress, sandbox):
    index = wordpress("GET", "/", auth=None).json()
    assert "application-passwords" in index["authentication"]
    assert index["url"] == sandbox.base_url("wordpress")


def test_rest_route_reaches_the_same_api(sandbox, wordpress):
    post = made(wordpress, status="publish", slug="a")
    url = f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/posts&slug=a"
    assert requests.get(url, timeout=5).json()[0]["id"] == post["id"]


def test_the_site_says_where_its_api_is(sandbox):
    front = requests.head(f"{sandbox.base_url('wordpress')}/", timeout=5)
    assert front.links["https://api.w.org/"]["url"] == f"{sandbox.base_url('wordpress')}/wp-json/"
    assert front.content == b""


def test_a_look_up_by_slugs_finds_drafts_and_with_trash_the_trashed(wordpress):
    draft, trashed = made(wordpress, slug="a"), made(wordpress, slug="b", status="publish")
    gone = wordpress("DELETE", f"{POSTS}/{trashed['id']}")
    assert (gone.status_code, gone.json()["slug"], gone.json()["status"]) == (200, "b__trashed", "trash")
    found = wordpress("GET", POSTS, params={"slug": "a,b,b__trashed", "status": "any", "context": "edit"})
    assert [post["id"] for post in found.json()] == [draft["id"]]
    assert found.headers["X-WP-Total"] == "1"
    everything = {"slug": "a,b,b__trashed", "status": "any,trash"}
    assert {post["id"] for post in wordpress("GET", POSTS, params=everything).json()} == {
        draft["id"],
        trashed["id"],
    }
    assert wordpress("GET", POSTS, params={"slug": "a"}).json() == []


def test_fields_can_be_chosen_on_reads_and_writes(wordpress):
    small = wordpress(
        "POST", POSTS, params={"_fields": "id,slug,title.raw"}, json={"title": "T", "slug": "s"}
    )
    assert small.json() == {"id": 1, "slug": "s", "title": {"raw": "T"}}


def test_a_list_is_paged_newest_first(wordpress):
    ids = [made(wordpress, status="publish")["id"] for _ in range(3)]
    first = wordpress("GET", POSTS, params={"per_page": 2})
    second = wordpress("GET", POSTS, params={"per_page": 2, "page": 2})
    assert [post["id"] for post in first.json() + second.json()] == ids[::-1]
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("3", "2")
    beyond = wordpress("GET", POSTS, params={"per_page": 2, "page": 3})
    assert code_of(beyond) == (400, "rest_post_invalid_page_number")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_post_can_be_changed_by_three_methods(wordpress, method):
    post = made(wordpress, status="publish", slug="a")
    changed = wordpress(method, f"{POSTS}/{post['id']}", json={"title": "Neu"}).json()
    assert (changed["title"]["raw"], changed["slug"], changed["link"]) == ("Neu", "a", post["link"])


def test_trash_then_force_then_nothing(wordpress):
    address = f"{POSTS}/{made(wordpress, status='publish')['id']}"
    assert wordpress("DELETE", address).status_code == 200
    assert code_of(wordpress("DELETE", address)) == (410, "rest_already_trashed")
    assert wordpress("DELETE", address, params={"force": "true"}).json()["deleted"] is True
    assert code_of(wordpress("DELETE", address)) == (404, "rest_post_invalid_id")
    assert code_of(wordpress("POST", address, json={"title": "x"})) == (404, "rest_post_invalid_id")


def test_a_post_taken_back_from_the_trash_may_find_its_slug_taken(wordpress):
    first = made(wordpress, status="publish", slug="m-1")
    wordpress("DELETE", f"{POSTS}/{first['id']}")
    made(wordpress, status="publish", slug="m-1")
    back = wordpress("PUT", f"{POSTS}/{first['id']}", json={"status": "publish"}).json()
    assert (back["status"], back["slug"]) == ("publish", "m-1-2")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "live"}, "rest_invalid_param"),
        ({"date_gmt": "2026-12-01 10:00"}, "rest_invalid_param"),
        ({"date": "gestern"}, "rest_invalid_param"),
        ({"categories": ["Wartung"]}, "rest_invalid_param"),
        ({"title": 3}, "rest_invalid_param"),
        ({"title": " ", "content": ""}, "empty_content"),
    ],
)
def test_bad_fields_are_refused(wordpress, fields, expected):
    answer = wordpress("POST", POSTS, json={"title": "T", "content": "C"} | fields)
    assert code_of(answer) == (400, expected)


def test_json_that_is_none_and_routes_that_are_none(wordpress):
    broken = wordpress("POST", POSTS, data="{", headers={"Content-Type": "application/json"})
    assert code_of(broken) == (400, "rest_invalid_json")
    assert code_of(wordpress("GET", "/wp/v2/notices")) == (404, "rest_no_route")


def test_a_date_a_minute_ahead_makes_a_future_post_that_nobody_sees(wordpress, sandbox):
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    post = made(wordpress, status="publish", date_gmt=later)
    assert (post["status"], post["date_gmt"]) == ("future", later)
    assert not sandbox.posts("wordpress")[0].visible


def test_a_naive_date_is_the_sites_own_time(wordpress):
    post = made(wordpress, status="publish", date="2026-01-15T12:00:00")
    assert (post["date"], post["date_gmt"]) == ("2026-01-15T12:00:00", "2026-01-15T11:00:00")


def test_unknown_fields_and_meta_are_dropped_silently(wordpress):
    post = made(wordpress, meta={"announcement_id": "7"}, nonsense=1)
    assert (post["meta"], "nonsense" in post) == ([], False)


@pytest.mark.parametrize(
    ("content", "rendered"),
    [
        ("eins\nzwei", "<p>eins<br />\nzwei</p>\n"),
        ("<!-- wp:html --><p>eins\nzwei</p><!-- /wp:html -->", "<p>eins\nzwei</p>"),
        ("<p>[gallery ids=1] bleibt [test]</p>", "<p> bleibt [test]</p>\n"),
        ("<p>&#91;gallery]</p>", "<p>&#91;gallery]</p>\n"),
    ],
)
def test_content_is_filtered_for_display_and_kept_raw(wordpress, content, rendered):
    post = made(wordpress, content=content, status="publish")
    assert post["content"]["raw"] == content
    assert post["content"]["rendered"] == rendered


def test_a_visitor_sees_public_posts_alone(wordpress):
    public, hidden = made(wordpress, status="publish"), made(wordpress, status="draft")
    assert "raw" not in wordpress("GET", f"{POSTS}/{public['id']}", auth=None).json()["title"]
    assert code_of(wordpress("GET", f"{POSTS}/{hidden['id']}", auth=None)) == (401, "rest_forbidden")
    assert code_of(wordpress("DELETE", f"{POSTS}/{public['id']}", auth=None)) == (401, "rest_cannot_delete")
    assert code_of(wordpress("PUT", f"{POSTS}/{public['id']}", auth=None)) == (401, "rest_cannot_edit")


def test_the_feed_carries_the_newest_ten(wordpress, sandbox):
    for number in range(11):
        made(
            wordpress,
            status="publish",
            title=f"Nr. {number} & ]]>",
            slug=f"n-{number}",
            content="<p>a ]]> b</p>",
        )
    feed = feedparser.parse(f"{sandbox.base_url('wordpress')}/feed/")
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [f"Nr. {number} & ]]>" for number in range(10, 0, -1)]
    assert feed.entries[0].id == f"{sandbox.base_url('wordpress')}/n-10/"
    assert "a ]]> b" in feed.entries[0].content[0].value


def test_the_short_address_leads_to_the_post(wordpress, sandbox):
    post = made(wordpress, status="publish", slug="a")
    short = f"{sandbox.base_url('wordpress')}/?p={post['id']}"
    assert requests.get(short, timeout=5).url == post["link"]


def test_fifty_posts_at_once_are_all_kept_under_names_of_their_own(wordpress, sandbox):
    with ThreadPoolExecutor(50) as pool:
        slugs = set(pool.map(lambda _: made(wordpress, slug="race", status="publish")["slug"], range(50)))
    assert len(slugs) == len(sandbox.posts("wordpress")) == 50
