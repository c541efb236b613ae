"""Rules on short posts: what X reads as its own signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.model.post import Format, Post
from publisher.planning.lint.subject import Hit, Subject

_CASHTAG = r"(?<![\w$])[$＄][A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)"


def mentions(subject: Subject) -> Iterator[Hit]:
    """Accounts that are notified."""
    for post in _short(subject):
        if names := list(dict.fromkeys(re.findall(r"(?<!\w)[@＠]\w+", post.body))):
            said = "will be notified as mentioned; from most apps X refuses a post that mentions others"
            yield post.channel, f"{', '.join(names)} {said}"


def cashtags(subject: Subject) -> Iterator[Hit]:
    """``$PATH and $HOME`` are two."""
    for post in _short(subject):
        if len(symbols := re.findall(_CASHTAG, post.body)) > 1:
            said = "X reads stock symbols, and from most apps refuses more than one in a post"
            yield post.channel, f"{', '.join(symbols)}: {said}"


def hashtags(subject: Subject) -> Iterator[Hit]:
    """``#panne`` is one, ``#1`` none."""
    for post in _short(subject):
        if tags := re.findall(r"(?<![\w&/])[#＃]\w*[^\W\d_]\w*", post.body):
            yield post.channel, f"{', '.join(tags)}: a hashtag, under which strangers find it"


def leading_at(subject: Subject) -> Iterator[Hit]:
    """X takes it for an answer."""
    for post in _short(subject):
        if post.body.startswith(("@", "＠")):
            yield post.channel, "it begins with a name: only those who follow both see it"


def leading_rt(subject: Subject) -> Iterator[Hit]:
    """An old way to repeat somebody else."""
    for post in _short(subject):
        if re.match(r"RT\b", post.body):
            yield post.channel, "it begins with RT: it reads as somebody else's post"


def bare_hosts(subject: Subject) -> Iterator[Hit]:
    """A post with a link costs thirteen times one without."""
    from publisher.rendering.weight import hosts_in  # 4 ms, and only X reads them

    for post in _short(subject):
        own = {(post.link or "").partition("://")[2]}
        if bare := [host for host in hosts_in(post.body) if "://" not in host and host not in own]:
            yield (
                post.channel,
                f"{', '.join(bare)}: X makes a link of it, which counts 23 and is billed as one",
            )


def _short(subject: Subject) -> Iterator[Post]:
    return (item.post for item in subject.outgoing if item.post.format is Format.SHORT)
