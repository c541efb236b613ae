"""The adapter on a real WordPress in odd health: each oddity is a plug-in of one file, or a line of wp-config.php."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, Rejected, Unknown
from publisher.model.post import Telling
from publisher.model.wholeness import mutilated
from tests.real.test_wordpress import Site, again, amended, opened, site, statuses

__all__ = ["site"]

pytestmark = pytest.mark.real

NOTICE = (
    "echo '<br />', PHP_EOL, '<b>Notice</b>:  Undefined variable $x in <b>/srv/old.php</b> on line <b>12</b><br />', "
    "PHP_EOL;"
)
TALK = {
    "notice": f"add_filter('rest_pre_serve_request', function ($done) {{ {NOTICE} return $done; }});",
    "unbuffered notice": f"add_action('plugins_loaded', function () {{ {NOTICE} flush(); }});",
    "comment": "add_action('shutdown', function () { echo \"\\n<!-- Cached by Example -->\"; }, 0);",
    "php tag": "add_filter('rest_pre_serve_request', function ($done) { echo '<?php' . \"\\n\"; return $done; });",
    "called html": "add_filter('rest_pre_serve_request', function ($done) "
    "{ header('Content-Type: text/html; charset=UTF-8'); return $done; });",
}
CACHE = """
add_filter('rest_pre_dispatch', function ($done, $server, $request) {
    if ($request->get_method() !== 'GET') { return $done; }
    $key = 'c' . md5($_SERVER['REQUEST_URI']);
    $kept = get_transient($key);
    if ($kept) { header('Age: 7'); header('X-Cache: HIT'); return new WP_REST_Response($kept); }
    return $done;
}, 10, 3);
add_filter('rest_post_dispatch', function ($answer, $server, $request) {
    if ($request->get_method() === 'GET' && $answer->get_status() === 200) {
        set_transient('c' . md5($_SERVER['REQUEST_URI']), $answer->get_data(), 600);
    }
    return $answer;
}, 10, 3);
"""
KEEPS = (
    "add_filter('wp_insert_post_data', function ($data) {{ $data['post_content'] = {what}; return $data; }});"
)
TELLS = (Telling("start", ("22:30",)), Telling("reference", ("CMO",)))


@pytest.fixture
def blog(engineer, site) -> Any:
    return opened(engineer, site)


@contextmanager
def configured(site: Site, php: str) -> Iterator[None]:
    """A line of wp-config.php, in front of all others."""
    file = site.folder / "www/wp-config.php"
    before = file.read_text()
    file.write_text(before.replace("<?php", f"<?php\n{php}", 1))
    try:
        yield
    finally:
        file.write_text(before)


def life(blog: Any, engineer: Any, site: Site) -> None:
    post = engineer.post()
    receipt = blog.publish(post)
    assert blog.find(post) == receipt
    edited = blog.amend(receipt, amended(engineer, post))
    again_edited = blog.amend(edited, amended(engineer, post, update=3, body="<p>Fertig.</p>"))
    assert blog.locate(receipt.url).remote_id == receipt.remote_id
    blog.withdraw(again_edited)
    assert statuses(site, post) == ["draft"]


@pytest.mark.parametrize("what", TALK)
def test_json_with_something_around_it_is_read(blog, engineer, site, what):
    with site.plugin(TALK[what]):
        post = engineer.post()
        receipt = blog.publish(post)
        assert blog.find(post) == receipt
        assert blog.amend(receipt, amended(engineer, post)).remote_id == receipt.remote_id
        blog.withdraw(receipt)
        identity = blog.check()
    assert identity.may_publish is Permission.PROVED
    assert identity.warnings
    assert statuses(site, post) == ["draft"]


def test_a_refusal_is_understood_beside_a_notice_that_spoilt_its_status(engineer, site):
    with site.plugin(TALK["unbuffered notice"]), pytest.raises(BadCredentials):
        opened(engineer, site, password="wrong-password").stage(engineer.post())


def test_a_cache_of_reads_does_not_stand_in_the_way(blog, engineer, site):
    with site.plugin(CACHE):
        life(blog, engineer, site)


def test_a_cache_that_does_not_look_at_the_whole_address_is_no_evidence(blog, engineer, site):
    with site.plugin(CACHE.replace("$_SERVER['REQUEST_URI']", "$request->get_route()")):
        post = engineer.post()
        first = blog.amend(blog.publish(post), amended(engineer, post))
        with pytest.raises(Unknown, match="cache"):
            blog.amend(first, amended(engineer, post, update=3, body="<p>Fertig.</p>"))
        blog.withdraw(first)
    assert statuses(site, post) == ["draft"]


@pytest.mark.parametrize(
    ("what", "lost"),
    [
        ("''", True),
        ("substr($data['post_content'], 0, 20)", True),
        ("$data['post_content'] . '<p>Werbung</p>'", False),
    ],
)
def test_a_draft_tells_what_a_plugin_left_of_it(blog, engineer, site, visitor, what, lost):
    post = engineer.post(body="<p>Montag, 22:30 Uhr. Ref. CMO</p>", tells=TELLS)
    with site.plugin(KEEPS.format(what=what)):
        draft = blog.stage(post)
    assert (mutilated(post, draft) is not None) is lost
    assert post.title not in visitor.get(site.url, timeout=10).text


def test_the_fingerprint_is_of_what_the_blog_made_of_the_text(blog, engineer, site):
    with site.plugin(KEEPS.format(what="str_replace('Montag', 'Mo.', $data['post_content'])")):
        post = engineer.post()
        edited = blog.amend(blog.publish(post), amended(engineer, post, body="<p>Montag, halb fertig.</p>"))
        assert blog.amend(
            edited, amended(engineer, post, update=3, body="<p>Montag, fertig.</p>")
        ).fingerprint


def test_emoji_survive_a_table_that_does_not_know_them(blog, engineer, site, visitor):
    """utf8mb3, as on blogs that were made long ago: WordPress refuses such a text, or strips it."""
    post = engineer.post(title="Wartung 😀 heute", body="<p>Um 22:30 😀 Uhr, Ende</p>")
    plain = "ALTER TABLE $wpdb->posts CONVERT TO CHARACTER SET utf8mb3"
    back = "ALTER TABLE $wpdb->posts CONVERT TO CHARACTER SET utf8mb4"
    alter = "add_action('init', function () {{ global $wpdb; $wpdb->query(\"{sql}\"); }});"
    with site.plugin(alter.format(sql=plain)):
        visitor.get(site.url, timeout=20)
    try:
        receipt = blog.publish(post)
        page = visitor.get(receipt.url, timeout=10).text
    finally:
        with site.plugin(alter.format(sql=back)):
            visitor.get(site.url, timeout=20)
    assert "22:30 &#128512; Uhr, Ende" in page
    assert "Wartung &#128512; heute" in page


def test_a_blog_without_a_trash_can_take_a_post_down(blog, engineer, site, visitor):
    with configured(site, "define('EMPTY_TRASH_DAYS', 0);"):
        post = engineer.post()
        receipt = blog.publish(post)
        assert site.by_hand("DELETE", f"posts/{receipt.remote_id}")["code"] == "rest_trash_not_supported"
        blog.withdraw(receipt)
        assert visitor.get(receipt.url, timeout=10).status_code == 404
        blog.withdraw(receipt)


@pytest.mark.parametrize(("role", "written"), [("author", False), ("author", True), ("subscriber", None)])
def test_without_the_users_route_the_right_is_proved_by_the_posts(engineer, site, role, written):
    php = """add_filter('rest_endpoints', function ($routes) {
        foreach (array_keys($routes) as $route) {
            if (strpos($route, '/wp/v2/users') === 0) { unset($routes[$route]); }
        }
        return $routes;
    });"""
    channel = opened(engineer, site, role)
    with site.plugin(php):
        if written is None:
            with pytest.raises(Rejected):
                channel.check()
            return
        if written:
            channel.publish(engineer.post())
            assert channel.check().may_publish is Permission.PROVED
        else:
            assert channel.check().may_publish in {Permission.PROVED, Permission.UNKNOWN}


def test_a_host_that_blocks_the_route_in_the_query_is_served_at_wp_json(engineer, site):
    php = """if (isset($_GET['rest_route']) && strpos($_SERVER['REQUEST_URI'], '?') !== false
        && strpos($_SERVER['REQUEST_URI'], '/wp-json') !== 0) {
        http_response_code(403); header('Content-Type: text/html');
        exit('<html><title>403 Forbidden</title></html>');
    }"""
    channel, post = opened(engineer, site), engineer.post()
    with site.plugin(php):
        assert channel.check().may_publish is Permission.PROVED
        receipt = channel.publish(post)
        assert channel.find(post) == receipt
        channel.withdraw(receipt)
    assert statuses(site, post) == ["draft"]


def test_a_lost_draft_is_found_at_the_second_attempt_however_soon(blog, engineer, site):
    lost = "add_action('rest_after_insert_post', function () { status_header(502); exit('<h1>Bad Gateway</h1>'); });"
    post = engineer.post()
    with site.plugin(lost):
        for attempt in (post, again(post), again(post)):
            with pytest.raises(Unknown):
                blog.stage(attempt)
    assert blog.publish(again(post)).note is None
    assert statuses(site, post) == ["publish"]


def test_another_type_of_posts_and_more_fields(engineer, site):
    php = """add_action('init', function () {
        register_post_type('notice', ['public' => true, 'show_in_rest' => true, 'rest_base' => 'notices',
            'supports' => ['title', 'editor', 'author']]);
    });"""
    with site.plugin(php):
        channel = opened(engineer, site, "editor", rest_base="notices", fields={"menu_order": 3})
        post = engineer.post()
        receipt = channel.publish(post)
        assert channel.find(post) == receipt
        assert (
            channel.amend(receipt, replace(post, update=2, body="<p>Neu</p>")).remote_id == receipt.remote_id
        )
        channel.withdraw(receipt)
        assert channel.find(post) is None
