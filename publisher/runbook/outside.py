"""What strangers find of a channel's public places: the site that it writes, and the hub that readers are led to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

from publisher.adapter import registry
from publisher.adapter.contract import Channel, Served, Shown
from publisher.adapter.identity import Identity, Permission
from publisher.delivery.probes import Checked, check_all
from publisher.model.outcome import ChannelError
from publisher.settings.paths import beneath

if TYPE_CHECKING:
    import requests

    from publisher.runbook.assembly import Assembly

_HUB = re.compile(r'<([^>]+)>; rel="hub"')


class _Look:
    """One place, asked as anybody may: it answers as a channel's check does."""

    def __init__(self, url: str, seen: Callable[[], str | None]) -> None:
        self._url = url
        self._seen = seen

    def check(self) -> Identity:
        """A warning where strangers do not find it: it keeps nobody from publishing."""
        try:
            problem = self._seen()
        except ChannelError as error:
            problem = f"{error}; {error.cure}" if error.cure else str(error)
        answer = Permission.UNKNOWN if problem else Permission.PROVED
        return Identity(account=self._url, may_publish=answer, warnings=(problem,) if problem else ())


def outside(assembly: Assembly) -> tuple[Checked, ...]:
    """Every public place of the channels in use, as ``feed, site`` and ``feed, hub``; its account is its URL."""
    return check_all(
        {name: partial(cast, Channel, look) for name, look in _places(assembly)},
        deadline=assembly.config.publisher.deadline,
        mask=assembly.masker.mask,
    )


def _places(assembly: Assembly) -> Iterator[tuple[str, _Look]]:
    for name in assembly.config.channels:
        settings = assembly.config.channels[name]
        adapter = registry.adapter_for(settings.type)
        if not assembly.channels.is_open(name) or not issubclass(adapter, Shown):
            continue
        served, session = adapter.site(settings), partial(assembly.channels.stranger, name)
        if file := _written(assembly, served):
            yield f"{name}, site", _Look(served.url, partial(_readable, session, served, file))
        if hub := _hub(served.links):
            yield f"{name}, hub", _Look(hub, partial(_answers, session, hub))


def _written(assembly: Assembly, served: Served) -> str | None:
    """A file that should be there; None before the first announcement. A bucket's are asked of strangers alone."""
    if "://" in served.directory:
        return served.files[0]
    folder = beneath(assembly.config.root, served.directory)
    return next((file for file in served.files if (folder / file).is_file()), None)


def _hub(links: Mapping[str, str]) -> str | None:
    found = next((_HUB.match(link) for link in links.values()), None)
    return found[1] if found else None


def _readable(session: Callable[[], requests.Session], served: Served, file: str) -> str | None:
    """Why strangers cannot read the site; past any cache, so that what is said is true now."""
    opened = session()
    for url in (served.url, f"{served.url}{file}"):
        status = opened.get(f"{url}?nocache={secrets.token_hex(8)}").status_code
        if status != 200:
            where = f"point your web server at {served.directory}, or mend the channel's url"
            return f"strangers get {status} at {url}: {where}"
    return None


def _answers(session: Callable[[], requests.Session], hub: str) -> str | None:
    """Why the hub tells nobody; it is asked nothing, and what it thinks of that does not count."""
    status = session().get(hub).status_code
    return (
        f"the hub answers {status}: feeds' readers hear of news when they poll"
        if status >= 500 and status != 501
        else None
    )
