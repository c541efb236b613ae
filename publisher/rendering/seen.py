"""What a reader sees of a post, and whether every fact is in it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.model.post import Format, Telling
from publisher.model.wholeness import as_a_word
from publisher.rendering.almanac import Moment
from publisher.rendering.engine import Sheet
from publisher.rendering.facts import Facts
from publisher.rendering.folders import TemplateFault


def visible(title: str, body: str, form: Format) -> str:
    """What a reader sees of a post; in HTML the title stands apart from the body, and a no-break space is a blank."""
    if form is not Format.HTML:
        return body
    return f"{title}\n" + _plain(html.unescape(re.sub(r"(?s)<!--.*?-->|<[^>]*>", " ", body)))


def insist_on_facts(facts: Facts, sheet: Sheet, text: str) -> None:
    """Raises TemplateFault where a reader of the text would look for a fact in vain, or finds a time that is none."""
    lost = missing(facts, text)
    if lost:
        raise TemplateFault(
            f"{sheet.file} makes a post without {lost}",
            cure="print {{ period }} or {{ period_short }}, and {{ ref }}, in every variant of it",
        )
    if strange := invented(text, sheet.values):
        raise TemplateFault(
            f"{sheet.file} prints {strange}, which is no time of this announcement",
            cure="print times by their names, {{ period }}; hours that are always the same belong into words.toml",
        )


def invented(text: str, values: Mapping[str, Any]) -> str | None:
    """The first time or date of a text that no value of a template has: the template made it up."""
    known = unicodedata.normalize("NFC", str(values)).replace(r"\xa0", " ").replace("\u00a0", " ")
    return next((found[0] for found in re.finditer(_TIME_OR_DATE, text) if found[0] not in known), None)


_TIME_OR_DATE = (
    r"(?<![\d:])\d{1,2}:\d\d(?![\d:])"
    r"|(?<![\d.])\d{1,2}\.\d\d\.(?:\d{4})?"
    r"|\d{4}-\d\d-\d\d"
    r"|(?<!\d)\d{1,2}\.? [^\W\d_]{3,9} \d{4}"
)


def missing(facts: Facts, text: str) -> str | None:
    """The first fact that a reader of the text would look for in vain; None where all are there.

    Looked for are the reference, both times, the start's date, and the end's date and the two zones where they
    differ; dates in full, short or ISO form. What start and end have in common must be there once for each.
    """
    wanted = Counter((name, told.forms) for name, told in _wanted(facts))
    for (name, forms), times in wanted.items():
        if sum(len(re.findall(as_a_word(form), text)) for form in forms) < times:
            return name
    return None


def tellings(facts: Facts) -> tuple[Telling, ...]:
    """The same facts, for whoever compares the post with what became of it."""
    return tuple(told for _, told in _wanted(facts))


def _wanted(facts: Facts) -> Iterator[tuple[str, Telling]]:
    start, end = facts.start, facts.end
    yield f"the reference {facts.ref}", Telling("reference", (facts.ref,))
    yield f"the date {_plain(start.date)}", Telling("start", _dates(start))
    if not facts.same_day:
        yield f"the date {_plain(end.date)}", Telling("end", _dates(end))
    yield f"the time {start.time}", Telling("start", (start.time,))
    yield f"the time {end.time}", Telling("end", (end.time,))
    if start.zone != end.zone:
        yield f"the zone {start.zone}", Telling("start", (start.zone,))
        yield f"the zone {end.zone}", Telling("end", (end.zone,))


def _dates(moment: Moment) -> tuple[str, ...]:
    return _plain(moment.day), _plain(moment.day_short), moment.iso[:10]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")
