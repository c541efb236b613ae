"""Texts in several languages: how they are typed, which one a reader gets, and what is said of one that is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from publisher.adapter import registry
from publisher.model.announcement import Kind
from publisher.model.errors import Refused
from publisher.model.history import as_repaired
from publisher.model.languages import Untranslated, translated
from publisher.planning.initial_request import InitialTyped, read_initial
from publisher.planning.later_request import LaterTyped, read_later
from publisher.planning.notes import notes
from publisher.planning.plan import Means, Plan
from publisher.runbook.assembly import Assembly
from publisher.settings.config import Config, ConfigFault, load
from tests.planning.conftest import CONFIG
from tests.planning.making import LATER, NOW, announced, delivered, initial, later, recorded, request

BERLIN = ZoneInfo("Europe/Berlin")


def first(config: Config, file: dict[str, Any] | None = None, **typed: Any) -> Any:
    known: dict[str, Any] = {"services": ("vps",), "start": "+30m", "duration": "1h"}
    return read_initial(InitialTyped(**known | typed), file or {}, config, now=NOW)


def bodies(plan: Plan) -> dict[str, str]:
    return {item.post.channel: f"{item.post.title}\n{item.post.body}" for item in plan.outgoing}


def said(plan: Plan, means: Means) -> list[str]:
    return [str(note) for note in notes(plan, BERLIN, means.config.publisher.untranslated)]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("Lücke", {"de": "Lücke"}),
        (("Lücke", "en=Hole"), {"de": "Lücke", "en": "Hole"}),
        (("en=Hole", "Lücke"), {"de": "Lücke", "en": "Hole"}),
        ("de=en=gleich", {"de": "en=gleich"}),
        ("x=1 stimmt nicht", {"de": "x=1 stimmt nicht"}),
        ("CPU=100 %", {"de": "CPU=100 %"}),
        (("Lücke", "en=a=b"), {"de": "Lücke", "en": "a=b"}),
    ],
)
def test_a_text_says_its_language(config: Config, typed: Any, understood: dict[str, str]) -> None:
    assert first(config, title=typed).title == understood
    change = read_later(
        LaterTyped(kind=Kind.PROGRESS, text=typed), config, first(config).period, now=NOW
    ).change
    assert change.text == understood


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"title": "fr=Faille"}, r"title: no channel speaks fr, only de, en; .* is written de=fr=…"),
        ({"title": ("Eins", "Zwei")}, r"title \(de\): is there twice"),
        ({"title": ("Eins", "en=" + "x" * 201)}, r"title \(en\): is 201 characters long"),
        ({"title": ("x" * 206, "en=" + "x" * 201)}, r"title \(de\): is 206 .*title \(en\): is 201"),
        ({"reason": ("Eins", "en=")}, r"reason \(en\): is empty"),
        ({"action": "en=a\nb"}, r"action \(en\): has U\+000A"),
    ],
)
def test_a_fault_names_the_language(config: Config, typed: dict[str, Any], fault: str) -> None:
    with pytest.raises(Refused, match=fault):
        first(config, **typed)


def test_a_new_text_in_the_own_language_replaces_all_and_a_translation_joins_them(config: Config) -> None:
    """What a preset says in English would otherwise stand beside another matter in German."""
    assert first(config, preset="kernel", title="Netz").title == {"de": "Netz"}
    assert first(config, preset="kernel", title="en=Gap").title == {"de": "Lücke", "en": "Gap"}
    file = {"title": {"de": "Datei", "en": "File"}}
    assert first(config, file, title="en=Typed").title == {"de": "Datei", "en": "Typed"}
    assert first(config, {"title": "en=steht so da"}).title == {"de": "en=steht so da"}


def test_a_text_is_in_the_publishers_language_and_austrians_read_german(config: Config) -> None:
    austrian = replace(config, publisher=config.publisher.model_copy(update={"locale": "de_AT"}))
    assert first(austrian, title="Lücke").title == {"de": "Lücke"}
    assert first(austrian, title=("Lücke", "de_AT=Lucke")).title == {"de": "Lücke", "de_AT": "Lucke"}


def test_readers_of_another_language_get_the_services_and_a_general_sentence(means: Means) -> None:
    plan = initial(means, title="Netz", reason="Grund", action="Warten", details="Mehr", unaffected="E-Mail")
    assert "Netz" in bodies(plan)["blog"]
    assert "VPS hosting" in bodies(plan)["twitter"]
    assert "Netz" not in bodies(plan)["twitter"]
    assert said(plan, means) == [
        "twitter: the title is not there in en; the services' names stand for it",
        "twitter: the reason is not there in en; it is left out",
        "twitter: the details are not there in en; they are left out",
        "twitter: the action is not there in en; it is left out",
        "twitter: what is not affected is not there in en; it is left out",
    ]
    delivered(recorded(plan, means), means)
    update = later(means, request(Kind.PROGRESS, text={"de": "Halb fertig"}))
    assert "Halb fertig" in bodies(update)["blog"]
    assert "Halb fertig" not in bodies(update)["twitter"]
    assert "twitter: the text is not there in en; a general sentence stands for it" in said(update, means)


def test_what_the_publisher_would_rather_not_send_is_refused(means: Means) -> None:
    strict = _with(means, Untranslated.REFUSE)
    with pytest.raises(Refused, match="not there in en: title, reason") as refused:
        initial(strict, title="Netz", reason="Grund")
    assert refused.value.hint == (
        'a text is said by language, as in --title en="…"; untranslated = "generic" sends without it'
    )
    assert initial(strict, title="Netz", only=("blog",))
    assert initial(strict, title=("Netz", "en=Net"))


def test_the_original_is_sent_where_that_is_wanted(means: Means) -> None:
    plan = initial(_with(means, Untranslated.ORIGINAL), title="Netz")
    assert "Netz" in bodies(plan)["twitter"]


def _with(means: Means, untranslated: Untranslated) -> Means:
    publisher = means.config.publisher.model_copy(update={"untranslated": untranslated})
    return Assembly(replace(means.config, publisher=publisher)).means(means.ledger)


@pytest.mark.parametrize(
    ("typed", "blog", "twitter", "kept"),
    [
        ("Richtig", "Richtig", "Hole", "twitter: the title is corrected in another language"),
        ("en=Right", "Lücke", "Right", "blog: the title is corrected in another language"),
        (("Richtig", "en=Right"), "Richtig", "Right", None),
    ],
)
def test_a_correction_keeps_the_other_language(
    means: Means, typed: Any, blog: str, twitter: str, kept: str | None
) -> None:
    announced(means)
    wanted = LaterTyped(kind=Kind.CORRECTED, corrections={"title": typed}, loud=True)
    plan = later(means, read_later(wanted, means.config, first(means.config).period, now=LATER))
    assert blog in bodies(plan)["blog"]
    assert twitter in bodies(plan)["twitter"]
    found = [one for one in said(plan, means) if "corrected in another language" in one]
    assert len(found) == (kept is not None)
    assert kept is None or found[0].startswith(kept)


def test_what_keeps_running_is_corrected_as_every_text_is(means: Means) -> None:
    announced(means, unaffected=("E-Mail läuft weiter.", "en=Mail keeps running."))
    typed = LaterTyped(kind=Kind.CORRECTED, corrections={"unaffected": ("DNS läuft weiter.",)}, loud=True)
    plan = later(means, read_later(typed, means.config, first(means.config).period, now=LATER))
    assert plan.update.announcement.unaffected == {"de": "DNS läuft weiter.", "en": "Mail keeps running."}
    assert "DNS läuft weiter." in bodies(plan)["blog"]
    assert "DNS" not in bodies(plan)["twitter"]


def test_a_text_without_a_language_in_an_old_ledger_is_the_publishers(means: Means) -> None:
    old = initial(means)
    facts = replace(old.update.announcement, title={"und": "Alt"}, reason={"und": "Altgrund"})
    recorded(replace(old, update=replace(old.update, announcement=facts)), means)
    plan = later(means, request(Kind.PROGRESS, text={"de": "Halb", "en": "Half"}))
    assert plan.update.announcement.title == {"de": "Alt"}
    assert "Alt" in bodies(plan)["blog"]
    assert "Alt" not in bodies(plan)["twitter"]
    corrected = later(means, request(Kind.CORRECTED, facts={"title": {"en": "Old"}}, loud=True))
    assert corrected.update.announcement.title == {"de": "Alt", "en": "Old"}


def in_both(config: Config, name: str = "blog") -> Config:
    channels = {**config.channels, name: config.channels[name].model_copy(update={"locale": ("de", "en")})}
    return replace(config, channels=channels)


def test_two_languages_stand_in_one_post_each_with_its_own_words_and_every_fact(means: Means) -> None:
    both = Assembly(in_both(means.config)).means(means.ledger)
    (item,) = initial(both, only=("blog",), title=("Netz", "en=Network"), reason="Grund").outgoing
    post = item.post
    assert (post.locale, post.beside) == ("de", ("en",))
    titles = post.title.split(" / ")
    assert ["Netz" in titles[0], "Network" in titles[1]] == [True, True]
    assert post.title.count(post.ref) == 1
    assert titles[1].endswith(f"({post.ref})")
    german, english = post.body.split('<h2 lang="en">English</h2>')
    assert german.startswith('<h2 lang="de">Deutsch</h2>')
    for half, own, foreign in ((german, "Grund", "Urgent"), (english, "VPS hosting", "Grund")):
        assert own in half
        assert foreign not in half
        assert "CMO-" in half
        assert "22:30" in half or "21:30" in half
    assert post.length == len(post.body)


def test_what_a_post_in_two_languages_lacks_is_said(means: Means) -> None:
    both = Assembly(in_both(means.config)).means(means.ledger)
    plan = initial(both, only=("blog",), title=("Netz", "en=Network"), reason="Grund")
    assert said(plan, both) == ["blog: the reason is not there in en; it is left out"]


def test_a_post_without_room_for_two_languages_has_one(tmp_path: Path) -> None:
    path = tmp_path / "announce.toml"
    path.write_text(
        CONFIG.replace('type = "twitter"\nlocale = "en"', 'type = "twitter"\nlocale = ["de", "en"]')
    )
    with pytest.raises(ConfigFault) as refused:
        load(path, registry.settings_for)
    assert "channels.twitter.locale: a twitter channel speaks one language" in str(refused.value)
    assert refused.value.hint == "write a channel for each language"
    path.write_text(CONFIG.replace('type = "wordpress"', 'type = "wordpress"\nlocale = ["de", "Englisch"]'))
    with pytest.raises(ConfigFault, match='"Englisch" is no locale'):
        load(path, registry.settings_for)


def test_a_text_that_is_corrected_in_one_language_stays_as_it_was_in_the_other(means: Means) -> None:
    first = initial(means).update
    said_once = replace(first, number=2, kind=Kind.PROGRESS, text={"de": "Halb", "en": "Half"})
    repair = replace(first, number=3, kind=Kind.CORRECTED, repairs=2, repaired={"de": "Ganz"})
    assert as_repaired([repair, said_once])[1].text == {"de": "Ganz", "en": "Half"}
    read = [translated(one, "en") for one in (repair, said_once)]
    assert [one.text for one in as_repaired(read)] == [None, {"en": "Half"}]
