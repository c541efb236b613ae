"""What customers read of a change, an end and a correction: true in every phase, on every format alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.adapter import registry
from publisher.model.announcement import Kind, Phase
from publisher.model.errors import Refused
from publisher.model.post import Format
from publisher.planning.later import plan_later
from publisher.planning.later_request import LaterTyped, read_later
from publisher.planning.plan import Means
from publisher.rendering.seen import visible
from publisher.settings.config import Config, load
from tests.planning.conftest import CONFIG
from tests.planning.making import BOTH, NOW, announced, delivered, recorded

START = NOW + timedelta(minutes=30)  # 21:30 in Berlin; the work is to take an hour


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """All channels in German, so that they can be compared."""
    path = tmp_path / "announce.toml"
    path.write_text(CONFIG.replace('locale = "en"\n', ""))
    return load(path, registry.settings_for)


def say(means: Means, kind: Kind, now: datetime, **typed: Any) -> dict[str, str]:
    """What each channel says, by its name; recorded and delivered."""
    ref = means.ledger.refs()[0]
    newest = means.ledger.history_of(ref).said[0].update
    words = LaterTyped(kind=kind, only=BOTH, **typed)
    request = read_later(words, means.config, newest.announcement.period, now=now)
    plan = plan_later(ref, request, means, now=now)
    delivered(recorded(plan, means), means)
    # a no-break space reads as a blank
    said = {item.post.channel: f"{item.post.title}\n{item.post.body}" for item in plan.outgoing}
    return {name: text.replace("\u00a0", " ") for name, text in said.items()}


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def everywhere(said: dict[str, str], *words: str) -> None:
    for name, post in said.items():
        assert [word for word in words if word not in post] == [], f"{name}: {post}"


def nowhere(said: dict[str, str], *words: str) -> None:
    for name, post in said.items():
        assert [word for word in words if word in post] == [], f"{name}: {post}"


def test_the_end_is_held_against_the_first_promise(means: Means) -> None:
    announced(means)
    everywhere(say(means, Kind.RESCHEDULED, at(10), by="1h"), "23:30 Uhr MEZ (statt 22:30")
    everywhere(say(means, Kind.RESCHEDULED, at(20), by="15m"), "(statt 23:30")
    end = say(means, Kind.COMPLETED, at(130), text="Fertig.")
    assert "2 Stunden" not in end["blog"].split("Frühere")[0].split("Zeitraum")[0]
    assert "1 Stunde 10 Minuten später als zuerst angekündigt" in end["blog"]
    assert "1 Std. 10 Min. später als zuerst angekündigt" in end["twitter"]
    nowhere(end, "Angekündigt war", "früher als")


@pytest.mark.parametrize(("minute", "says"), [(40, "20 Min"), (58, None), (61, None)])
def test_an_early_end_says_so_and_one_on_time_says_nothing(
    means: Means, minute: int, says: str | None
) -> None:
    announced(means)
    end = say(means, Kind.COMPLETED, at(minute))
    (everywhere if says else nowhere)(end, "früher als angekündigt", *([says] if says else []))
    nowhere(end, "später als", "Wann:", "zuerst")


def test_an_early_end_after_another_promise_says_which_one_it_is_held_against(means: Means) -> None:
    announced(means)
    say(means, Kind.RESCHEDULED, at(10), until="22:00")
    end = say(means, Kind.COMPLETED, at(25))
    everywhere(end, "35 Min", "früher als zuerst angekündigt")


def test_what_is_called_off_keeps_nothing_of_what_was_to_be(means: Means) -> None:
    announced(means, reason="Es brennt.", action="Bitte nichts starten.", impact="outage")
    off = say(means, Kind.CANCELLED, at(-10), new_date_follows=True)
    everywhere(off, "[Verschoben]", "neuer Termin folgt")
    nowhere(off, "Es brennt", "Bitte nichts starten", "nicht erreichbar", "Abgesagt")


def test_running_work_that_is_called_off_is_said_to_have_been_stopped(means: Means) -> None:
    announced(means)
    say(means, Kind.PROGRESS, at(5), text="Läuft.")
    everywhere(say(means, Kind.CANCELLED, at(25)), "Abgebrochen", "um 21:55 Uhr abgebrochen")


def test_what_is_taken_up_again_says_that_it_was_over_and_starts_anew(means: Means) -> None:
    announced(means)
    say(means, Kind.COMPLETED, at(55))
    again = say(means, Kind.RESCHEDULED, at(150), until="02:00", reopen="Es kam wieder.")
    everywhere(
        again, "Erneut", "Nach dem Abschluss am Mo., 23.11., um 22:25 Uhr", "Seit 00:00 Uhr", "02:00 Uhr MEZ"
    )
    nowhere(again, "statt", "Verlängert")


def test_what_gets_worse_was_no_mistake(means: Means) -> None:
    announced(means, impact="degraded")
    worse = say(means, Kind.PROGRESS, at(10), corrections={"impact": "outage"}, next_update="+30m")
    everywhere(worse, "größer", "nicht erreichbar", "Nächste Meldung", "22:10 Uhr")
    nowhere(worse, "erichtig", "Fehler")


def test_a_correction_says_what_was_wrong_and_moves_the_phase(means: Means) -> None:
    announced(means)
    right = say(means, Kind.CORRECTED, at(10), until="23:00", loud=True)
    everywhere(right, "Berichtigt", "23:00 Uhr MEZ", "22:30")
    ref = means.ledger.refs()[0]
    assert means.ledger.history_of(ref).said[0].update.phase is Phase.IN_PROGRESS


def test_what_was_missing_is_added_and_was_no_mistake(means: Means) -> None:
    announced(means)
    more = say(means, Kind.CORRECTED, at(10), corrections={"reason": "Ein Kabel ist defekt."}, loud=True)
    everywhere(more, "[Ergänzt]", "Ein Kabel ist defekt.")
    nowhere(more, "erichtig", "Entschuldigung", "Fehler", "tut uns leid", "Bisher hieß es")
    changed = say(means, Kind.CORRECTED, at(12), corrections={"reason": "Ein Rohr ist defekt."}, loud=True)
    everywhere(changed, "[Berichtigt]", "Bisher hieß es: Ein Kabel ist defekt")


def test_the_text_of_an_update_is_corrected_where_it_stands(means: Means) -> None:
    announced(means)
    say(means, Kind.PROGRESS, at(5), text="Nürnberg ist fertg.")
    right = say(means, Kind.CORRECTED, at(6), text="Nürnberg ist fertig.", repairs=2)
    assert "Nürnberg ist fertig." in right["blog"]
    assert "fertg" not in right["blog"]


def test_nobody_claims_an_impact_that_was_not_said(means: Means) -> None:
    plan = announced(means)
    assert plan.announcement.impact is None
    nowhere(say(means, Kind.PROGRESS, at(5), text="Weiter."), "nicht erreichbar", "Auswirkung")


def test_an_incident_is_no_maintenance(means: Means) -> None:
    announced(means, wording="incident", outage="15m", unaffected="E-Mail läuft weiter.")
    running = say(means, Kind.PROGRESS, at(5), text="Weiter.")
    assert "Jeder Server ist etwa 15 Minuten nicht erreichbar." in running["blog"]
    assert "E-Mail läuft weiter." in running["blog"]
    over = say(means, Kind.COMPLETED, at(60))
    everywhere(over, "Behoben")
    nowhere(over, "Wartung", "15 Minuten", "läuft weiter")


def test_an_end_before_a_start_that_has_come_is_no_work_that_lies_ahead(means: Means) -> None:
    announced(means)
    at = START + timedelta(minutes=10)
    with pytest.raises(Refused, match="the end is not after the start"):
        say(means, Kind.COMPLETED, at, at="21:30")
    with pytest.raises(Refused, match="has not begun: its start is announced for") as refused:
        say(means, Kind.COMPLETED, NOW, at="20:59")
    assert "20:59" not in str(refused.value)
    assert "announce cancel" in str(refused.value.hint)
    assert "--begun" in str(refused.value.hint)


def test_work_that_is_under_way_gets_no_other_start(means: Means) -> None:
    announced(means)
    say(means, Kind.PROGRESS, at(5), text="Läuft.")
    for start in ("21:20", "now", "23:00"):
        with pytest.raises(Refused, match=r"has begun at .*21:30") as refused:
            say(means, Kind.RESCHEDULED, at(10), start=start)
        assert "announce correct" in str(refused.value.hint)
    everywhere(say(means, Kind.CORRECTED, at(10), start="21:35", loud=True), "Berichtigt", "21:35")


def test_after_the_announced_end_nobody_reads_it_as_an_estimate(means: Means) -> None:
    announced(means, impact="outage")
    news = say(means, Kind.PROGRESS, at(75), text="Wir prüfen noch.", next_update="+30m")
    everywhere(news, "Angekündigt war", "21:30–22:30 Uhr MEZ", "ist überschritten", "Wir prüfen noch.")
    nowhere(news, "voraussichtlich", "geschätzt", "in dieser Zeit", "etwa 1 Stunde")
    everywhere(say(means, Kind.RESCHEDULED, at(80), by="1h"), "voraussichtlich", "23:30 Uhr MEZ")
    assert "Verzögerung" in news["blog"]
    more = say(means, Kind.CORRECTED, at(125), corrections={"reason": "Ein Kabel."}, loud=True)
    everywhere(more, "Ergänzt", "ist überschritten")


CORRECTIONS: list[tuple[dict[str, Any], str]] = [
    ({"corrections": {"title": "Ein anderer Titel"}}, "Ein anderer Titel"),
    ({"corrections": {"reason": "Ein Rohr ist undicht."}}, "Ein Rohr ist undicht."),
    ({"corrections": {"details": "Es ist *nur* Halle 2."}}, "Halle 2"),
    ({"corrections": {"action": "Bitte warten."}}, "Bitte warten."),
    ({"corrections": {"unaffected": "DNS läuft weiter."}}, "DNS läuft weiter."),
    ({"corrections": {"impact": "none"}}, "Auswirkung Wir erwarten keine spürbaren Auswirkungen"),
    ({"corrections": {"outage": "25m"}}, "Jeder Server ist etwa 25 Minuten nicht erreichbar."),
    ({"services": ("mail",)}, "Betroffen Mail"),
    ({"start": "21:40"}, "21:40 Uhr bis voraussichtlich 22:30"),
    ({"until": "22:50"}, "voraussichtlich 22:50 Uhr"),
]


@pytest.mark.parametrize(("typed", "reads"), CORRECTIONS, ids=str)
def test_every_fact_can_be_corrected_wherever_it_stands(
    means: Means, typed: dict[str, Any], reads: str
) -> None:
    announced(means, reason="Ein Kabel.", details="Halle 1.", impact="outage", outage="15m")
    said = say(means, Kind.CORRECTED, at(-20), loud=True, **typed)
    was_missing = set(typed.get("corrections", ())) & {"action", "unaffected"}
    everywhere(said, "[Ergänzt]" if was_missing else "[Berichtigt]")
    assert reads in " ".join(visible("", said["blog"], Format.HTML).split())


def test_another_impact_says_no_more_for_how_long_each_server_is_away(means: Means) -> None:
    announced(means, impact="outage", outage="15m")
    milder = say(means, Kind.PROGRESS, at(5), corrections={"impact": "degraded"})
    everywhere(milder, "langsam oder")
    nowhere(milder, "15 Minuten")
