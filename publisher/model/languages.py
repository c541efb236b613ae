"""Whose language a text is in, and what readers of another one get instead: never the text itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec.structs import replace

from publisher.model.announcement import UNDETERMINED, Announcement, Localized, Service, Update

TEXTS = ("title", "reason", "details", "action", "unaffected")
"""The texts of an announcement, each by language."""


class Untranslated(StrEnum):
    """What readers get of a text that is not there in their language."""

    GENERIC = "generic"
    """Their language's general sentence; a title is made of the services."""
    REFUSE = "refuse"
    """Nothing is sent until the text is there."""
    ORIGINAL = "original"
    """The text as it is, in another language."""


def language_of(locale: str) -> str:
    """``de`` of ``de_AT``."""
    return locale.replace("-", "_").partition("_")[0]


def spoken_in(text: Localized | None, locale: str) -> str | None:
    """The text for readers of a locale: that locale's, its language's, or one for all; None where there is none."""
    for key in (locale, language_of(locale), UNDETERMINED):
        if text and key in text:
            return text[key]
    return None


def named_after(services: Sequence[Service], locale: str) -> str:
    """A title for work that has none in this language: the services; one without a name in it goes by its key."""
    return ", ".join(spoken_in(service.name, locale) or service.key for service in services)


def determined(update: Update, own: str) -> Update:
    """The update with every text that nobody stated a language of in ``own``, the publisher's.

    Earlier versions recorded what was typed so. A service's one name is its name in every language, and stays.
    """
    said = update.announcement
    facts = {place: _determined(getattr(said, place), own) for place in TEXTS}
    changed = {place: text for place, text in facts.items() if text is not getattr(said, place)}
    text = _determined(update.text, own)
    if not changed and text is update.text:
        return update
    return replace(update, announcement=replace(said, **changed), text=text)


def _determined(text: Localized | None, own: str) -> Localized | None:
    if text is None or UNDETERMINED not in text:
        return text
    return {own: text[UNDETERMINED]} | {key: words for key, words in text.items() if key != UNDETERMINED}


def translated(update: Update, locale: str, untranslated: Untranslated = Untranslated.GENERIC) -> Update:
    """The update as readers of a locale may see it: every text in their language alone, or not at all."""
    if untranslated is Untranslated.ORIGINAL:
        return update
    return replace(
        update,
        announcement=_spoken(update.announcement, locale),
        was=_spoken(update.was, locale) if update.was else None,
        text=_alone(update.text, locale),
        repaired=_alone(update.repaired, locale),
    )


def _spoken(said: Announcement, locale: str) -> Announcement:
    title = spoken_in(said.title, locale) or named_after(said.services, locale)
    services = tuple(
        Service(key=one.key, name={locale: spoken_in(one.name, locale) or one.key}) for one in said.services
    )
    return replace(
        said,
        title={locale: title},
        services=services,
        reason=_alone(said.reason, locale),
        details=_alone(said.details, locale),
        action=_alone(said.action, locale),
        unaffected=_alone(said.unaffected, locale),
    )


def _alone(text: Localized | None, locale: str) -> Localized | None:
    words = spoken_in(text, locale)
    return {locale: words} if words else None


def unspoken(update: Update, locale: str) -> Iterator[str]:
    """What of an update is not there in a locale: ``title``, ``text``, ``service vps``."""
    said = update.announcement
    texts = {place: getattr(said, place) for place in TEXTS}
    texts |= {"text": update.text or update.repaired}
    texts |= {f"service {one.key}": one.name for one in said.services}
    return (place for place, text in texts.items() if text and spoken_in(text, locale) is None)


def put_over(lower: Localized | None, upper: Localized, own: str) -> Localized:
    """A text typed over one from elsewhere: a new one in the own language replaces all, a translation joins them."""
    return upper if own in upper else {**(lower or {}), **upper}


def announced_titles(services: Sequence[Service], locales: Sequence[str]) -> Localized:
    """A title where none was given: the services, in every language that is spoken."""
    return {
        language: named_after(services, locale) for locale in locales for language in [language_of(locale)]
    }
