"""A post per channel, rendered, measured and frozen: as readers see the update, given what they were told before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from publisher.model.announcement import Kind, Period, Update
from publisher.model.carried import Carried
from publisher.model.case import added_services, only_adds
from publisher.model.delivery import Operation
from publisher.model.errors import Refused
from publisher.model.history import as_repaired
from publisher.model.languages import Untranslated, unspoken
from publisher.model.lifecycle import is_silent
from publisher.model.outgoing import Outgoing
from publisher.model.post import Post
from publisher.model.promise import with_promise
from publisher.planning.plan import Means
from publisher.rendering.renderer import DoesNotFit, TemplateFault
from publisher.rendering.standby import post_of


class Posts:
    """Makes the posts of one update."""

    def __init__(
        self,
        means: Means,
        update: Update,
        history: Sequence[Update] = (),
        carried: Mapping[str, Carried] | None = None,
        *,
        forced: bool = False,
    ) -> None:
        """``history``: the updates before it, newest first; ``carried``: what each channel carries of them.

        ``forced`` writes over edits made by hand.
        """
        self._means = means
        self._update = update
        self._history = history
        self._carried = carried or {}
        self._forced = forced
        told = as_repaired((update, *history))[1:]
        self._shown, self._earlier = _as_shown(update, told)

    def outgoing(self, todo: Mapping[str, Sequence[Operation]]) -> tuple[Outgoing, ...]:
        """What each channel does, by its name, with the post for it. Raises Refused, naming every fault."""
        self._insist_on_languages(name for name, operations in todo.items() if operations)
        outgoing, faults = [], []
        for name, operations in todo.items():
            try:
                outgoing += [self._outgoing(name, operation) for operation in operations]
            except (TemplateFault, DoesNotFit) as fault:
                faults.append((f"{name}: {fault}", fault.cure))
        if faults:
            messages, cures = zip(*faults, strict=True)
            raise Refused("; ".join(messages), hint=next(filter(None, cures), None))
        return tuple(outgoing)

    def _insist_on_languages(self, channels: Iterable[str]) -> None:
        """Where a text in another language is worse than none at all. Raises Refused."""
        config = self._means.config
        if config.publisher.untranslated is not Untranslated.REFUSE:
            return
        own = config.publisher.locale
        locales = dict.fromkeys(one for name in channels for one in config.channels[name].locales(own))
        lacking = {locale: ", ".join(unspoken(self._update, locale)) for locale in locales}
        faults = [f"not there in {locale}: {places}" for locale, places in lacking.items() if places]
        if faults:
            hint = (
                'a text is said by language, as in --title en="…"; untranslated = "generic" sends without it'
            )
            raise Refused("; ".join(faults), hint=hint)

    def unheard(self, channels: Sequence[str]) -> Mapping[str, Period]:
        """The channels whose post has to say another change of the period than the update itself does."""
        said = {name: self._as_read(name).before for name in channels}
        shown = with_promise(self._shown, self._history).before
        return {name: before for name, before in said.items() if before and before != shown}

    def reads(self, name: str, update: Update) -> tuple[str, str] | None:
        """Title and body of any update on a channel; None where it cannot be made."""
        try:
            post = self._rendered(name, update)
        except (TemplateFault, DoesNotFit):
            return None
        return post.title, post.body

    # --- inside ---------------------------------------------------------------------------------------------

    def _outgoing(self, name: str, operation: Operation) -> Outgoing:
        edits = operation is Operation.AMEND
        standing = self._carried.get(name)
        return Outgoing(
            self._post(name, edited=edits),
            self._means.config.channels[name].type,
            operation,
            standing.target if standing and edits else None,
            forced=self._forced,
        )

    def _post(self, name: str, *, edited: bool) -> Post:
        # What a silent correction repairs reads as before: only a post that had been edited says so.
        says_so = edited and not (is_silent(self._update) and not self._earlier)
        post = self._rendered(name, self._as_read(name), self._earlier, edited=says_so)
        return replace(post, kind=self._update.kind)

    def _as_read(self, name: str) -> Update:
        heard = _heard(self._update, self._history, self._carried.get(name))
        return with_promise(_as_a_change(self._shown, heard), self._history)

    def _rendered(
        self, name: str, update: Update, earlier: Sequence[Update] = (), *, edited: bool = False
    ) -> Post:
        config = self._means.config
        settings = config.channels[name]
        posts = [
            post_of(
                self._means.renderer,
                update,
                channel=name,
                type_name=settings.type,
                locale=locale,
                capabilities=self._means.capabilities(name),
                earlier=earlier,
                edited=edited,
            )
            for locale in settings.locales(config.publisher.locale)
        ]
        if len(posts) == 1:
            return posts[0]
        from publisher.rendering.together import together  # few channels have two

        return together(posts, self._means.capabilities(name))


def _as_shown(update: Update, history: Sequence[Update]) -> tuple[Update, tuple[Update, ...]]:
    """The update as readers see it, and what they were told before, newest first.

    A silent correction shows what it corrects, with the corrected facts; those that went before are no news.
    """
    told = [one for one in history if not is_silent(one)]
    if not is_silent(update):
        return update, tuple(told)
    last, *before = told
    kept = {name: getattr(last, name) for name in _KEPT}
    shown = _as_added(replace(update, **kept), last)
    return replace(shown, adds=last.adds and only_adds(shown)), tuple(before)


def _as_added(shown: Update, last: Update) -> Update:
    """A silent correction of the services names none of them as one that came in addition, but those that did."""
    if shown.was is None or last.kind is Kind.CORRECTED:
        return shown
    added = {service.key for service in added_services(last)}
    known = tuple(service for service in shown.announcement.services if service.key not in added)
    return replace(shown, was=replace(shown.was, services=known))


_KEPT = ("kind", "text", "before", "next_update_at", "was", "adds", "reopened", "after", "closed_at")
"""What a silent correction leaves as the update that it repairs has said it."""


def _heard(update: Update, history: Sequence[Update], standing: Carried | None) -> Update | None:
    """What customers of a channel heard last before the update, or before the one that it silently corrects."""
    known = standing.heard if standing else {}
    corrected = [one.number for one in history if not is_silent(one)][:1] if is_silent(update) else []
    before = min([update.number, *corrected])
    return next((one for one in history if one.number < before and known.get(one.number)), None)


def _as_a_change(shown: Update, heard: Update | None) -> Update:
    """The update with the period that customers heard last, where that is another one: they read it as a change.

    Where nothing was heard, or work that is over is taken up again, it says what it says everywhere.
    """
    if heard is None or heard.phase.is_closed:
        return shown
    period = heard.announcement.period
    before = period if period != shown.announcement.period else None
    return shown if before == shown.before else replace(shown, before=before)
