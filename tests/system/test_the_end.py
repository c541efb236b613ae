"""The end reaches every channel, and nothing older is read after it."""

from __future__ import annotations

from typing import Any

import pytest

from announce_sandbox import Sandbox
from announce_sandbox.faults import Fault, Kind
from tests.system.reading import bodies, titles


def test_the_end_is_not_over_while_a_channel_lacks_it(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    first = announce("complete", "--yes", "--only", "blog")
    assert first.code == 5
    assert f"next: announce complete {ref}" in first.stdout
    due = announce("due", "--json")
    assert due.code == 10
    (untold,) = due.json["due"]
    assert untold["what"] == "readers of customer-center, facebook, twitter, feed still see: in progress"
    assert untold["channels"] == ["customer-center", "facebook", "twitter", "feed"]
    assert ref in announce("list", "--open").stdout
    again = announce("complete", ref, "--yes", "--json")
    assert (again.code, again.json["update"]) == (0, 2)
    assert len(bodies(sandbox, "wordpress")) == 1
    assert announce("due").code == 0
    assert announce("complete", ref, "--yes").code == 2


def test_an_end_that_was_refused_is_tried_again(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("complete", "--yes").code == 4
    assert "twitter refused update 2; its readers still see: in progress" in announce("due").stdout
    sandbox.heal()
    assert announce("resume", ref, "--failed", "--yes").code == 0
    assert announce("due").code == 0


def test_a_channel_that_was_down_in_the_middle_hears_the_end(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any
) -> None:
    ref = begun()
    back = dead("wordpress")
    assert announce("update", "Mittendrin.", "--yes").code == 5
    assert announce("complete", "--yes").code == 5
    back()
    assert announce("resume", ref, "--yes").code == 0
    (body,), (title,) = bodies(sandbox, "wordpress"), titles(sandbox, "wordpress")
    assert str(title).startswith("[Abgeschlossen ")
    assert body.index("abgeschlossen") < body.index("Mittendrin.")


def test_what_was_left_out_of_the_end_hears_only_the_end(
    announce: Any, sandbox: Sandbox, begun: Any, dead: Any
) -> None:
    ref = begun()
    back = dead("twitter")
    assert announce("update", "Mittendrin.", "--yes").code == 5
    assert announce("complete", "--skip", "twitter", "--yes").code == 5
    back()
    assert announce("complete", ref, "--yes").code == 0
    assert [post.split("\n")[0].split(":")[0] for post in bodies(sandbox, "twitter")] == [
        "Läuft bereits",
        "Abgeschlossen",
    ]


def test_what_turns_out_never_to_have_been_public_is_not_published_after_the_end(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    announce.edit(lambda text: text.replace('type = "twitter"', 'type = "twitter"\nsettle = 0.1'))
    sandbox.fault("twitter", Fault(Kind.BROKEN, verb="create", times=1))
    sandbox.fault("twitter", Fault(Kind.BROKEN, verb="list"))
    begun()
    sandbox.heal()
    assert announce("complete", "--yes").code == 0
    (only,) = bodies(sandbox, "twitter")
    assert only.startswith("Abgeschlossen: ")


def test_what_was_refused_is_not_sent_after_something_newer(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("update", "Zwei", "--yes").code == 4
    sandbox.heal()
    assert announce("extend", "--by", "1h", "--yes").code == 0
    assert announce("resume", ref, "--failed", "--yes").code == 0
    assert bodies(sandbox, "twitter")[-1].startswith("Dauert länger: ")
    assert not any("Zwei" in post for post in bodies(sandbox, "twitter"))


def test_a_channel_that_was_switched_off_is_still_owed_the_end(announce: Any, begun: Any) -> None:
    begun()
    announce.edit(lambda text: text.replace('type = "twitter"', 'type = "twitter"\nenabled = false'))
    assert announce("complete", "--yes").code == 5
    assert "switch twitter on" in announce("due").stdout


def test_the_end_can_be_told_after_a_correction_of_it(announce: Any, begun: Any) -> None:
    ref = begun("--reason", "Falsch")
    assert announce("complete", "--only", "blog", "--yes").code == 5
    assert announce("correct", ref, "--reason", "Richtig", "--only", "blog", "--yes").code == 5
    assert announce("complete", ref, "--yes").code == 0
    assert announce("due").code == 0


def test_other_words_for_the_end_are_not_dropped(announce: Any, begun: Any) -> None:
    ref = begun()
    assert announce("complete", "--only", "blog", "--yes").code == 5
    refused = announce("complete", ref, "Andere Worte.", "--yes", "--json")
    assert refused.code == 2
    assert "other words" in refused.json["error"]


@pytest.mark.parametrize(
    ("kind", "beginnings"),
    [
        (Kind.LOST, ["[Abgeschlossen", "[Abgeschlossen"]),
        (Kind.BROKEN, ["[Abgeschlossen"]),
    ],
    ids=["there", "not there"],
)
def test_the_end_of_what_may_be_public_is_posted_anew(
    announce: Any, sandbox: Sandbox, begun: Any, kind: Kind, beginnings: list[str]
) -> None:
    announce.edit(lambda text: text.replace('type = "facebook"', 'type = "facebook"\nsettle = 0.1'))
    sandbox.fault("facebook", Fault(kind, verb="create", times=1))
    sandbox.fault("facebook", Fault(Kind.BROKEN, verb="list"))
    ref = begun()
    sandbox.heal()
    shown = announce("complete", "--dry-run").stdout
    assert "--- facebook (facebook, de): edits the post there once it is known, " in shown
    assert "--- facebook (facebook, de): a new post, " in shown
    done = announce("complete", "--yes", "--json")
    assert (done.code, done.states["facebook"]) == (0, "delivered"), done.stdout
    posts = bodies(sandbox, "facebook")
    assert [post.split(" ")[0] for post in posts] == beginnings
    assert "aktualisiert" not in posts[-1], "the new post is no edit"
    (row,) = announce("list", "--json").json["announcements"]
    assert row["told"] == row["channels"] == 5
    assert announce("due").stdout == "nothing is due\n", ref


@pytest.mark.parametrize("platform", ["wordpress", "whmcs"])
@pytest.mark.parametrize("kind", [Kind.LOST, Kind.BROKEN], ids=["there", "not there"])
def test_a_release_that_was_lost_and_then_refused_is_looked_for(
    announce: Any, sandbox: Sandbox, begun: Any, platform: str, kind: Kind
) -> None:
    announce.edit(lambda text: text.replace(f'type = "{platform}"', f'type = "{platform}"\nsettle = 0.5'))
    sandbox.fault(platform, Fault(kind, verb="update", times=1))
    sandbox.fault(platform, Fault(Kind.FORBIDDEN, verb="update"))
    ref = begun()
    states = announce("show", ref, "--json").json["deliveries"]
    (state,) = [row["state"] for row in states if row["type"] == platform]
    assert state == ("delivered" if kind is Kind.LOST else "failed")
    sandbox.heal()
    assert announce("complete", "--yes").code == 0
    (title,) = titles(sandbox, platform)
    assert str(title).startswith("[Abgeschlossen "), "one post, whichever it was"


@pytest.mark.parametrize("platform", ["wordpress", "whmcs", "facebook"])
@pytest.mark.parametrize("heals", ["before the end", "after it"])
def test_an_edit_of_ours_whose_answer_was_lost_is_not_taken_for_one_by_hand(
    announce: Any, sandbox: Sandbox, begun: Any, platform: str, heals: str
) -> None:
    ref = begun()
    sandbox.fault(platform, Fault(Kind.LOST, verb="update"))
    assert announce("update", "Halb fertig.", "--yes").code == 5
    if heals == "before the end":
        sandbox.heal()
    ended = announce("complete", "--yes")
    sandbox.heal()
    assert (ended if heals == "before the end" else announce("resume", ref, "--yes")).code == 0
    first = bodies(sandbox, platform)[0]
    assert first.index("abgeschlossen") < first.index("Halb fertig.")
    assert announce("due").code == 0


def test_after_the_end_only_the_missing_end_is_due(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    begun()
    sandbox.fault("twitter", Fault(Kind.FORBIDDEN))
    assert announce("extend", "--by", "1h", "--yes").code == 4
    assert announce("complete", "--yes").code == 4
    (only,) = announce("due", "--json").json["due"]
    assert only["what"] == "twitter refused update 3; its readers still see: in progress"
