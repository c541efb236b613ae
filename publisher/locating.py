"""A post that a person made by hand: ask its platform what is at that address, so that later edits find it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from publisher.channel import Channel, ChannelError, Locating, Receipt

Answer = Receipt | str
"""The post at the address, or why it was not found there."""

BECAUSE = "entered by hand, and only its address is kept, so later updates cannot edit it"


def located(
    opened: Callable[[], Channel], url: str, *, deadline: float, mask: Callable[[str], str]
) -> Receipt:
    """The receipt for what is at ``url``: with the platform's id where it was found, else with a note that says why.

    ``opened`` makes the adapter; it is asked in a thread of its own, for ``deadline`` seconds at most.
    """
    answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_asked(opened, url)), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline)
    except queue.Empty:
        answer = f"no answer within {deadline:g} s"
    return answer if isinstance(answer, Receipt) else unlocated(url, mask(answer))


def unlocated(url: str, why: str) -> Receipt:
    """The receipt for an address at which nothing was found."""
    return Receipt(remote_id=None, url=url, note=f"{BECAUSE}: {why}")


def _asked(opened: Callable[[], Channel], url: str) -> Answer:
    try:
        channel = opened()
        if not isinstance(channel, Locating):
            return "this type of channel cannot be asked what is there"
        return channel.locate(url) or "the platform shows no post of this account there"
    except ChannelError as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001  the decision counts, whatever an adapter does
        return f"the adapter failed: {type(error).__name__}: {error}"
