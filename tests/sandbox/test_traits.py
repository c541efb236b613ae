"""What an installation may be like: the doubles of WordPress and WHMCS in odd health, as plain requests see them."""

from __future__ import annotations

import pytest
import requests

POSTS = "/wp/v2/posts"
TEXT = {"title": "Wartung", "content": "<p>Am Montag um 22:30 Uhr, Ref. CMO-7K3M, auf allen Knoten</p>"}


def by_query(sandbox, route: str = POSTS, **options):
    pair = tuple(sandbox.credentials["wordpress"].values())
    url = f"{sandbox.base_url('wordpress')}/?rest_route={route}"
    return requests.get(url, auth=pair, timeout=5, **options)


def made(wordpress, **fields):
    return wordpress("POST", POSTS, json=TEXT | fields)


def test_without_a_trash_a_post_can_only_be_hidden(wordpress, sandbox):
    sandbox.make("wordpress", "no-trash")
    post = made(wordpress, status="publish").json()
    refused = wordpress("DELETE", f"{POSTS}/{post['id']}")
    assert (refused.status_code, refused.json()["code"]) == (501, "rest_trash_not_supported")
    assert sandbox.posts("wordpress")[0].visible
    assert wordpress("POST", f"{POSTS}/{post['id']}", json={"status": "draft"}).status_code == 200
    assert not sandbox.posts("wordpress")[0].visible


@pytest.mark.parametrize(
    ("trait", "status", "kind"),
    [
        ("notices", 201, "application/json"),
        ("notices-unbuffered", 200, "text/html"),
        ("comments", 201, "application/json"),
        ("php-tag", 201, "application/json"),
        ("typed-html", 201, "text/html"),
    ],
)
def test_what_stands_around_json_is_no_json(wordpress, sandbox, trait, status, kind):
    sandbox.make("wordpress", trait)
    answer = made(wordpress)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(kind)
    assert b'"id": 1,' in answer.content
    assert answer.content.startswith(b"{") is (trait in {"comments", "typed-html"})
    sandbox.make("wordpress")
    assert made(wordpress).json()["id"] == 2


def test_a_cached_read_shows_the_text_before_the_edit(wordpress, sandbox):
    post = made(wordpress).json()
    sandbox.make("wordpress", "cached-reads")
    route = f"{POSTS}/{post['id']}?context=edit"
    first = wordpress("GET", route)
    wordpress("POST", f"{POSTS}/{post['id']}", json={"content": "<p>Neu</p>"})
    again = wordpress("GET", route)
    assert (first.headers["X-Cache"], again.headers["X-Cache"]) == ("MISS", "HIT")
    assert int(again.headers["Age"]) >= 1
    assert again.json()["content"]["raw"] == TEXT["content"]
    assert wordpress("GET", f"{route}&nobody=1").json()["content"]["raw"] == "<p>Neu</p>"
    sandbox.make("wordpress", "cached-regardless")
    assert wordpress("GET", f"{route}&nobody=2").headers["X-Cache"] == "HIT"


@pytest.mark.parametrize(
    ("trait", "kept"),
    [
        ("empties-text", ("Wartung", "")),
        ("cuts-text", ("Wartung", TEXT["content"][:40])),
        ("drops-title", ("", TEXT["content"])),
        ("adds-text", ("Wartung", TEXT["content"] + "\n<p>Powered by Example Hosting</p>")),
    ],
)
def test_plugins_change_what_is_kept(wordpress, sandbox, trait, kept):
    sandbox.make("wordpress", trait)
    post = made(wordpress).json()
    assert (post["title"]["raw"], post["content"]["raw"]) == kept


@pytest.mark.parametrize(
    ("traits", "query", "path"),
    [
        (["no-rest-route"], 403, 200),
        (["no-wp-json"], 200, 404),
        (["firewall"], 200, 200),
        (["challenge"], 403, 403),
        (["site-password"], 401, 401),
    ],
)
def test_hosts_block_one_address_or_the_other(wordpress, sandbox, traits, query, path):
    sandbox.make("wordpress", *traits)
    assert (by_query(sandbox).status_code, wordpress("GET", POSTS).status_code) == (query, path)


@pytest.mark.parametrize(
    ("trait", "status", "header"),
    [
        ("firewall", 406, ("Server", "Apache")),
        ("challenge", 403, ("cf-mitigated", "challenge")),
        ("site-password", 401, ("WWW-Authenticate", 'Basic realm="Staging"')),
    ],
)
def test_what_answers_in_wordpresss_place_says_who_it_is(wordpress, sandbox, trait, status, header):
    sandbox.make("wordpress", trait)
    answer = made(wordpress)
    assert answer.status_code == status
    assert answer.headers[header[0]] == header[1]
    assert "<title>" in answer.text
    assert sandbox.posts("wordpress") == []


def test_without_application_passwords_everybody_is_a_visitor(wordpress, sandbox):
    sandbox.make("wordpress", "no-app-passwords")
    assert wordpress("GET", "/").json()["authentication"] == []
    assert wordpress("GET", "/wp/v2/users/me").status_code == 401
    assert made(wordpress).json()["code"] == "rest_cannot_create"


def test_removed_users_are_no_route(wordpress, sandbox):
    sandbox.make("wordpress", "no-users-me")
    assert wordpress("GET", "/wp/v2/users/me").json()["code"] == "rest_no_route"
    assert wordpress("GET", f"{POSTS}?status=draft&context=edit").status_code == 200


def test_who_may_publish_is_told_with_each_post(wordpress, sandbox):
    made(wordpress, status="publish")
    [post] = wordpress("GET", f"{POSTS}?context=edit&_fields=_links").json()
    assert "wp:action-publish" in post["_links"]


def test_posts_of_another_type_have_an_address_of_their_own(wordpress):
    other = wordpress("POST", "/wp/v2/maintenance", json=TEXT)
    assert (other.status_code, other.json()["type"]) == (201, "maintenance")
    assert wordpress("GET", f"{POSTS}/{other.json()['id']}").status_code == 404
    assert wordpress("GET", "/wp/v2/maintenance?status=draft").json()[0]["id"] == other.json()["id"]


# --- WHMCS ------------------------------------------------------------------------------------------------------


def added(whmcs, text: str = "<p>x</p>", title: str = "Wartung", published: str = "1"):
    fields = {"date": "2026-11-23 21:00:00", "title": title, "announcement": text, "published": published}
    return whmcs("AddAnnouncement", **fields)


def rows(whmcs):
    return whmcs("GetAnnouncements").json()["announcements"]["announcement"]


def test_a_busy_whmcs_says_so_with_the_json_of_an_error(whmcs, sandbox):
    sandbox.make("whmcs", "busy")
    answer = added(whmcs)
    assert (answer.status_code, answer.json()["result"]) == (429, "error")
    assert answer.headers["Retry-After"] == "7"


def test_an_address_that_is_not_on_the_list_is_forbidden(whmcs, sandbox):
    sandbox.make("whmcs", "not-on-the-list")
    assert (added(whmcs).status_code, added(whmcs).json()["message"]) == (403, "Forbidden IP 127.0.0.1")


def test_an_old_table_ends_a_text_at_an_emoji_or_refuses_it(whmcs, sandbox):
    sandbox.make("whmcs", "utf8mb3")
    added(whmcs, "<p>Ende 🚧 Ref.</p>", "Wartung 🚧 heute")
    assert (rows(whmcs)[0]["announcement"], rows(whmcs)[0]["title"]) == ("<p>Ende ", "Wartung ")
    sandbox.make("whmcs", "utf8mb3-strict")
    assert "Incorrect string value: '\\xF0\\x9F" in added(whmcs, "🚧").json()["message"]
    assert added(whmcs, "&#128679; ü €").json()["result"] == "success"


def test_a_translation_is_a_row_with_a_parent(whmcs, sandbox):
    sandbox.make("whmcs", "translated")
    number = added(whmcs).json()["announcementid"]
    translation, original = rows(whmcs)
    assert translation["parentid"] == str(original["id"]) == str(number)
    assert translation["announcement"] == original["announcement"]


# --- how traits are given ---------------------------------------------------------------------------------------


def test_traits_that_there_are_not_are_refused(sandbox):
    with pytest.raises(ValueError, match="no trait 'haunted'; there are no-trash"):
        sandbox.make("wordpress", "haunted")


def test_traits_can_be_given_over_http(sandbox):
    given = {"platform": "wordpress", "traits": ["no-trash"]}
    assert requests.put(f"{sandbox.url}/traits", json=given, timeout=5).json() == {"has": ["no-trash"]}
    known = requests.get(f"{sandbox.url}/traits", timeout=5).json()
    assert known["wordpress"]["has"] == ["no-trash"]
    assert "busy" in known["whmcs"]["may_have"]
    for bad in ({"platform": "x", "traits": []}, {"platform": "whmcs", "traits": ["no-trash"]}, [], {"a": 1}):
        assert requests.put(f"{sandbox.url}/traits", json=bad, timeout=5).status_code == 400
    assert requests.put(f"{sandbox.url}/traits", data="{}", timeout=5).status_code == 415


def test_a_test_may_say_itself_what_is_kept(wordpress, whmcs, sandbox):
    for name in ("wordpress", "whmcs"):
        sandbox.keep(name, lambda text: text.replace("22:30", ""))
    assert "22:30" not in made(wordpress).json()["content"]["raw"]
    added(whmcs, "um 22:30 Uhr")
    assert rows(whmcs)[0]["announcement"] == "um  Uhr"
