"""The WordPress adapter publishes to a real WordPress, and its readers see what was meant."""

from __future__ import annotations

import html
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
import pytest
import requests

from publisher.adapter.identity import Permission
from publisher.model.announcement import Kind
from publisher.model.outcome import BadCredentials, ChangedByHand, Gone, NotSent, Rejected, Unknown

pytestmark = pytest.mark.real

SCRIPT = Path(__file__).with_name("wordpress.sh")


class Site:
    """A running WordPress: where it is, who may do what, and how to make it fail."""

    def __init__(self, told: dict[str, str]) -> None:
        self.told = told
        self.url = told["WP_URL"]
        self.folder = Path(told["WP_DIR"])

    def users(self, role: str) -> tuple[str, str]:
        """User name and application password of ``editor``, ``author`` or ``subscriber``."""
        mark = "" if role == "editor" else f"{role.upper()}_"
        return self.told[f"WP_{mark}USER"], self.told[f"WP_{mark}APP_PASSWORD"]

    def by_hand(self, method: str, route: str, **fields: Any) -> Any:
        """What the editor does in WordPress itself."""
        with requests.Session() as session:
            session.trust_env = False
            url = f"{self.url}/?rest_route=/wp/v2/{route}"
            return session.request(
                method, url, json=fields or None, auth=self.users("editor"), timeout=10
            ).json()

    @contextmanager
    def plugin(self, php: str) -> Iterator[None]:
        """A plugin that WordPress loads from the next request on."""
        file = self.folder / "www/wp-content/mu-plugins/fault.php"
        file.write_text(f"<?php {php}")
        try:
            yield
        finally:
            file.unlink()

    @contextmanager
    def maintenance(self) -> Iterator[None]:
        """Its own maintenance mode, as during an update of WordPress."""
        file = self.folder / "www/.maintenance"
        file.write_text(f"<?php $upgrading = {int(time.time())};")
        try:
            yield
        finally:
            file.unlink()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Its database answers nobody."""
        database = int(Path(self.told["WP_PID_DB"]).read_text().split()[0])
        os.kill(database, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(database, signal.SIGCONT)


@contextmanager
def running(unavailable: Callable[[str], None], **environ: str) -> Iterator[Site]:
    if not Path("/etc/debian_version").exists() or shutil.which("apt-get") is None:
        unavailable("a real WordPress needs Debian: this machine is none")
    if os.geteuid() != 0:
        unavailable("a real WordPress needs root, for apt-get and for processes of other users")
    folder = Path(tempfile.mkdtemp(prefix="wordpress."))
    try:
        done = subprocess.run(
            [SCRIPT, "up", folder], env=os.environ | environ, capture_output=True, text=True
        )
        if done.returncode:
            unavailable(f"a real WordPress did not start: {done.stderr.strip()[-300:]}")
        yield Site(dict(line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("WP_")))
    finally:
        if (folder / "state").exists():
            subprocess.run([SCRIPT, "purge", folder], check=True)
        else:
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def site(unavailable) -> Iterator[Site]:
    with running(unavailable) as up:
        yield up


@pytest.fixture
def blog(engineer, site) -> Any:
    return opened(engineer, site)


def opened(engineer, site: Site, role: str = "author", **settings: Any) -> Any:
    username, password = site.users(role)
    known = {"username": username, "password": password} | settings
    known["password"] = engineer.secret(known["password"])
    return engineer.open("wordpress", base_url=site.url, **known)


def again(post: Any) -> Any:
    """The post at an attempt that is not the first one."""
    return replace(post, repeat=True)


def statuses(site: Site, post) -> list[str]:
    """Of all posts that carry the name of ours, trash included."""
    names = f"{post.slug},{post.slug}-2,{post.slug}__trashed"
    return sorted(each["status"] for each in site.by_hand("GET", f"posts&slug={names}&status=any,trash"))


# --- publishing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "author"])
def test_a_post_is_published_found_and_read_by_customers(engineer, site, visitor, role):
    channel, post = opened(engineer, site, role), engineer.post()
    receipt = channel.publish(post)
    assert receipt == channel.find(post)
    assert receipt.url == f"{site.url}/{post.slug}/"

    page = visitor.get(receipt.url, timeout=10)
    assert page.status_code == 200
    assert post.title in page.text
    assert post.body in page.text

    feed = feedparser.parse(visitor.get(site.told["WP_FEED"], timeout=10).content)
    assert not feed.bozo
    [item] = [entry for entry in feed.entries if entry.link == receipt.url]
    assert item.title == post.title
    assert post.ref in item.summary


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }} {% x %}",
        "<script>alert(1)</script>",
        "[gallery] [caption]x[/caption]",
        "]]> --> &amp;",
        "Störung ß 😀",
        """apt --fix-broken ... 2x4 "quoted" 'too'""",
    ],
)
@pytest.mark.parametrize("role", ["editor", "author"])
def test_awkward_texts_reach_the_reader_to_the_letter(engineer, site, visitor, role, text):
    post = engineer.post(title=f"A {text} Z", body=f"<p>Anfang {html.escape(text)} Ende</p>")
    receipt = opened(engineer, site, role).publish(post)
    shown = html.unescape(visitor.get(receipt.url, timeout=10).text)
    assert f"Anfang {text} Ende" in shown
    assert f"A {text} Z" in shown
    assert "<script>alert(1)</script>" not in visitor.get(receipt.url, timeout=10).text


def test_a_draft_is_hidden_until_it_is_released_and_releasing_may_be_repeated(blog, engineer, site, visitor):
    post = engineer.post()
    draft = blog.stage(post)
    assert post.ref not in visitor.get(site.url, timeout=10).text
    assert blog.find(post) is None
    assert blog.release(post, draft) == blog.release(post, draft)
    assert statuses(site, post) == ["publish"]


def test_a_second_draft_of_the_same_name_is_noted_when_it_is_released(blog, engineer):
    post = engineer.post()
    first, second = blog.stage(post), blog.stage(post)
    assert blog.release(post, second).note.startswith(f"WordPress named it {post.slug}-2")
    blog.release(post, first)
    assert "published 2 times" in blog.find(post).note


def test_a_site_with_plain_permalinks_is_served_as_well(engineer, unavailable, visitor):
    with running(unavailable, WP_PERMALINKS="plain") as plain:
        channel, post = opened(engineer, plain), engineer.post()
        assert channel.check().may_publish is Permission.PROVED
        receipt = channel.publish(post)
        assert receipt.url == f"{plain.url}/?p={receipt.remote_id}"
        assert channel.find(post) == receipt
        assert post.body in visitor.get(receipt.url, timeout=10).text


# --- rights -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "standing"), [("editor", "proved"), ("author", "proved"), ("subscriber", "refused")]
)
def test_check_tells_who_may_publish(engineer, site, role, standing):
    identity = opened(engineer, site, role).check()
    assert (identity.account, identity.may_publish) == (role, standing)


def test_an_application_password_is_taken_as_wordpress_shows_it(engineer, site):
    _, password = site.users("author")
    spaced = " ".join(password[at : at + 4] for at in range(0, len(password), 4))
    assert opened(engineer, site, password=spaced).check().may_publish is Permission.PROVED


def test_a_wrong_password_is_told_as_such_by_every_verb(engineer, site):
    channel, post = opened(engineer, site, password="wrong-password"), engineer.post()
    for verb in (channel.check, lambda: channel.stage(post), lambda: channel.find(post)):
        with pytest.raises(BadCredentials):
            verb()
    with pytest.raises(BadCredentials):
        channel.stage(again(post))


def test_a_subscriber_may_not_publish(engineer, site):
    with pytest.raises(Rejected, match="may not write") as caught:
        opened(engineer, site, "subscriber").stage(engineer.post())
    assert not isinstance(caught.value, BadCredentials)


def test_a_blog_without_application_passwords_says_so(blog, site):
    php = "add_filter('wp_is_application_passwords_available', '__return_false');"
    with site.plugin(php), pytest.raises(BadCredentials, match="switched off"):
        blog.check()


def test_another_users_draft_is_not_ours_to_publish(blog, engineer, site):
    post = engineer.post()
    draft = opened(engineer, site, "editor").stage(post)
    with pytest.raises(Rejected, match="another user"):
        blog.release(post, draft)


# --- lost answers and persons -----------------------------------------------------------------------------------

LOST = (
    "add_action('rest_after_insert_post', function () { status_header(502); exit('<h1>Bad Gateway</h1>'); });"
)
"""The post is written, and then the gateway fails."""


def test_a_release_whose_answer_is_lost_is_found_and_not_repeated(blog, engineer, site):
    post = engineer.post()
    draft = blog.stage(post)
    with site.plugin(LOST), pytest.raises(Unknown, match="502"):
        blog.release(post, draft)
    found = blog.find(post)
    assert found.remote_id == draft.remote_id
    assert blog.release(again(post), draft) == found
    assert statuses(site, post) == ["publish"]


def test_a_draft_whose_answer_was_lost_is_taken_by_the_next_attempt(blog, engineer, site):
    post = engineer.post()
    with site.plugin(LOST), pytest.raises(Unknown):
        blog.stage(post)
    assert blog.find(post) is None
    assert blog.publish(again(post)).note is None
    assert statuses(site, post) == ["publish"]


def test_a_draft_that_a_person_put_into_the_trash_stays_there(blog, engineer, site):
    post = engineer.post()
    draft = blog.stage(post)
    site.by_hand("DELETE", f"posts/{draft.remote_id}")
    for attempt in (lambda: blog.stage(again(post)), lambda: blog.release(again(post), draft)):
        with pytest.raises(Rejected, match="trash"):
            attempt()
    assert statuses(site, post) == ["trash"]


def test_a_draft_that_a_person_deleted_is_told_as_such(blog, engineer, site):
    post = engineer.post()
    draft = blog.stage(post)
    site.by_hand("DELETE", f"posts/{draft.remote_id}&force=true")
    with pytest.raises(Rejected, match="deleted"):
        blog.release(post, draft)


def test_a_post_that_is_public_already_is_not_made_again(blog, engineer, site):
    post = engineer.post()
    blog.publish(post)
    with pytest.raises(Unknown) as caught:
        blog.publish(again(post))
    assert caught.value.duplicate
    assert statuses(site, post) == ["publish"]


# --- a blog in trouble ------------------------------------------------------------------------------------------


def test_in_maintenance_mode_nothing_is_made_and_it_says_when_to_come_back(blog, engineer, site):
    post = engineer.post()
    with site.maintenance():
        for verb in (lambda: blog.stage(post), lambda: blog.find(post), blog.check):
            with pytest.raises(NotSent, match="maintenance") as caught:
                verb()
            assert caught.value.retry_after == 600
    assert statuses(site, post) == []


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("429, ['Retry-After' => '7']", NotSent), ("418", Rejected), ("500", Unknown), ("503", Unknown)],
)
def test_what_a_plugin_answers_in_wordpresss_place_is_judged_by_its_status(
    blog, engineer, site, answer, verdict
):
    php = f"add_filter('rest_pre_dispatch', fn() => new WP_REST_Response(['code' => 'slow_down'], {answer}));"
    with site.plugin(php), pytest.raises(verdict) as caught:
        blog.stage(engineer.post())
    assert getattr(caught.value, "retry_after", None) == (7 if verdict is NotSent else None)


def test_a_blog_that_hangs_may_still_publish_later_and_is_then_found(engineer, site):
    channel, post = opened(engineer, site, timeout=1.0), engineer.post()
    draft = channel.stage(post)
    with site.frozen(), pytest.raises(Unknown):
        channel.release(post, draft)
    until = time.monotonic() + 10
    while (found := channel.find(post)) is None and time.monotonic() < until:
        time.sleep(0.1)
    assert found.remote_id == draft.remote_id
    assert statuses(site, post) == ["publish"]


def test_a_blog_that_is_down_was_sent_nothing(blog, engineer, site):
    post = engineer.post()
    with stopped(site), pytest.raises(NotSent):
        blog.stage(post)
    assert blog.publish(post).url


@contextmanager
def stopped(site: Site) -> Iterator[None]:
    subprocess.run([SCRIPT, "down", site.folder], check=True)
    try:
        yield
    finally:
        subprocess.run([SCRIPT, "up", site.folder], check=True, capture_output=True)


# --- later updates ----------------------------------------------------------------------------------------------


def amended(engineer, post, **changes: Any):
    later = {
        "update": 2,
        "kind": Kind.PROGRESS,
        "title": f"[Läuft] {post.title}",
        "body": "<p>Halb fertig.</p>",
    }
    return replace(post, **(later | changes))


@pytest.mark.parametrize("role", ["editor", "author"])
def test_the_one_post_is_edited_and_keeps_its_address(engineer, site, visitor, role):
    channel, post = opened(engineer, site, role), engineer.post()
    receipt = channel.publish(post)
    first = channel.amend(receipt, amended(engineer, post))
    assert (first.remote_id, first.url) == (receipt.remote_id, receipt.url)
    assert first.fingerprint != receipt.fingerprint
    done = amended(engineer, post, update=3, title=f"[Abgeschlossen] {post.title}", body="<p>Fertig.</p>")
    second = channel.amend(first, done)
    assert channel.amend(first, done) == second, "an edit whose answer was lost is made again"

    page = html.unescape(visitor.get(receipt.url, timeout=10).text)
    assert done.title in page
    assert "Fertig." in page
    assert "Halb fertig." not in page
    assert statuses(site, post) == ["publish"]


@pytest.mark.parametrize("field", ["title", "content"])
def test_what_an_editor_changed_is_not_written_over(engineer, site, blog, field):
    post = engineer.post()
    receipt = blog.publish(post)
    site.by_hand("POST", f"posts/{receipt.remote_id}", **{field: "Von Hand"})
    with pytest.raises(ChangedByHand, match="by hand"):
        blog.amend(receipt, amended(engineer, post))
    forced = replace(receipt, fingerprint=None)
    assert blog.amend(forced, amended(engineer, post)).remote_id == receipt.remote_id


@pytest.mark.parametrize("how", ["trash", "deleted", "draft"])
def test_what_an_editor_took_down_is_gone(engineer, site, blog, how):
    post = engineer.post()
    receipt = blog.publish(post)
    match how:
        case "trash":
            site.by_hand("DELETE", f"posts/{receipt.remote_id}")
        case "deleted":
            site.by_hand("DELETE", f"posts/{receipt.remote_id}&force=true")
        case "draft":
            site.by_hand("POST", f"posts/{receipt.remote_id}", status="draft")
    with pytest.raises(Gone, match="is gone"):
        blog.amend(receipt, amended(engineer, post))


def test_a_post_is_taken_down_and_once_more_is_no_fault(engineer, site, visitor, blog):
    post = engineer.post()
    receipt = blog.publish(post)
    blog.withdraw(receipt)
    assert statuses(site, post) == ["draft"]
    assert visitor.get(receipt.url, timeout=10).status_code == 404
    blog.withdraw(receipt)
    site.by_hand("POST", f"posts/{receipt.remote_id}", status="publish")
    assert visitor.get(receipt.url, timeout=10).status_code == 200, "its name was kept"
    site.by_hand("DELETE", f"posts/{receipt.remote_id}")
    blog.withdraw(receipt)
    assert statuses(site, post) == ["trash"], "a person's decision"
    site.by_hand("DELETE", f"posts/{receipt.remote_id}&force=true")
    blog.withdraw(receipt)
    assert statuses(site, post) == []


# --- posts that were made by hand -------------------------------------------------------------------------------


def made_by_hand(site: Site, **fields: Any) -> Any:
    return site.by_hand("POST", "posts", title="Von Hand", content="<p>Getippt.</p>", **fields)


def test_a_post_that_was_made_by_hand_is_located_and_edited_later(engineer, site, visitor):
    by_hand, blog = made_by_hand(site, status="publish"), opened(engineer, site, "editor")
    found = [blog.locate(url) for url in (by_hand["link"], f"{site.url}/?p={by_hand['id']}")]
    assert {receipt.remote_id for receipt in found} == {str(by_hand["id"])}
    assert found[0].url == by_hand["link"]

    post = engineer.post()
    edited = blog.amend(found[0], amended(engineer, post))
    assert edited.url == by_hand["link"]
    page = visitor.get(edited.url, timeout=10).text
    assert "Halb fertig." in page
    assert "Getippt." not in page


@pytest.mark.parametrize("status", ["draft", "private"])
def test_what_no_customer_can_read_is_not_located(site, blog, status):
    by_hand = made_by_hand(site, status=status)
    assert blog.locate(f"{site.url}/?p={by_hand['id']}") is None
    assert blog.locate(f"{site.url}/nie-geschrieben/") is None
    assert blog.locate("https://anderswo.example.net/von-hand/") is None


def test_a_colleagues_post_that_an_author_may_not_edit_is_not_located(site, blog):
    by_hand = made_by_hand(site, status="publish")
    assert blog.locate(by_hand["link"]) is None
