"""The sentences of a post, out of ``words.toml`` and the facts: one truth for every format, feed and calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import UndefinedError

from publisher.model.announcement import Kind
from publisher.rendering.changes import Corrected
from publisher.rendering.facts import Earlier, Facts
from publisher.rendering.folders import TemplateFault
from publisher.rendering.vocabulary import Vocabulary, laid_over

FEW = 2
"""So many services are named in a headline; of more the first, and how many others there are."""


def phrases(facts: Facts, words: Vocabulary, apart: Callable[[str, str], str]) -> dict[str, Any]:
    """By the name under which a template prints them. Raises TemplateFault where a sentence cannot be filled.

    What the words of a language lack is undefined: only a template that prints it is refused.

    ``apart`` is an almanac's: a name that has an `and` inside is kept apart from what follows.

    ``over``: the work is; ``length``: how long it takes or took, None for days that nobody counts in hours;
    ``aside``, what stands in brackets behind the period: that in UTC, where the language says it, and the length.
    ``tag``, ``who``, ``topic`` and the ``headline`` made of them; ``lead``, ``closing``; ``graver``, that it hits
    harder or less hard than was said before; ``when_label``; ``change``, how the times have moved; ``punctuality``,
    how the end compares with the first promise; ``impact_text``, what the reader will notice, and ``impact_phrase``,
    the same in few words, both None after the end and where nobody has said; ``mistakes``, what a correction puts
    right; ``previous``, what was said before, a line each.
    """
    over = facts.phase.is_closed
    punctuality = _known(lambda: _punctuality(facts, words, facts.late, facts.early))
    values = {**facts.times, "punctuality": punctuality}
    values["outcome"] = _known(lambda: _filled(words, "lead", _outcome(facts), values))
    tag = _known(lambda: _filled(words, "tag", facts.case, values))
    who, topic = _known(lambda: _who(facts, words, apart)), _known(lambda: _topic(facts, words, tag))
    made: dict[str, Callable[[], Any]] = {
        "headline": lambda: headline(tag, who, topic),
        "when_label": lambda: str(words["period_label"][_standing(facts)]),
        "length": lambda: _length(facts, words, over=over),
        "aside": lambda: ", ".join(filter(None, (_utc(facts, words), _length(facts, words, over=over)))),
        "lead": lambda: _lead(facts, words, values),
        "graver": lambda: _graver(facts, words),
        "closing": lambda: _filled(words, "closing", _ending(facts), values),
        "change": lambda: _change(facts, words),
        "punctuality_short": lambda: _punctuality(facts, words, facts.late_short, facts.early_short),
        "impact_text": lambda: None if over else _impact(facts, words, "impact_sentence"),
        "impact_phrase": lambda: None if over else _impact(facts, words, "impact_phrase"),
        "mistakes": lambda: tuple(_mistake(one, words, over=over) for one in facts.corrected),
        "previous": lambda: tuple(_line(one, words) for one in facts.earlier),
    }
    known = {name: _known(make) for name, make in made.items()}
    return known | {"over": over, "tag": tag, "who": who, "topic": topic, "punctuality": punctuality}


def _known(make: Callable[[], Any]) -> Any:
    """What is made; where the words of a language lack what it takes, a template that prints it is refused."""
    try:
        return make()
    except KeyError as error:
        return StrictUndefined(name=f"words.{error.args[0]}")
    except UndefinedError as error:
        return StrictUndefined(hint=str(error))


def headline(tag: str, who: str, topic: str | None) -> str:
    """``[Läuft seit 22:30 Uhr] VPS-Hosting: Neustart aller Hosts``; a dash where the title has its own colon."""
    who = _begun(who)
    if not topic:
        return f"{tag} {who}"
    return f"{tag} {who} – {topic}" if ":" in topic else f"{tag} {who}: {topic}"


def _begun(who: str) -> str:
    """With a capital, as a line begins; a name that has one inside, such as vServer, is written as its owners do."""
    first = who.partition(" ")[0]
    return who[:1].upper() + who[1:] if first.islower() else who


def _who(facts: Facts, words: Vocabulary, apart: Callable[[str, str], str]) -> str:
    if len(facts.services) <= FEW:
        return facts.services_list
    known = {"first": facts.services[0], "count": len(facts.services) - 1}
    return apart(_format(words["label"]["and_more"], known, "label.and_more"), facts.services[0])


def _topic(facts: Facts, words: Vocabulary, tag: str) -> str | None:
    """The title; where it only names the services, what it is instead, unless the tag says so."""
    if facts.title != ", ".join(facts.services):
        return facts.title
    noun = str(words["noun"])
    return None if noun.lower() in tag.lower() else noun


def _standing(facts: Facts) -> str:
    """What the period is called: that of work that was called off is none of its plan, and a passed end no promise."""
    return "aborted" if facts.aborted else "overdue" if facts.overdue else facts.phase


def _change(facts: Facts, words: Vocabulary) -> str | None:
    if facts.shift is None:
        return None
    return _filled(words, "change", "overdue" if facts.overdue else facts.shift, facts.times)


def _outcome(facts: Facts) -> str:
    """How work ended that is over, whatever is said of it now."""
    return "completed_late" if facts.late else "completed_early" if facts.early else "completed"


def _lead(facts: Facts, words: Vocabulary, values: Mapping[str, Any]) -> str:
    """The sentence of the case, how the impact has changed where that is not the case itself, and a passed end."""
    said, graver = _filled(words, "lead", facts.case, values), _graver(facts, words)
    overdue = _filled(words, "lead", "overdue", values) if facts.overdue else None
    return " ".join(one for one in (said, None if graver and graver in said else graver, overdue) if one)


def _ending(facts: Facts) -> str:
    """What it closes with: an end that has passed is no estimate; a mistake is excused all the same."""
    excuses = facts.kind is Kind.CORRECTED and not facts.case.startswith("added")
    return "overdue" if facts.overdue and not excuses else facts.case


def _graver(facts: Facts, words: Vocabulary) -> str | None:
    if not facts.worse and not facts.better:
        return None
    return str(words["lead"]["worse" if facts.worse else "better"])


_NEVER_BEGUN = frozenset(
    f"{said}{off}" for said in ("", "corrected_", "added_") for off in ("cancelled", "postponed")
)


def _length(facts: Facts, words: Vocabulary, *, over: bool) -> str | None:
    if over:
        return None if facts.case in _NEVER_BEGUN else facts.duration
    if facts.overdue:
        return None
    about = words["label"]["about"]
    return None if facts.is_long else _format(about, {"duration": facts.duration}, "label.about")


def _utc(facts: Facts, words: Vocabulary) -> str | None:
    """The period for readers elsewhere, in a language that says it, and as long as it lies ahead of its end."""
    called = str(words["label"]["utc"])
    if not called or facts.utc is None or facts.overdue or facts.phase.is_closed:
        return None
    return facts.utc.replace("UTC", called)


def _punctuality(facts: Facts, words: Vocabulary, late: str | None, early: str | None) -> str | None:
    if not late and not early:
        return None
    key = ("late" if late else "early") + ("_first" if facts.first_of_many else "")
    return _format(words["label"][key], {"length": late or early}, f"label.{key}")


def _impact(facts: Facts, words: Vocabulary, table: str) -> str | None:
    """What the reader will notice: the outage of each where that is known, for then it is the truest."""
    if facts.outage:
        return _format(words["label"][f"{table}_outage"], {"length": facts.outage}, f"label.{table}_outage")
    key = f"{facts.impact}_overdue" if facts.overdue else facts.impact
    return str(words[table].get(key) or words[table][facts.impact]) if facts.impact else None


_SHOWN_TO_THE_END = frozenset({"period", "title", "services"})
"""Facts that every post carries; of the others, a post about work that is over says only what was corrected."""


def _mistake(one: Corrected, words: Vocabulary, *, over: bool) -> str:
    name = str(words["fact"][one.what])
    was, now = (_shown(one.what, said, words) for said in (one.was, one.now))
    key = "mistaken" if was else "missing"
    if not over or now is None or one.what in _SHOWN_TO_THE_END:
        return _format(words["label"][key], {"what": name, "was": was}, f"label.{key}")
    told = {
        "what": name[0].upper() + name[1:],
        "now": now.removesuffix("."),
        "was": (was or "").removesuffix("."),
    }
    return _format(words["label"][f"{key}_over"], told, f"label.{key}_over")


def _shown(what: str, said: str | None, words: Vocabulary) -> str | None:
    return str(words["impact_phrase"][said]) if said and what == "impact" else said


def _line(one: Earlier, words: Vocabulary) -> str:
    """What was said before, in one line: ``03:45 Uhr – Zwischenstand: Der Standort Nürnberg ist fertig.``"""
    told = _filled(words, "told", one.case, one.times).replace("  ", " ").replace(" ,", ",").strip()
    text = " ".join(" ".join(one.text).split())
    return f"{one.when} – {told}: {text}" if text else f"{one.when} – {told}"


def _filled(words: Vocabulary, table: str, key: str, values: Mapping[str, Any]) -> str:
    if key not in words.get(table, {}):
        raise KeyError(f"{table}.{key}")
    return _format(words[table][key], values, f"{table}.{key}")


def _format(text: Any, values: Mapping[str, Any], key: str) -> str:
    try:
        return str(text).format_map({name: "" if value is None else value for name, value in values.items()})
    except (LookupError, ValueError, AttributeError) as error:
        known = ", ".join(f"{{{name}}}" for name in sorted(values))
        raise TemplateFault(
            f"words.toml: {key} cannot be filled: {error}", cure=f"it may have {known}"
        ) from None


def worded(words: Vocabulary, wording: str) -> Vocabulary:
    """The words for what the work is called: the table ``wording`` has the sentences in which they differ."""
    made: Vocabulary = laid_over(words, words.get("wording", {}).get(wording, {}))
    return made
