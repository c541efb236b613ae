"""Each rule on a text it must find, and on one that it must not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from publisher.model.announcement import Kind
from publisher.model.errors import Refused
from publisher.model.languages import TEXTS
from publisher.model.lint import RULES, Level, Lint
from publisher.planning.lint.findings import FINDERS, found, refuse_errors
from publisher.planning.plan import Means
from tests.clocks import growth
from tests.planning.making import initial

TUNED = Lint(patterns=(r"OPS-\d+",), names=("Max Mustermann",), hosts=("example.corpnet",))

CASES = [
    ("relative-day", "Eine heute veröffentlichte Schwachstelle", "Am Morgen des 3. Mai"),
    ("relative-day", "Wir sind morgen früh fertig", "Guten Morgen"),
    ("relative-day", "noch in dieser Nacht", "in der Nacht zum 3. Mai"),
    ("relative-day", "Wir melden uns morgen wieder", "morgendliche Wartung"),
    ("relative-day", "Morgen folgt der Rest", "Fertig am Morgen"),
    ("relative-day", "Mehr dazu nächste Woche", "in der Woche nach dem 3. Mai"),
    ("relative-day", "We start tonight", "We start on 3 May"),
    ("relative-day", "The rest follows next week", "the week of 3 May"),
    ("shouting", "BITTE SOFORT ALLES SICHERN", "VPS und SSL bei CMO"),
    ("shouting", "Ausfall!!", "Ausfall!"),
    ("typewriter", 'Der "große" Umzug', "Der „große“ Umzug"),
    ("typewriter", "Fertig -- fast", "Fertig – mit --force"),
    ("typewriter", "Es dauert...", "Es dauert …"),
    ("internal-host", "auf db01.internal", "auf www.example.net"),
    ("internal-host", "auf a.example.corpnet", "auf example.net"),
    ("private-address", "auf 10.1.2.3", "Version 10.1.2.3.4"),
    ("private-address", "auf fd00::1", "um 10:15:20"),
    ("private-address", "auf 192.168.0.1.", "auf 9.9.9.9"),
    ("mail", "an noc@example.net", "an noc at example"),
    ("pattern", "siehe OPS-123", "siehe oben"),
    ("name", "fragen Sie max mustermann", "fragen Sie Max"),
    ("mass-mention", "@everyone bitte lesen", "everyone"),
]


@pytest.mark.parametrize(("code", "wrong", "right"), CASES)
def test_a_rule_finds_what_it_is_for_and_nothing_else(
    means: Means, code: str, wrong: str, right: str
) -> None:
    lint = replace(TUNED, levels={one: Level.OFF for one in RULES if one != code} | {code: Level.ERROR})
    update = initial(means).update

    def findings(reason: str) -> list[str]:
        said = replace(update, announcement=replace(update.announcement, reason={"de": reason}))
        return [note.code for note in found(said, (), lint, Level.ERROR)]

    assert findings(wrong) == [code]
    assert findings(right) == []


def test_what_was_typed_with_a_keyboards_signs_is_counted_by_language(means: Means) -> None:
    update = initial(means).update
    reason = {"de": 'Die "Lücke" -- sie ist "neu"...', "en": 'The "hole"'}
    said = replace(update, announcement=replace(update.announcement, reason=reason))
    lint = Lint(levels={one: Level.OFF for one in RULES if one != "typewriter"})
    assert [note.text for note in found(said, (), lint, Level.WARNING)] == [
        'reason (de): 4 × ", 1 × --, 1 × ... as typed; „…“, – and … read better',
        'reason (en): 2 × " as typed; “…”, – and … read better',
    ]


@pytest.mark.parametrize("place", TEXTS)
def test_every_text_of_a_new_announcement_is_looked_at(means: Means, place: str) -> None:
    update = initial(means).update
    said = replace(update, announcement=replace(update.announcement, **{place: {"de": "auf db01.internal"}}))
    assert [note.code for note in found(said, (), Lint(), Level.ERROR)] == ["internal-host"]


def test_the_text_that_a_correction_puts_in_place_is_looked_at(means: Means) -> None:
    said = replace(initial(means).update, kind=Kind.CORRECTED, repaired={"de": "auf db01.internal"})
    (note,) = found(said, (), Lint(), Level.ERROR)
    assert note.text.startswith("corrected text (de)")


def test_every_rule_has_a_finder_and_the_other_way_round() -> None:
    assert set(FINDERS) == set(RULES)


def test_an_error_refuses_and_names_what_lets_it_pass(means: Means) -> None:
    plan = initial(means, title="Wartung auf db01.internal")
    with pytest.raises(Refused, match=r"title.*'db01\.internal' is the name of an internal host") as refused:
        refuse_errors(plan.update, plan.outgoing, Lint())
    assert "--ignore internal-host" in str(refused.value.hint)
    refuse_errors(plan.update, plan.outgoing, Lint(ignored=frozenset({"internal-host"})))
    refuse_errors(plan.update, plan.outgoing, Lint(levels={"internal-host": Level.WARNING}))


@pytest.mark.parametrize(
    ("texts", "lacks"),
    [
        ({"de": "Um 22:30 Uhr", "en": "At 22:30"}, None),
        ({"de": "Um 22.30 Uhr", "en": "At 22:30"}, None),
        ({"de": "1.000 Server", "en": "1,000 servers"}, None),
        ({"de": "Um 22:30 Uhr", "en": "At 23:30"}, "22:30"),
        ({"de": "CVE-2026-31337", "en": "a hole"}, "CVE-2026-31337"),
        ({"und": "Um 22:30 Uhr"}, None),
    ],
)
def test_facts_that_differ_between_languages(means: Means, texts: dict[str, str], lacks: str | None) -> None:
    update = initial(means).update
    said = replace(update, announcement=replace(update.announcement, reason=texts))
    notes = [note.text for note in found(said, (), Lint(), Level.WARNING) if note.code == "languages-differ"]
    assert any(lacks in note for note in notes) if lacks else notes == []


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("Nürnberg ist fertig, jetzt folgt Frankfurt.", True),
        ("Nürnberg ist fertig; jetzt folgt Frankfurt!", True),
        ("Frankfurt ist fertig, alle Server laufen wieder.", False),
    ],
)
def test_a_text_nearly_the_same_as_a_recent_one(means: Means, text: str, alike: bool) -> None:
    update = replace(initial(means).update, text={"de": text})
    lint = Lint(recent=("Nürnberg ist fertig, jetzt folgt Frankfurt.",))
    assert ("similar" in [note.code for note in found(update, (), lint, Level.WARNING)]) is alike


def test_a_pattern_that_would_never_end_stops_and_is_named_with_its_file(means: Means) -> None:
    """Nothing could stop `re`; those behind it have no time left, and the plan is refused, with what lets it pass."""
    lint = Lint(patterns=("OPS-[0-9]+", "(a|aa)+$", "b"), file="/etc/announce.toml")
    update = initial(means).update
    said = replace(
        update, announcement=replace(update.announcement, reason={"de": "OPS-7 " + "a" * 300 + "c"})
    )
    with pytest.raises(
        Refused, match=r"/etc/announce\.toml: lint\.patterns: '\(a\|aa\)\+\$' takes too long"
    ) as refused:
        refuse_errors(said, (), lint)
    assert "'OPS-7' is found" in str(refused.value)
    assert "--ignore pattern" in str(refused.value.hint)


@pytest.mark.parametrize(
    "piece", ["a.", "10.", "A ", "@", "heute ", "1", "morgen", "a@", "::1", "é", "--", '"']
)
def test_time_grows_with_the_text(means: Means, piece: str) -> None:
    """What grew with the square would take sixteen times as long."""
    update = initial(means).update

    def read(length: int) -> None:
        text = piece * (length // len(piece))
        said = replace(update, announcement=replace(update.announcement, details={"de": text}))
        for level in (Level.ERROR, Level.WARNING):
            list(found(said, (), TUNED, level))

    assert growth(read, size=20_000) < 10
