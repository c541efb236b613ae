"""What each channel does for an update: a new post, an edit of the one that stands there, both, or nothing."""

from __future__ import annotations

from publisher.model.announcement import Kind, Update
from publisher.model.carried import Carried
from publisher.model.commands import command
from publisher.model.delivery import Delivery, Operation
from publisher.model.lifecycle import is_silent
from publisher.model.post import Reach

NOTICED = frozenset({Kind.RESCHEDULED, Kind.COMPLETED, Kind.CANCELLED})
"""What people must notice although they have read the first post: an edit notifies nobody."""


def operations(
    update: Update, *, reach: Reach, updates: Reach, standing: Carried | None
) -> tuple[Operation, ...]:
    """What a channel does, given what its platform can (``reach``) and what is wanted of it (``updates``).

    Where nothing stands there yet, the update gets a post that stands on its own.
    """
    if standing is None or not standing.carries:
        planned = standing is not None and standing.waiting
        return () if is_silent(update) and not planned else (Operation.PUBLISH,)
    editable = reach is not Reach.NEW and (standing.target is not None or not standing.posts)
    if is_silent(update):
        return (Operation.AMEND,) if editable else ()
    if updates is Reach.NEW or not editable:
        return (Operation.PUBLISH,)
    # Also where it is not known yet what stands there: whoever read it must hear this, and an edit notifies nobody.
    anew = updates is Reach.BOTH and (update.kind in NOTICED or update.loud)
    return (Operation.AMEND, Operation.PUBLISH) if anew else (Operation.AMEND,)


def why_not(update: Update, *, reach: Reach, standing: Carried | None) -> str:
    """Why a channel does nothing for an update."""
    if standing is not None and standing.doubtful and not standing.carries:
        first = next(iter(standing.doubtful.values()))
        look = command("resolve", first.ref, first.channel)
        return f"nobody knows whether update {first.update} stands there; to decide it first: {look}"
    if standing is None or not standing.carries:
        return "nothing stands there that a correction could repair"
    if reach is Reach.NEW:
        return "its platform edits no post: a silent correction is left out, --loud posts it anew"
    return "the post there was entered by hand, without an id that could be edited"


def uncorrected(
    update: Update, *, reach: Reach, repeatable: bool, standing: Carried | None
) -> tuple[Delivery, ...]:
    """The posts that stand on a channel and keep the mistake that a silent correction repairs.

    One post is edited: the first, or where files are written anew (``repeatable``) the newest item in them.
    """
    if standing is None or not is_silent(update):
        return ()
    posts = tuple(standing.posts.values())
    if reach is Reach.NEW or standing.target is None:
        return posts
    if repeatable:
        return posts[:-1]
    return tuple(post for post in posts if post.remote_id != standing.target.remote_id)
