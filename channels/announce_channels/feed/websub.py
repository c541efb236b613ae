"""WebSub: tells the hub that files have changed, so that its subscribers need not poll.

Sources: w3.org/TR/websub section 6 leaves publishing open; hubs take the form of PubSubHubbub 0.4, and some of them
``hub.url`` only, some ``hub.topic`` only: both are sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from publisher.adapter import ChannelError, checked_url, error_for, is_page, said_by

if TYPE_CHECKING:
    import requests


def ping(session: requests.Session, hub: str, topics: Sequence[str]) -> None:
    """Tell the hub of each topic, the exact address of a file that is in place. May be repeated.

    Raises NotSent or Unknown at once where nobody answers; what the hub refuses is raised once all were tried.
    """
    faults = [fault for topic in topics if (fault := _refusal(session, hub, topic))]
    if faults:
        raise faults[0]


def _refusal(session: requests.Session, hub: str, topic: str) -> ChannelError | None:
    """What became of one topic, in a request of its own: not every hub reads a list."""
    form = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
    response = session.post(hub, data=form)
    if 200 <= response.status_code < 300:
        return None
    words = "" if is_page(response) else said_by(response, response.text)  # a page is no sentence for 3 am
    return error_for(response.status_code, words, response=response)


def _exact(text: str) -> str:
    """A hub's address with the slash it was typed with: hubs tell them apart."""
    return checked_url(text) + "/" * text.endswith("/")


HubUrl = Annotated[str, AfterValidator(_exact)]
