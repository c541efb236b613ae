"""The rules, run: warnings as notes, errors as a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from publisher.model.announcement import Update
from publisher.model.errors import Refused
from publisher.model.lint import Level, Lint
from publisher.model.note import Note
from publisher.model.outgoing import Outgoing
from publisher.planning.lint import compared, posts, typed
from publisher.planning.lint.subject import Hit, Subject

FINDERS: Mapping[str, Callable[[Subject], Iterator[Hit]]] = {
    "relative-day": typed.relative_days,
    "no-reason": typed.no_reason,
    "shouting": typed.shouting,
    "typewriter": typed.typewriter,
    "internal-host": typed.internal_hosts,
    "private-address": typed.private_addresses,
    "mail": typed.mails,
    "pattern": typed.patterns,
    "name": typed.names,
    "mass-mention": typed.mass_mentions,
    "mention": posts.mentions,
    "leading-at": posts.leading_at,
    "leading-rt": posts.leading_rt,
    "cashtag": posts.cashtags,
    "hashtag": posts.hashtags,
    "bare-host": posts.bare_hosts,
    "similar": compared.similar,
    "languages-differ": compared.languages_differ,
}
"""Every rule of `publisher.model.lint.RULES`."""


def found(update: Update, outgoing: Sequence[Outgoing], lint: Lint, level: Level) -> Iterator[Note]:
    """What the rules of one level find, in the order of their table."""
    subject = Subject(update, outgoing, lint)
    for code, find in FINDERS.items():
        if lint.level(code) is level:
            yield from (Note(code, text, channel) for channel, text in find(subject))


def refuse_errors(update: Update, outgoing: Sequence[Outgoing], lint: Lint) -> None:
    """Raises Refused, naming every error and the codes that let it pass."""
    errors = list(found(update, outgoing, lint, Level.ERROR))
    if errors:
        codes = dict.fromkeys(note.code for note in errors)
        ignoring = " ".join(f"--ignore {code}" for code in codes)
        said = "; ".join(f"{note} ({note.code})" for note in errors)
        raise Refused(said, hint=f"change it; {ignoring} publishes it all the same; nothing was sent")
