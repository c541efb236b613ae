"""What a reader sees of a post, and whether every fact is in it."""

from __future__ import annotations

import html
import re

from publisher.model.post import Format
from publisher.rendering.facts import Facts, missing
from publisher.rendering.folders import TemplateFault


def visible(title: str, body: str, form: Format) -> str:
    """What a reader sees of a post; in HTML the title stands apart from the body."""
    if form is not Format.HTML:
        return body
    return f"{title}\n" + html.unescape(re.sub(r"(?s)<!--.*?-->|<[^>]*>", " ", body))


def insist_on_facts(facts: Facts, file: str, text: str) -> None:
    """Raises TemplateFault where a reader of the text would look for a fact in vain."""
    lost = missing(facts, text)
    if lost:
        raise TemplateFault(
            f"{file} makes a post without {lost}",
            cure="print {{ period }} or {{ period_short }}, and {{ ref }}, in every variant of it",
        )
