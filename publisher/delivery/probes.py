"""Ask every channel who we are there, all at once; publishes nothing."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping

from publisher.adapter.contract import Channel, Locating
from publisher.adapter.identity import Identity, Permission
from publisher.delivery.screening import screened, screened_identity
from publisher.model.delivery import BY_HAND
from publisher.model.outcome import ChannelError, NoSecret, Rejected
from publisher.model.post import Receipt
from publisher.model.record import Record
from publisher.settings.masking import one_line


class Checked(Record, frozen=True, kw_only=True):
    """One channel's answer: an identity, or the error instead."""

    channel: str
    identity: Identity | None = None
    error: ChannelError | None = None

    @property
    def exit_code(self) -> int:
        """0: nothing speaks against publishing; 4: it would be refused; 5: it could not be asked now.

        2 where a secret cannot be had: that is to be mended here, and not on the platform.
        """
        if isinstance(self.error, NoSecret):
            return 2
        if self.identity is not None:
            return 4 if self.identity.may_publish is Permission.REFUSED else 0
        return 4 if isinstance(self.error, Rejected) else 5


def check_all(
    channels: Mapping[str, Callable[[], Channel]], *, deadline: float, mask: Callable[[str], str]
) -> tuple[Checked, ...]:
    """Check every channel in its own thread; what has not answered after ``deadline`` seconds is said to be so."""
    answers: queue.SimpleQueue[Checked] = queue.SimpleQueue()
    for name, opened in channels.items():
        threading.Thread(target=_check, args=(name, opened, mask, answers), daemon=True).start()
    found: dict[str, Checked] = {}
    ends = time.monotonic() + deadline
    while len(found) < len(channels):
        try:
            answer = answers.get(timeout=max(0.0, ends - time.monotonic()))
        except queue.Empty:
            break
        found[answer.channel] = answer
    return tuple(found.get(name) or _silent(name, deadline) for name in channels)


def _check(
    name: str,
    opened: Callable[[], Channel],
    mask: Callable[[str], str],
    answers: queue.SimpleQueue[Checked],
) -> None:
    try:
        answers.put(Checked(channel=name, identity=screened_identity(opened().check(), mask)))
    except ChannelError as error:
        screened(error, mask)
        answers.put(Checked(channel=name, error=error))
    except BaseException as error:  # noqa: BLE001  one adapter's fault must not hide the others' answers
        fault = Rejected(f"the adapter failed: {type(error).__name__}: {error}")
        screened(fault, mask)
        answers.put(Checked(channel=name, error=fault))


def _silent(name: str, deadline: float) -> Checked:
    return Checked(channel=name, error=ChannelError(f"no answer within {deadline:g} s"))


Located = Receipt | str
"""The post at the address, or why it was not found there."""


BECAUSE = f"{BY_HAND}: only its address is kept, so later updates cannot edit it"


def located(
    opened: Callable[[], Channel],
    url: str,
    *,
    deadline: float,
    mask: Callable[[str], str],
    hosts: frozenset[str] = frozenset(),
) -> Receipt:
    """The receipt for what is at ``url``: with the platform's id where it was found, else with a note that says why.

    ``opened`` makes the adapter; it is asked in a thread of its own, for ``deadline`` seconds at most.
    """
    answers: queue.SimpleQueue[Located] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_asked(opened, url)), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline)
    except queue.Empty:
        answer = f"no answer within {deadline:g} s"
    if isinstance(answer, Receipt):
        found = screened(answer, mask, hosts)
        return found if isinstance(found, Receipt) else answer
    return unlocated(url, answer, mask)


def unlocated(url: str, why: str, mask: Callable[[str], str]) -> Receipt:
    """The receipt for an address at which nothing was found. One that was copied together with a secret is not kept."""
    receipt = Receipt(remote_id=None, url=url, note=one_line(f"{BECAUSE}: {mask(why)}"))
    found = screened(receipt, mask)
    return found if isinstance(found, Receipt) else receipt


def _asked(opened: Callable[[], Channel], url: str) -> Located:
    try:
        channel = opened()
        if not isinstance(channel, Locating):
            return "this type of channel cannot be asked what is there"
        return channel.locate(url) or "the platform shows no post of this account there"
    except ChannelError as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001  the decision counts, whatever an adapter does
        return f"the adapter failed: {type(error).__name__}: {error}"
