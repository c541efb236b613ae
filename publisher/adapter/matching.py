"""Which of a platform's posts is ours: lists that must end, digests to compare, the first of several copies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from publisher.model.outcome import ChannelError, Rejected, Unknown
from publisher.model.post import Receipt
from publisher.settings.masking import one_line

if TYPE_CHECKING:
    from publisher.model.history import Snapshot
    from publisher.model.post import Post

MOST_PAGES = 10
"""Pages of a list, unless an adapter knows better; a list of a hundred posts each is a thousand posts long."""

_NOTE = 400
"""Characters of a receipt's note."""

_LONGEST_ID = 200

_SHORTEST_BEGINNING = 20
"""Characters of a text that was cut, by which it is known all the same."""


Next = TypeVar("Next")
"""What leads to the following page: a token, a query, how many were seen."""


def digest(*texts: str) -> str:
    """A fingerprint of texts, 64 hexadecimal digits; which line ends they have does not count.

    What else the platform changes, the adapter undoes before: what was sent and what is given back must give one
    digest. Receipts in the ledger carry it, so what it is made of may never change.
    """
    plain = "\n".join(texts).replace("\r\n", "\n")
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def identified(value: Any) -> str:
    """A platform's id as it is recorded: digits, or a text of up to 200 characters that can be shown.

    Raises Unknown for anything else: a success without an id proves nothing.
    """
    match value:
        case bool():
            pass
        case int() if 0 < value < 10**_LONGEST_ID:
            return str(value)
        case str() if 0 < len(value) <= _LONGEST_ID and value.isprintable() and value == value.strip():
            return value
    raise Unknown("the platform answered without an id")


def pages(
    ask: Callable[[Next | None], tuple[Any, Next | None]],
    *,
    most: int = MOST_PAGES,
    what: str = "the platform's list of posts",
) -> Iterator[Any]:
    """The items of a list that comes in pages.

    ``ask`` is called with None, and then with what it said leads to the following page, until it says None. Raises
    Unknown where a page is no list, and where the list does not end: a look-up that saw a part proves nothing.
    """
    following, before = None, object()
    for _ in range(most):
        items, following = ask(following)
        if not isinstance(items, list):
            raise Unknown(f"{what} cannot be read")
        yield from items
        if following is None:
            return
        if following == before:
            break
        before = following
    raise Unknown(f"{what} does not end: the look-up is not complete")


def original(copies: Sequence[Receipt], *, cure: str = "delete the others") -> Receipt | None:
    """The first of the posts that are ours, oldest first, with a note that names the others; None of none."""
    if not copies:
        return None
    first, *others = copies
    if not others:
        return first
    named = ", ".join(each.url or str(each.remote_id) for each in others)
    note = one_line(f"published {len(copies)} times; {cure}: {named}", _NOTE)
    return replace(first, note=note)


def ours_among(
    listed: Iterable[tuple[Receipt, str]], post: Post, history: Snapshot, *, plain: Callable[[str], str]
) -> list[Receipt]:
    """Which of an account's newest posts, each with its text, are this one whose answer was lost, in their order.

    By their text, ``plain`` making alike what the platform makes of one. Else by what a platform leaves of a text that
    it cut or changed: the reference, or the beginning; whether that will do is for the receipt's ``kept`` to tell. What
    the ledger knows for another post, by its address or its text, is none of them.
    """
    others = [
        told
        for said in history.about(post.ref)
        for told in said.told
        if (told.channel, told.post.update) != (post.channel, post.update)
    ]
    elsewhere, wanted = {told.url for told in others}, plain(post.body)
    free = [(receipt, text) for receipt, text in listed if receipt.url not in elsewhere]
    if same := [receipt for receipt, text in free if plain(text) == wanted]:
        return same
    known = {plain(told.post.body) for told in others}
    return [receipt for receipt, text in free if plain(text) not in known and _is_left_of(post, text, plain)]


def _is_left_of(post: Post, text: str, plain: Callable[[str], str]) -> bool:
    beginning = plain(text).rstrip("….")
    is_cut = len(beginning) >= _SHORTEST_BEGINNING and plain(post.body).startswith(beginning)
    return is_cut or is_about(post.ref, text)


def said_before(post: Post, history: Snapshot) -> tuple[Post, ...]:
    """What the channel has said of this announcement before, whatever became of it.

    What reads like one of these was not changed by hand: an edit whose answer was lost, and which was given up, may
    have come, and a platform may have been put back from a backup.
    """
    told = (told for said in history.about(post.ref) for told in said.told)
    return tuple(
        each.post for each in told if each.channel == post.channel and each.post.update < post.update
    )


def is_about(ref: str | None, *texts: str | None) -> bool:
    """Whether a post with these texts, its name among them, is about that announcement; so it is where none is known.

    An id alone proves nothing: after a restored backup it may be another post's.
    """
    if not ref:
        return True
    word = re.compile(rf"(?<![^\W_]){re.escape(ref)}(?![^\W_])", re.IGNORECASE)
    return any(word.search(text) for text in texts if text)


def not_ours(what: str) -> Rejected:
    """That post is somebody else's by now, and is neither edited nor taken down."""
    problem = f"{what} is not ours any more: what stands there does not carry the reference"
    return Rejected(problem, cure="look at it on the platform; resolve --abandon leaves it so")


def unread(receipt: Receipt, error: ChannelError | str) -> Receipt:
    """The receipt of a post that is public, and of which nobody has seen what the platform kept of its text."""
    note = f"what the platform kept of the text could not be read, so look at it: {error}"
    return replace(receipt, note=one_line("; ".join(filter(None, (receipt.note, note))), _NOTE))
