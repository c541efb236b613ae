"""A sandbox for each test, and the real clients, turned towards it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from announce_sandbox import Sandbox, start


def _post(url: str, **options: Any) -> requests.Response:
    return requests.post(url, allow_redirects=False, **options)  # noqa: S113 - every caller says it


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


class _Redirected(requests.Session):
    """Replaces a library's fixed address before anything is signed."""

    def __init__(self, fixed: str, ours: str) -> None:
        super().__init__()
        self._fixed, self._ours = fixed, ours

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        return super().request(method, str(url).replace(self._fixed, self._ours, 1), *args, **options)


@pytest.fixture
def redirected() -> Iterator[Callable[[str, str], requests.Session]]:
    sessions: list[requests.Session] = []

    def make(fixed: str, ours: str) -> requests.Session:
        sessions.append(_Redirected(fixed, ours))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def tweepy_client(sandbox: Sandbox, redirected: Any) -> Callable[..., Any]:
    """Makes a tweepy client; keys may be overridden."""

    def make(**keys: str) -> Any:
        import tweepy

        client = tweepy.Client(**(sandbox.credentials["twitter"] | keys))
        client.session = redirected("https://api.twitter.com", sandbox.base_url("twitter"))
        return client

    return make


@pytest.fixture
def graph(sandbox: Sandbox, redirected: Any) -> Callable[..., Any]:
    """Makes a facebook-sdk client; ``bearer`` puts the token into a header instead of the body."""

    def make(token: str | None = None, *, version: str = "v26.0", bearer: bool = False) -> Any:
        import facebook

        token = token or sandbox.credentials["facebook"]["access_token"]
        session = redirected("https://graph.facebook.com", sandbox.base_url("facebook"))
        if bearer:
            session.headers["Authorization"] = f"Bearer {token}"
        client = facebook.GraphAPI(None if bearer else token, session=session)
        client.version = version
        return client

    return make


@pytest.fixture
def wordpress(sandbox: Sandbox) -> Callable[..., requests.Response]:
    """Calls the REST API, by default as the editor; ``auth=None`` as a visitor."""

    def call(method: str, route: str, **options: Any) -> requests.Response:
        options.setdefault("auth", tuple(sandbox.credentials["wordpress"].values()))
        options |= {"timeout": options.get("timeout", 5), "allow_redirects": False}
        url = f"{sandbox.base_url('wordpress')}/wp-json{route}"
        return requests.request(method, url, **options)  # noqa: S113 - it is among the options

    return call


@pytest.fixture
def whmcs(sandbox: Sandbox) -> Callable[..., requests.Response]:
    """Calls an action of WHMCS's API; fields override the credentials."""

    def call(action: str, timeout: float = 5, **fields: str) -> requests.Response:
        form = sandbox.credentials["whmcs"] | {"action": action, "responsetype": "json"} | fields
        return _post(f"{sandbox.base_url('whmcs')}/includes/api.php", data=form, timeout=timeout)

    return call


@pytest.fixture
def publish(
    sandbox: Sandbox, wordpress: Any, whmcs: Any, graph: Any, tweepy_client: Any
) -> Callable[..., requests.Response]:
    """Publishes a text on a platform with plain requests, signed for X; returns the raw answer."""

    def graph_post(text: str, timeout: float) -> requests.Response:
        keys = sandbox.credentials["facebook"]
        url = f"{sandbox.base_url('facebook')}/v26.0/{keys['page_id']}/feed"
        form = {"message": text, "access_token": keys["access_token"]}
        return _post(url, data=form, timeout=timeout)

    def tweet(text: str, timeout: float) -> requests.Response:
        from requests_oauthlib import OAuth1

        keys = sandbox.credentials["twitter"]
        auth = OAuth1(
            keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_token_secret"]
        )
        url = f"{sandbox.base_url('twitter')}/2/tweets"
        return _post(url, json={"text": text}, auth=auth, timeout=timeout)

    def item(text: str, timeout: float) -> requests.Response:
        keys = sandbox.credentials["http"]
        url = f"{sandbox.base_url('http')}/news"
        auth = (keys["username"], keys["password"])
        return _post(url, json={"title": text}, auth=auth, timeout=timeout)

    calls: dict[str, Callable[[str, float], requests.Response]] = {
        "wordpress": lambda text, timeout: wordpress(
            "POST", "/wp/v2/posts", json={"title": text, "status": "publish"}, timeout=timeout
        ),
        "whmcs": lambda text, timeout: whmcs(
            "AddAnnouncement",
            timeout=timeout,
            date="2026-11-23 21:00:00",
            title=text,
            announcement=text,
            published="1",
        ),
        "facebook": graph_post,
        "twitter": tweet,
        "http": item,
    }

    def send(platform: str, text: str = "Wartung", timeout: float = 5) -> requests.Response:
        return calls[platform](text, timeout)

    return send
