"""X API v2: posts of one account, signed with OAuth 1.0a.

Sources: docs.x.com (posts, users, rate limits); what refusals look like, from threads of its clients
(tweepy, node-twitter-api-v2#469 and #493).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, ClassVar

from announce_sandbox.double import Double, Shown, now, web_server_page
from announce_sandbox.faults import Fault, Kind
from announce_sandbox.oauth import Verifier
from announce_sandbox.page import document, linked
from announce_sandbox.problems import (
    CASHTAGS,
    DUPLICATE,
    MENTIONS,
    PROBLEMS,
    REASONS,
    TOO_LONG,
    invalid,
    limited,
    problem,
    stale,
)
from announce_sandbox.tweets import LIMIT, cashtags, given_back, mentions, weighted_length
from announce_sandbox.wire import Answer, BadBody, Refused, Request, html_answer, json_answer

_USER_ID, _USERNAME = "2244994945", "cmo_status"
_READER_ID, _READER_NAME = "783214", "reader"
_EPOCH_MS = 1_288_834_974_657
_DUPLICATE_WINDOW = timedelta(hours=12)
_FIELDS = (
    "id",
    "text",
    "edit_history_tweet_ids",
    "created_at",
    "author_id",
    "entities",
    "note_tweet",
    "lang",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tweet:
    id: int
    text: str
    """As it was sent."""
    at: datetime


class Twitter(Double):
    """One account with an app that reads and writes, and another app that only reads."""

    name: ClassVar[str] = "twitter"
    credentials: ClassVar[Mapping[str, str]] = {
        "consumer_key": "sandboxConsumerKey",
        "consumer_secret": "sandboxConsumerSecret",
        "access_token": f"{_USER_ID}-sandboxAccessToken",
        "access_token_secret": "sandboxAccessTokenSecret",
    }
    reader: ClassVar[Mapping[str, str]] = {
        "consumer_key": "sandboxReaderConsumerKey",
        "consumer_secret": "sandboxReaderConsumerSecret",
        "access_token": f"{_READER_ID}-sandboxReaderAccessToken",
        "access_token_secret": "sandboxReaderAccessTokenSecret",
    }

    reasons: ClassVar[tuple[str, ...]] = tuple(REASONS)

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._tweets: dict[int, _Tweet] = {}
        self._last_id = 0
        self.limit = LIMIT
        """What the account may post; an account with Premium has more."""
        self._verifier = Verifier({_USER_ID: self.credentials, _READER_ID: self.reader})

    def verb(self, request: Request) -> str:
        """The operation; ``page`` for what visitors see."""
        if not request.path.startswith("/2/"):
            return "page"
        matching = (name for method, pattern, name in _ROUTES if _fits(request, method, pattern))
        return next(matching, "unknown")

    def shown(self) -> list[Shown]:
        """Every post that was not deleted."""
        with self._lock:
            return [self._as_shown(tweet) for tweet in self._tweets.values()]

    def complaint(self, fault: Fault) -> Answer:
        """In X's JSON. It sends no Retry-After, but the time at which the limit ends."""
        match fault.kind:
            case Kind.SAYS:
                return REASONS[str(fault.reason)]()
            case Kind.UNAUTHORIZED:
                return problem(401, "Unauthorized")
            case Kind.FORBIDDEN:
                return REASONS["read-only"]()
            case Kind.LIMITED:
                given = fault.retry_after
                return limited(fault.wait_seconds if given and given.isdigit() else given)
            case Kind.BROKEN:
                return problem(500, "Something is broken. This is usually a temporary error.")
        return web_server_page(fault)

    def _handle(self, request: Request) -> Answer:
        if not request.path.startswith("/2/"):
            return self._public_page(request)
        account = self._verifier.account(request)
        if account is None:
            late = self._verifier.is_stale(request)
            raise Refused(stale() if late else problem(401, "Unauthorized"))
        level = "read-write" if account == _USER_ID else "read"
        for method, pattern, name in _ROUTES:
            match = pattern.fullmatch(request.path)
            if match and _fits(request, method, pattern):
                asked = _Asked(request=request, account=account, id=match.groupdict().get("id", ""))
                return self._verbs[name](self, asked).with_headers(("x-access-level", level))
        raise Refused(problem(404, "Not Found"))

    # --- the endpoints --------------------------------------------------------------------------------------

    def _create(self, asked: _Asked) -> Answer:
        text = asked.json_text()
        asked.require_write()
        self._refuse_text(text)
        tweet = _Tweet(id=self._next_id(), text=self.keeps(text), at=now())
        self._tweets[tweet.id] = tweet
        return json_answer({"data": _as_json(tweet)}, 201)

    def _refuse_text(self, text: str) -> None:
        """What self-serve apps may not post."""
        if weighted_length(text) > self.limit:
            raise Refused(problem(400, TOO_LONG))
        if len(cashtags(text)) > 1:
            raise Refused(problem(403, CASHTAGS))
        if mentions(text):  # nobody has asked this account for anything
            raise Refused(problem(403, MENTIONS))
        since = now() - _DUPLICATE_WINDOW
        if any(tweet.text == text and tweet.at >= since for tweet in self._tweets.values()):
            raise Refused(problem(403, DUPLICATE))

    def _me(self, asked: _Asked) -> Answer:
        username = _USERNAME if asked.account == _USER_ID else _READER_NAME
        return json_answer({"data": {"id": asked.account, "name": username, "username": username}})

    def _timeline(self, asked: _Asked) -> Answer:
        most, start = asked.number("max_results", 10, 5, 100), asked.number("pagination_token", 0, 0, 10**6)
        since_id, until_id = asked.number("since_id", 0, 0, 2**63), asked.number("until_id", 2**63, 0, 2**63)
        first, last, fields = asked.moment("start_time"), asked.moment("end_time"), asked.tweet_fields()
        tweets = [
            tweet
            for tweet in reversed(self._tweets.values())
            if asked.id == _USER_ID
            and since_id < tweet.id < until_id
            and (first is None or tweet.at >= first)
            and (last is None or tweet.at < last)
        ]
        part = tweets[start : start + most]
        if not part:
            return json_answer({"meta": {"result_count": 0}})
        meta = {"result_count": len(part), "newest_id": str(part[0].id), "oldest_id": str(part[-1].id)}
        if len(tweets) > start + most:
            meta["next_token"] = str(start + most)
        return json_answer({"data": [_as_json(tweet, fields) for tweet in part], "meta": meta})

    def _get(self, asked: _Asked) -> Answer:
        tweet = self._tweets.get(int(asked.id))
        if tweet is not None:
            return json_answer({"data": _as_json(tweet, asked.tweet_fields())})
        missing = {
            "value": asked.id,
            "detail": f"Could not find tweet with id: [{asked.id}].",
            "title": "Not Found Error",
            "resource_type": "tweet",
            "parameter": "id",
            "resource_id": asked.id,
            "type": f"{PROBLEMS}/resource-not-found",
        }
        return json_answer({"errors": [missing]})

    def _delete(self, asked: _Asked) -> Answer:
        asked.require_write()
        return json_answer({"data": {"deleted": self._tweets.pop(int(asked.id), None) is not None}})

    _verbs: ClassVar[Mapping[str, Callable[[Twitter, _Asked], Answer]]] = {
        "create": _create,
        "identity": _me,
        "list": _timeline,
        "get": _get,
        "delete": _delete,
    }

    # --- the posts ------------------------------------------------------------------------------------------

    def _next_id(self) -> int:
        """A snowflake: milliseconds since X's epoch, always higher than the one before."""
        self._last_id = max(self._last_id + 1, (int(time.time() * 1000) - _EPOCH_MS) << 22)
        return self._last_id

    def _as_shown(self, tweet: _Tweet) -> Shown:
        return Shown(
            platform=self.name,
            account=f"@{_USERNAME}",
            remote_id=str(tweet.id),
            body=tweet.text,
            at=tweet.at,
            url=f"{self.base_url}/{_USERNAME}/status/{tweet.id}",
            weighted=weighted_length(tweet.text),
            limit=self.limit,
        )

    def _public_page(self, request: Request) -> Answer:
        match = re.fullmatch(r"/(?:\w+|i/web)/status/(\d{1,19})/?", request.path)
        tweet = self._tweets.get(int(match[1])) if match else None
        if tweet is None:
            return html_answer(document("Nothing to see here", "<p>This post does not exist.</p>"), 404)
        text = f'<article><h2>@{_USERNAME}</h2><p class="text">{linked(tweet.text)}</p></article>'
        return html_answer(document(f"@{escape(_USERNAME)}", text))


_ROUTES = tuple(
    (method, re.compile(pattern), name)
    for method, pattern, name in (
        ("POST", r"/2/tweets", "create"),
        ("GET", r"/2/users/me", "identity"),
        ("GET", r"/2/users/(?P<id>\d{1,19})/tweets", "list"),
        ("GET", r"/2/tweets/(?P<id>\d{1,19})", "get"),
        ("DELETE", r"/2/tweets/(?P<id>\d{1,19})", "delete"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a request asks for, and for whom."""

    request: Request
    account: str
    id: str

    def require_write(self) -> None:
        if self.account != _USER_ID:
            raise Refused(REASONS["read-only"]())

    def json_text(self) -> str:
        if self.request.media_type != "application/json":
            raise Refused(problem(400, "Requests with bodies must have content-type of application/json."))
        try:
            text = self.request.fields.get("text")
        except BadBody as error:
            raise Refused(problem(400, str(error))) from None
        if not isinstance(text, str) or not text.strip():
            raise Refused(invalid("text", str(text), "Text must be present and not empty"))
        return text

    def number(self, name: str, default: int, least: int, most: int) -> int:
        given = dict(self.request.params).get(name)
        if given is None:
            return default
        if not re.fullmatch(r"[0-9]{1,19}", given) or not least <= int(given) <= most:
            text = f"The `{name}` query parameter value [{given}] is not between {least} and {most}"
            raise Refused(invalid(name, given, text))
        return int(given)

    def moment(self, name: str) -> datetime | None:
        given = dict(self.request.params).get(name)
        if given is None:
            return None
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z", given):
            raise Refused(
                invalid(name, given, f"The `{name}` query parameter value [{given}] is not a valid time")
            )
        try:
            return datetime.fromisoformat(given).astimezone(UTC)
        except ValueError:
            raise Refused(invalid(name, given, f"The `{name}` query parameter value is no time")) from None

    def tweet_fields(self) -> tuple[str, ...]:
        given = dict(self.request.params).get("tweet.fields", "")
        names = tuple(name for name in given.split(",") if name)
        for name in names:
            if name not in _FIELDS:
                text = f"The `tweet.fields` query parameter value [{name}] is not one of {list(_FIELDS)}"
                raise Refused(invalid("tweet.fields", name, text))
        return names


def _fits(request: Request, method: str, pattern: re.Pattern[str]) -> bool:
    return request.method == method and pattern.fullmatch(request.path) is not None


def _as_json(tweet: _Tweet, fields: tuple[str, ...] = ()) -> dict[str, Any]:
    whole, entities = given_back(tweet.text)
    text = whole if weighted_length(tweet.text) <= LIMIT else f"{whole[: LIMIT - 1]}…"
    stamp = f"{tweet.at:%Y-%m-%dT%H:%M:%S}.{tweet.at.microsecond // 1000:03}Z"
    data: dict[str, Any] = {"id": str(tweet.id), "text": text, "edit_history_tweet_ids": [str(tweet.id)]}
    more: dict[str, Any] = {"created_at": stamp, "author_id": _USER_ID, "lang": "de"}
    if entities:
        more["entities"] = entities
    if text != whole:
        more["note_tweet"] = {"text": whole} | ({"entities": entities} if entities else {})
    return data | {name: more[name] for name in fields if name in more}
