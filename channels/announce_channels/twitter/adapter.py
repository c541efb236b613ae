"""X through tweepy 4.17: API v2, signed with OAuth 1.0a; its words are in templates/short.txt.

OAuth 1.0a on purpose: its tokens do not expire. OAuth 2.0's are renewed with one-time tokens, and a crash
between renewing and saving would lock us out on the very night.

Sources: docs.x.com (create post, user posts, rate limits), tweepy's client.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from announce_channels.twitter.answers import (
    expanded,
    fields_of,
    fingerprint,
    is_id,
    is_missing,
    judged,
    normal,
    number_in,
    restored,
    texts_in,
    too_many,
    whole,
    words,
)
from announce_channels.twitter.refusals import WRITE_CURE
from announce_channels.twitter.settings import TwitterSettings
from publisher.adapter import (
    Api,
    Capabilities,
    ChannelError,
    Context,
    Count,
    Format,
    Identity,
    Permission,
    Post,
    Receipt,
    Rejected,
    Unknown,
    Words,
    looked,
    original,
    ours_among,
    pages,
    unread,
)


class Twitter:
    """The posts of one account."""

    Settings = TwitterSettings

    @classmethod
    def capabilities(cls, settings: TwitterSettings) -> Capabilities:
        """As many weighted characters as the account has; found again by the text; never edited."""
        return Capabilities(
            format=Format.SHORT,
            max_length=settings.limit,
            count=Count.WEIGHTED,
            lookup=True,
            withdraw=True,
            social=True,
            hosts=("x.com",),
            settle=15.0,
        )

    def __init__(self, settings: TwitterSettings, context: Context) -> None:
        import tweepy  # loaded in the channel's own thread

        key, secret = context.secret(settings.consumer_key), context.secret(settings.consumer_secret)
        token, token_secret = (
            context.secret(settings.access_token),
            context.secret(settings.access_token_secret),
        )
        self._clock = context.clock
        self._about = context.about
        self._fields = fields_of(settings.limit)
        self._billed = context.billed
        self._user = token.partition("-")[0]  # an access token begins with the id of its account
        on_loopback = settings.base_url.startswith("http://")  # a sandbox, which shows its posts itself
        self._site = settings.base_url if on_loopback else "https://x.com"
        # wait_on_rate_limit stays off: it sleeps to the end of the window, and without the header for ever.
        # Dictionaries, because tweepy's own models warn about or stumble over what X leaves out.
        self._client = tweepy.Client(None, key, secret, token, token_secret, return_type=dict)
        # tweepy writes the old host into every call; the session puts ours there before the call is signed.
        self._client.session = context.session(rewrite=("https://api.twitter.com", settings.base_url))
        self._api = Api(
            self._client.session,
            settings.base_url,
            words=words,
            verdicts={429: too_many},
            judge=self._judged,
            gone=is_missing,
        )

    def check(self) -> Identity:
        """The account's name proves keys and tokens; a header, where X sends it, the right to post.

        The call that a look-up makes is tried as well: on the night of a lost answer everything hangs on it.
        """
        if not self._billed:
            return Identity(
                account=f"account {self._user}",
                may_publish=Permission.UNKNOWN,
                notes=(_UNASKED,),
                asked=False,
            )
        about = self._call(self._client.get_me).get("data")
        if not isinstance(about, dict) or not about.get("username"):
            raise Rejected("this does not answer as the X API does", cure="check base_url")
        headers = self._api.last.headers
        standing, note = _LEVELS.get(headers.get("x-access-level", ""), _UNTOLD)
        account = f"@{self._api.line(str(about['username']), 60)}"
        known = Identity(account=account, may_publish=standing, notes=(note, _BALANCE))
        return looked(known, self._look, note=_LOOKED)

    def _look(self) -> None:
        next(pages(lambda _: self._listed({"max_results": 5}), what=_LIST), None)

    def publish(self, post: Post) -> Receipt:
        """Post the text; what X does not give back of it at once is read, which is billed."""
        made = self._call(self._client.create_tweet, text=post.body).get("data")
        if not isinstance(made, dict) or not is_id(made.get("id")):
            raise Unknown("X answered without the id of a post")
        given = restored(made.get("text"), post)
        return self._receipt(made["id"], given) if given is not None else self._as_it_stands(made["id"], post)

    def find(self, post: Post) -> Receipt | None:
        """The account's own post with this text, or what X left of it, since a minute before it was planned."""
        since = {"start_time": post.published_at - timedelta(minutes=1), "max_results": 100}
        posts = pages(lambda following: self._listed(following or since), what=_LIST)
        listed = [(self._receipt(number, text), text) for number, text in texts_in(posts)]
        copies = ours_among(listed, post, self._about(post.ref), plain=normal)
        return original(copies[::-1])  # newest first, as X lists them

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post; where X denies that, only a look that finds nothing shows that it is gone."""
        number = str(receipt.remote_id)
        data = self._call(self._client.delete_tweet, number).get("data")
        if not isinstance(data, dict) or not isinstance(data.get("deleted"), bool):
            raise Unknown("X answered without saying whether the post is deleted")
        if not data["deleted"] and self._seen(number) is not None:
            raise Rejected("X says that it did not delete the post, and it is still there")

    def locate(self, url: str) -> Receipt | None:
        """The account's own post at an address, whichever of X's names it is under."""
        number = number_in(url, self._site)
        if number is None:
            return None
        found = self._seen(number)
        if found is None:
            return None
        if found.get("id") != number or not is_id(found.get("author_id")):
            raise Unknown("X answered with another post")
        if found["author_id"] != self._user:
            return None
        return self._receipt(number, expanded(found))

    def _seen(self, number: str) -> dict[str, Any] | None:
        """What X tells of a post; None where it says that there is none."""
        asked = {"user_auth": True, "tweet_fields": ["author_id", *self._fields]}
        said = self._api.through(self._client.get_tweet, number, or_none=True, **asked)
        if said is None:
            return None
        found = said.get("data")
        if not isinstance(found, dict):
            raise Unknown("X answered with another post")
        return found

    def _as_it_stands(self, number: str, post: Post) -> Receipt:
        """The post is public: no fault of the reading makes it a failed one, or one that is sent again."""
        try:
            found = self._seen(number)
        except ChannelError as error:
            return unread(self._receipt(number, post.body, whole=False), error)
        text = whole(found or {}, post)
        if text is None:
            return unread(self._receipt(number, post.body, whole=False), "X tells its beginning alone")
        return self._receipt(number, text)

    def _receipt(self, number: str, text: str, *, whole: bool = True) -> Receipt:
        """``whole`` where this is the text that X gives back, all of it."""
        url, kept = f"{self._site}/i/status/{number}", (text,) if whole else ()
        return Receipt(remote_id=number, url=url, fingerprint=fingerprint(text), kept=kept)

    def _listed(self, query: dict[str, Any]) -> tuple[Any, dict[str, Any] | None]:
        """A page of the account's own posts, newest first, and the query for the one after it."""
        # Reads are not signed unless told so: tweepy would send "Bearer None".
        asked = {"user_auth": True, "tweet_fields": ["created_at", *self._fields], **query}
        said = self._call(self._client.get_users_tweets, self._user, **asked)
        meta = said.get("meta")
        if "errors" in said or not isinstance(meta, dict):
            raise Unknown(f"{_LIST} cannot be read")
        data = said.get("data", [] if meta.get("result_count") == 0 else None)
        following = meta.get("next_token")
        return data, query | {"pagination_token": str(following)} if following else None

    def _call(self, verb: Callable[..., Any], *args: Any, **values: Any) -> dict[str, Any]:
        said: dict[str, Any] = self._api.through(verb, *args, **values)
        return said

    def _judged(self, said: Words) -> ChannelError | None:
        return judged(said, self._clock())


_LIST = "the account's list of posts"

_UNTOLD = (Permission.UNKNOWN, "X does not say whether these tokens may post")
_LEVELS = {
    "read": (Permission.REFUSED, f"these tokens may only read: {WRITE_CURE}"),
    "read-write": (Permission.PROVED, "these tokens may read and write"),
    "read-write-directmessages": (Permission.PROVED, "these tokens may read, write, and see direct messages"),
}
_BALANCE = (
    "X answered, so the balance of credits is above zero ($0.010 for the account's name); whether it lasts for a post "
    "cannot be asked"
)
_LOOKED = (
    "the call that looks up a lost answer was tried: X bills $0.001 for each post that it gave back, five at most "
    "(--no-billed leaves it out)"
)
_UNASKED = "X bills every call (--no-billed): keys, tokens and rights are not proved"
