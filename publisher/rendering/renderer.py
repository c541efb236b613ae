"""Update + template → Post: the longest variant that fits, with every fact a reader needs in it."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from publisher.model.announcement import Localized, Update, Wording
from publisher.model.languages import Untranslated, translated
from publisher.model.post import Capabilities, Format, Post, slug_of
from publisher.rendering.almanac import Almanac
from publisher.rendering.cache import TemplateCache
from publisher.rendering.engine import Engine, Sheet, gathered, telling_faults
from publisher.rendering.facts import Facts, facts_of
from publisher.rendering.fitting import DoesNotFit, first_fitting, insist_on_room, measure_of, shortened
from publisher.rendering.folders import TemplateFault, TemplateFolders, nearest_folders
from publisher.rendering.packing import Packed
from publisher.rendering.parts import has_parts, packed_parts
from publisher.rendering.phrases import phrases, worded
from publisher.rendering.seen import insist_on_facts, tellings, visible
from publisher.rendering.vocabulary import laid_over, losses

__all__ = ["DoesNotFit", "Renderer", "TemplateFault", "slug_of"]


class Renderer:
    """Renders posts and pages for one brand in one zone, from the user's folders before the packaged one."""

    def __init__(
        self,
        folders: Sequence[Path] = (),
        *,
        brand: str,
        zone: ZoneInfo,
        owners: Collection[int] = (),
        group: int | None = None,
        feeds: Mapping[str, str] | None = None,
        cache: Path | None = None,
        untranslated: Untranslated = Untranslated.GENERIC,
        contact: Localized | None = None,
        wording: Wording = Wording.MAINTENANCE,
    ) -> None:
        """``owners``: users whose files are taken from ``folders``, beside us and root; ``group`` may write them.

        ``feeds``: what posts offer to subscribe to, addresses by locale. ``cache``: a folder of this user's for
        compiled templates; None: each run compiles its own. ``contact``: how customers reach us, by language;
        ``wording``: what work is called on pages that are not about a single one;
        ``untranslated``: what readers get of a text that is not there in their language.
        """
        self._feeds = feeds or {}
        self._folders = TemplateFolders(folders, packaged(), owners, group=group)
        self._cache = cache
        self._contact, self._wording = contact, wording
        self._brand, self._untranslated = brand, untranslated
        self._zone = zone
        self._almanacs: dict[tuple[str, bool], Almanac] = {}
        self._vocabularies: dict[str, dict[str, Any]] = {}
        self._sandboxes: dict[tuple[Format, str], Engine] = {}
        self._update: Update | None = None
        self._posts: dict[tuple[str, str, Capabilities, bool], Post] = {}

    def post(
        self,
        update: Update,
        *,
        channel: str,
        type_name: str,
        locale: str,
        capabilities: Capabilities,
        earlier: Sequence[Update] = (),
        edited: bool = False,
    ) -> Post:
        """What a channel will say; raises TemplateFault or DoesNotFit.

        ``earlier`` are the updates before, newest first; an ``edited`` post says so, and never reads as a new one.
        Channels with the same template, locale and capabilities share one rendering of an update.
        """
        name = self._post_template(channel, type_name, locale, capabilities.format)
        if update is not self._update:
            self._update, self._posts = update, {}
        key = (name, locale, capabilities, edited)
        if key not in self._posts:
            facts = self._facts(update, locale, capabilities, earlier=earlier, edited=edited)
            self._posts[key] = self._rendered(update, facts, name, channel, capabilities)
        return replace(self._posts[key], channel=channel)

    @cached_property
    def standbys(self) -> tuple[Renderer, ...]:
        """Who makes a post where a file of the user's own is broken: with the user's words, else with ours alone."""
        return tuple(map(self._with, self._folders.standbys()))

    def _with(self, folders: TemplateFolders) -> Renderer:
        other = copy(self)
        other._folders = folders
        other._vocabularies, other._sandboxes, other._posts, other._update = {}, {}, {}, None
        return other

    def page(self, template: str, locale: str, values: Mapping[str, Any]) -> str:
        """A whole HTML page such as ``page``, or a file such as ``style.css``.

        Made from the values, `brand`, `locale`, `words`, those of the `house`, and `wordings`. Raises TemplateFault.
        """
        file = template if "." in template else f"{template}.html"
        name = self._template(locale, [file, f"{template}/page.html"], f"the page {template!r}")
        wordings = {str(one): worded(self._words(locale), one) for one in Wording}
        words = {"house": wordings[self._wording], "words": wordings[values.get("wording", self._wording)]}
        known = {"brand": self._brand, "locale": locale, "wordings": wordings, **words, **values}
        with telling_faults(name, known):
            page = self._sandbox(Format.HTML, locale).get_template(name)
            return gathered(page.root_render_func(page.new_context(known)))

    def brief(self, said: datetime | timedelta, locale: str) -> str:
        """A time in short: ``Mo., 23.11., 22:30 Uhr MEZ``, or a length in words."""
        almanac = self._almanac(locale)
        return almanac.duration(said) if isinstance(said, timedelta) else almanac.moment(said).short

    def words(self, locale: str) -> Mapping[str, Any]:
        """The sentences of a language, for files that no template makes; in English what it lacks.

        Where a file of the user's own is broken, ours: a check says so by day, and no feed is lost over it at night.
        """
        try:
            return cast(Mapping[str, Any], laid_over(self._words("en"), self._words(locale)))
        except TemplateFault:
            ours = TemplateFolders((), packaged())
            return cast(Mapping[str, Any], laid_over(ours.words(["en"]), ours.words(nearest_folders(locale))))

    def check(
        self, *, channel: str, type_name: str, locale: str, capabilities: Capabilities
    ) -> list[TemplateFault | DoesNotFit]:
        """What is wrong with a channel's template and words: every variant is tried on specimen updates."""
        from publisher.model.specimen import SPECIMENS  # only a check needs them

        faults: dict[str, TemplateFault | DoesNotFit] = {}
        try:
            name = self._post_template(channel, type_name, locale, capabilities.format)
            faults |= {str(fault): fault for fault in self._word_faults(name, locale)}
            faults |= {str(fault): fault for fault in self._strange_words(locale)}
        except TemplateFault as fault:
            return [*faults.values(), fault]
        for specimen in SPECIMENS:
            try:
                self._try_variants(specimen, name, locale, capabilities)
                facts = self._facts(specimen, locale, capabilities)
                self._rendered(specimen, facts, name, channel, capabilities)
            except (TemplateFault, DoesNotFit) as fault:
                faults[str(fault)] = fault
        return list(faults.values())

    def _word_faults(self, name: str, locale: str) -> list[TemplateFault]:
        """What a template for every language cannot say in this one; one of the language's own has its own words."""
        if "/" in name:
            return []
        cure = f"correct {nearest_folders(locale)[0]}/words.toml in your template folder"
        translated = not self._folders.is_packaged(locale)
        lost = losses(self._words(locale), self._folders.packaged_words, translated=translated)
        return [TemplateFault(f"the words of {locale!r}: {line}", cure=cure) for line in lost]

    def _strange_words(self, locale: str) -> list[TemplateFault]:
        cure = "correct the key, or use it in a template of your own"
        return [
            TemplateFault(line, cure=cure) for line in self._folders.strange_words(nearest_folders(locale))
        ]

    def _rendered(
        self, update: Update, facts: Facts, name: str, channel: str, capabilities: Capabilities
    ) -> Post:
        locale, form = facts.locale, capabilities.format
        values = self._values(facts, capabilities)
        sheet = self._sheet(name, values, locale, form)
        made = self._packed(sheet, name, values, facts, capabilities, channel=channel)
        title = _title(sheet, form)
        insist_on_facts(facts, sheet, visible(title, made.body, form))
        return Post(
            ref=facts.ref,
            update=update.number,
            kind=update.kind,
            channel=channel,
            locale=locale,
            format=form,
            title=title,
            body=made.body,
            slug=slug_of(facts.ref, update.number),
            published_at=update.published_at,
            link=facts.permalink,
            length=made.length,
            limit=capabilities.max_length,
            tells=tellings(facts),
            shortened=made.shortened,
            left_out=made.left_out,
        )

    def _packed(
        self,
        sheet: Sheet,
        name: str,
        values: Mapping[str, Any],
        facts: Facts,
        capabilities: Capabilities,
        *,
        channel: str,
    ) -> Packed:
        """The text: packed from parts, or the longest variant that fits. A variant that fits comes before parts."""
        cure = f"shorten the title, or add a shorter variant to {sheet.file}"
        if not has_parts(sheet):
            bodies = self._bodies(sheet, name, values, facts, capabilities.format)
            return Packed(*first_fitting(bodies, capabilities, channel=channel, cure=cure))
        measure, limit = measure_of(capabilities.count), capabilities.max_length
        for body in (sheet.block(variant) for variant in _numbered(sheet)):
            if limit is None or measure(body) <= limit:
                return Packed(body, measure(body))
        made = packed_parts(sheet, limit, measure)
        insist_on_room(made.length, capabilities, channel=channel, cure=cure)
        return made

    def _bodies(
        self, sheet: Sheet, name: str, values: Mapping[str, Any], facts: Facts, form: Format
    ) -> Iterator[str]:
        """Longest first: every variant, then the last one with an ever shorter title."""
        variants = _variants(sheet)
        yield from map(sheet.block, variants)
        for title in shortened(facts.title):
            said = self._phrased(replace(facts, title=title))
            retitled = self._sheet(name, {**values, **said}, facts.locale, form)
            yield retitled.block(variants[-1])

    def _try_variants(self, update: Update, name: str, locale: str, capabilities: Capabilities) -> None:
        facts, form = self._facts(update, locale, capabilities), capabilities.format
        sheet = self._sheet(name, self._values(facts, capabilities), locale, form)
        variants = _numbered(sheet) if has_parts(sheet) else _variants(sheet)
        for variant in variants:
            insist_on_facts(facts, sheet, visible(_title(sheet, form), sheet.block(variant), form))

    def _values(self, facts: Facts, capabilities: Capabilities) -> dict[str, Any]:
        """What a post's template may use beside the words; whoever reads a feed need not be offered one."""
        offered = self._feeds.get(facts.locale) or next(iter(self._feeds.values()), None)
        return {**self._phrased(facts), "feed_url": None if capabilities.feed else offered}

    def _phrased(self, facts: Facts) -> dict[str, Any]:
        """The facts, and the sentences made of them."""
        words = worded(self._words(facts.locale), facts.wording)
        with telling_faults("words.toml", facts.times):
            return {**facts.values(), **phrases(facts, words, self._almanac(facts.locale).apart)}

    def _facts(
        self,
        update: Update,
        locale: str,
        capabilities: Capabilities,
        *,
        earlier: Sequence[Update] = (),
        edited: bool = False,
    ) -> Facts:
        """In the words of its readers: what is not there in their language is not used in another one."""
        almanac = self._almanac(locale, capabilities.format)
        heard, *before = [translated(one, locale, self._untranslated) for one in (update, *earlier)]
        told: dict[str, Any] = {"earlier": before, "edited": edited, "page": capabilities.page}
        facts = facts_of(heard, locale, almanac, self._brand, contact=self._contact, **told)
        if update.text and not facts.text and capabilities.format is Format.SHORT:
            lead = self._phrased(facts)["lead"]  # longer posts begin with that sentence anyway
            return replace(facts, text=(lead,))
        return facts

    def _sheet(self, name: str, values: Mapping[str, Any], locale: str, form: Format) -> Sheet:
        words = self._words(locale)
        said = {"words": worded(words, values["wording"]), "house": worded(words, self._wording)}
        return Sheet(self._sandbox(form, locale), name, {**values, **said})

    def _words(self, locale: str) -> dict[str, Any]:
        if locale not in self._vocabularies:
            self._vocabularies[locale] = self._folders.words(nearest_folders(locale))
        return self._vocabularies[locale]

    def _sandbox(self, form: Format, locale: str) -> Engine:
        if (form, locale) not in self._sandboxes:
            cache = TemplateCache(self._cache, f"{form} {locale}") if self._cache else None
            filters = self._almanac(locale, form).filters()
            self._sandboxes[form, locale] = Engine(self._folders, form, filters, cache)
        return self._sandboxes[form, locale]

    def _almanac(self, locale: str, form: Format = Format.TEXT) -> Almanac:
        """Only HTML has no-break spaces: plain text is searched, copied and compared."""
        unbroken = form is Format.HTML
        if (locale, unbroken) not in self._almanacs:
            try:
                self._almanacs[locale, unbroken] = Almanac(locale, self._zone, unbroken=unbroken)
            except ValueError as error:
                cure = f"set locale to one of: {', '.join(self._folders.locales())}"
                raise TemplateFault(str(error), cure=cure) from error
        return self._almanacs[locale, unbroken]

    def _post_template(self, channel: str, type_name: str, locale: str, form: Format) -> str:
        special = [name for name in (channel, type_name) if name not in _NOT_FOR_CHANNELS]
        files = [f"{name}{_SUFFIX[form]}" for name in (*special, form)]
        everywhere = [file for file in files if file not in _PARTS_OF_PAGES]
        return self._template(locale, files, f"posts in the format {form}", everywhere)

    def _template(
        self, locale: str, files: Sequence[str], purpose: str, everywhere: Sequence[str] | None = None
    ) -> str:
        self._almanac(locale)  # refuses what is no locale before it becomes part of a path
        chosen = self._folders.first(nearest_folders(locale), files, everywhere)
        if chosen is None or (chosen in files and not self._words(locale)):
            known = ", ".join(self._folders.locales())
            raise TemplateFault(
                f"there is no template for {purpose} in {locale!r}, only templates in: {known}",
                cure=f"set locale to one of these, or write {nearest_folders(locale)[0]}/words.toml of your own",
            )
        return chosen


_SUFFIX = {Format.HTML: ".html", Format.TEXT: ".txt", Format.SHORT: ".txt"}

_NOT_FOR_CHANNELS = frozenset({*Format, "archive", "index", "page", "preview", "withdrawn", "words"})
"""Names of templates with another purpose: a channel called so has no template of its own."""

_PARTS_OF_PAGES = frozenset({"site.html", "parts.html"})
"""In the folder itself these are pieces of the pages: a channel called so has its template in a language's only."""


def _variants(sheet: Sheet) -> list[str]:
    """The blocks that are bodies, longest first: ``variant_1`` …, or the one ``body``."""
    return _numbered(sheet) or ["body"]


def _numbered(sheet: Sheet) -> list[str]:
    numbered = [name for name in sheet.blocks() if re.fullmatch(r"variant_\d+", name)]
    return sorted(numbered, key=lambda name: int(name.partition("_")[2]))


def _title(sheet: Sheet, form: Format) -> str:
    """The title as plain text on one line."""
    title = sheet.block("title")
    return " ".join((html.unescape(title) if form is Format.HTML else title).split())


def packaged() -> Path:
    """The templates that come with the program: inside the package when installed, beside it in a checkout."""
    here = Path(__file__).parents[1]
    installed = here / "templates"
    return installed if installed.is_dir() else here.parent / "templates"
