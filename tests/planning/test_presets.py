"""The presets of the example: each can be sent as it is, in both languages, from the first word to the last."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from publisher.ledger import open_ledger
from publisher.model.announcement import Impact
from publisher.model.lint import RULES
from publisher.model.post import Format
from publisher.planning.initial import plan_initial
from publisher.planning.initial_request import InitialTyped, read_initial
from publisher.planning.notes import notes
from publisher.planning.plan import Means
from publisher.rendering.lookalikes import lookalikes
from tests.planning.making import delivered, recorded
from tests.planning.telling import HOUSE, SPOKEN, house, planned
from tests.rendering.posts import BERLIN

EXAMPLE = Path(__file__).parents[2] / "channels" / "announce_sandbox" / "example.toml"
PRESETS = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["presets"]
NOW = datetime(2026, 12, 7, 3, 0, tzinfo=BERLIN)
LIFE = (
    (3, "announce urgent --preset {} --start +30m"),
    (4, "announce update --begun"),
    (5, "announce extend --by 1h"),
    (6, "announce complete"),
)
"""Hours of the night, and what is typed."""


@pytest.fixture
def means(tmp_path: Path) -> Iterator[Means]:
    text = EXAMPLE.read_text(encoding="utf-8")
    channels = "".join(
        SPOKEN.format(locale=locale, suffix=suffix, path=path)
        for locale, suffix, path in (("de", "", ""), ("en", "-en", "en/"))
    )
    config = house(tmp_path, HOUSE + channels + text[text.index("[presets.kernel]") :])
    with open_ledger(tmp_path / "ledger.db", write=True) as ledger:
        yield config.means(ledger)


def test_every_emergency_has_one() -> None:
    assert set(PRESETS) == {
        *("kernel", "hypervisor", "network", "attack", "storage", "database"),
        *("power", "cooling", "certificate", "dns", "data"),
    }
    assert {name for name, preset in PRESETS.items() if preset.get("wording") == "incident"} == {"attack"}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_all_in_both_languages(name: str) -> None:
    preset = PRESETS[name]
    texts = [preset[place] for place in ("title", "reason", "action")] + list(preset["statements"].values())
    assert [set(text) for text in texts] == [{"de", "en"}] * len(texts)
    assert all(len(title) <= 50 for title in preset["title"].values())
    assert all(len(statement) <= 100 for text in preset["statements"].values() for statement in text.values())
    assert "impact" in preset or "impact" in preset["ask"]
    assert "unaffected" in preset["ask"]
    assert not {"details", "unaffected", "outage"} & set(preset)  # what only the engineer knows
    assert [found for text in texts for words in text.values() for found in lookalikes(words)] == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_can_be_sent_as_it_is(means: Means, name: str) -> None:
    """Nothing that is warned of, nothing cut on X, in any phase; and no word of what nobody has confirmed."""
    for hour, line in LIFE:
        plan = planned(line.format(name), means, NOW.replace(hour=hour), "CMO-7K3M")
        delivered(recorded(plan, means), means)
        assert [
            str(note) for note in notes(plan, BERLIN) if note.code in RULES or note.code == "untranslated"
        ] == []
        for post in (item.post for item in plan.outgoing):
            assert set(post.shortened) <= {"action"}  # after a sentence
            assert PRESETS[name]["title"][post.locale] in post.title
            if post.format is Format.SHORT and not plan.is_first:
                assert set(post.left_out) <= {"reason", "action", "next", "closing"}
            for statement in PRESETS[name]["statements"].values():
                assert statement[post.locale] not in post.body


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_confirmed_is_said_in_every_language(means: Means, name: str) -> None:
    statements = PRESETS[name]["statements"]
    typed = InitialTyped(preset=name, start="+30m", stated=tuple(statements), impact=Impact.OUTAGE)
    request = read_initial(typed, {}, means.config, now=NOW)
    plan = plan_initial(request, means, now=NOW, ref="CMO-7K3M")
    long = [item.post for item in plan.outgoing if item.post.format is not Format.SHORT]
    assert {post.locale for post in long} == {"de", "en"}
    for post in long:
        assert " ".join(text[post.locale] for text in statements.values()) in post.body


def test_what_is_confirmed_stands_below_details_that_are_typed(means: Means) -> None:
    typed = InitialTyped(preset="dns", start="+30m", details=("Mehr dazu.",), stated=("records",))
    details = read_initial(typed, {}, means.config, now=NOW).details
    assert details == {
        "de": "Mehr dazu.\n\nIhre DNS-Einträge bleiben unverändert.",
        "en": "Your DNS records remain unchanged.",
    }
