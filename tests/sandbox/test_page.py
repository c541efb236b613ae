"""The web page, and that nothing posted can run on it."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
import requests

EVIL = (
    "<script>document.title='pwned'</script><img src=x onerror=alert(1)><svg onload=alert(2)>"
    '<a href="javascript:alert(3)">x</a><meta http-equiv="refresh" content="0;url=https://example.net/">'
    '</iframe></article></section>"><b>bold</b>'
)


class Elements(HTMLParser):
    """What a browser would see on the page itself: the content of srcdoc is an attribute, not elements."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def page(sandbox):
    return lambda path="/": requests.get(sandbox.url + path, timeout=5)


@pytest.fixture
def posted(publish, sandbox, wordpress):
    """The evil text on every platform."""
    for platform in ("whmcs", "facebook", "twitter", "http"):
        assert publish(platform, EVIL[:150] if platform == "twitter" else EVIL).ok
    made = wordpress(
        "POST", "/wp/v2/posts", json={"title": EVIL, "content": EVIL, "status": "publish", "slug": "e"}
    )
    assert made.status_code == 201


def test_an_empty_sandbox_says_where_to_post(page, sandbox):
    text = page().text
    for platform in ("wordpress", "whmcs", "facebook", "twitter"):
        assert sandbox.base_url(platform) in text
    assert "0 visible posts" in text
    assert sandbox.base_url("http") not in text


def test_the_policy_forbids_scripts_and_other_hosts(page):
    answer = page()
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "'self' data:"
    assert "script-src" not in policy
    assert "allow-scripts" not in policy["sandbox"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_posted_becomes_an_element_of_the_page(page, posted):
    elements = Elements(page().text).found
    assert {tag for tag, _ in elements}.isdisjoint({"script", "img", "svg", "b", "object", "form"})
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on")]
    assert not [
        attrs for tag, attrs in elements if tag == "a" and not attrs["href"].startswith(("http", "/"))
    ]
    refreshes = [attrs for tag, attrs in elements if tag == "meta" and "http-equiv" in attrs]
    assert refreshes == []


def test_posted_html_is_shown_in_frames_that_may_run_nothing(page, posted):
    frames = [attrs for tag, attrs in Elements(page().text).found if tag == "iframe"]
    assert len(frames) == 2, "the blog's and the customer center's; the other text is no HTML"
    for frame in frames:
        assert set(frame["sandbox"].split()) == {"allow-popups", "allow-popups-to-escape-sandbox"}
        assert "src" not in frame
        assert "<b>bold</b>" in frame["srcdoc"]


@pytest.mark.parametrize("platform", ["wordpress", "whmcs", "facebook", "twitter"])
def test_the_pages_of_the_posts_are_under_the_same_policy(page, posted, sandbox, platform):
    [shown] = sandbox.posts(platform)
    answer = requests.get(shown.url, timeout=5)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<title>" in answer.text
    assert "<script>" not in re.sub(r"(?s)<article>.*</article>", "", answer.text)


def test_nothing_on_the_page_is_fetched_from_elsewhere(page, posted, sandbox):
    for tag, attrs in Elements(page().text).found:
        assert "src" not in attrs
        assert tag != "link"
        assert "url(" not in attrs.get("style", "")
    assert "@import" not in page().text


def test_texts_keep_their_line_breaks_and_get_links(page, publish):
    publish("facebook", "eins\nzwei: https://status.example.net/a?b=1&c=2.")
    text = page().text
    assert "eins\nzwei" in text
    assert '<a href="https://status.example.net/a?b=1&amp;c=2" rel="noreferrer">' in text


def test_a_post_on_x_shows_its_weighted_length(page, publish):
    publish("twitter", "€uro")
    assert "5/280 weighted characters" in page().text


def test_states_are_shown_and_visible_posts_counted(page, wordpress):
    wordpress("POST", "/wp/v2/posts", json={"title": "a", "status": "draft"})
    wordpress("POST", "/wp/v2/posts", json={"title": "b", "status": "publish"})
    wordpress("DELETE", "/wp/v2/posts/2")
    wordpress("POST", "/wp/v2/posts", json={"title": "c", "status": "publish"})
    text = page().text
    for state in ("draft", "visible", "trashed"):
        assert f'<span class="chip">{state}</span>' in text
    assert "1 visible post " in text
    titles = re.findall(r"<h3>(\w)</h3>", text)
    assert titles == ["c", "b", "a"], "the newest first"


def test_the_same_posts_as_data(page, publish, posted):
    posts = page("/posts.json").json()["posts"]
    assert [post["platform"] for post in posts] == ["wordpress", "whmcs", "facebook", "twitter", "http"]
    blog = posts[0]
    assert (blog["state"], blog["visible"], blog["account"], blog["html"]) == (
        "visible",
        True,
        "announce",
        True,
    )
    assert html.unescape(posts[2]["body"]) == EVIL
    assert posts[3]["limit"] == 280


def test_the_page_works_at_the_width_of_a_small_phone(page):
    text = page().text
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text
    assert "prefers-color-scheme: dark" in text
    assert "grid-template-columns: minmax(0, 1fr)" in text
