"""Facebook and X as they are in November 2026, through the whole program: what is typed, and what customers see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Fault

SOCIAL = ("--only", "facebook", "--yes")
WORK = ("--service", "vps", "--start", "+2h", "--duration", "1h")


@pytest.fixture
def token(announce: Any) -> Any:
    """Puts another token of the sandbox's Page into its file."""
    file = Path(announce.config).parent / "secrets" / "facebook-token"
    return lambda name: file.write_text(f"EAAsandbox{name}Token\n", encoding="utf-8")


def creates(sandbox: Any, platform: str) -> int:
    return [call.verb for call in sandbox.calls if call.platform == platform].count("create")


def test_p3_only_the_first_post_of_a_page_is_to_be_looked_at_logged_out(
    announce: Any, sandbox: Any, token: Any
) -> None:
    """P3: whatever the API says, nobody sees what an app in Development mode posts."""
    token("Development")
    first = announce("urgent", "Eins", *WORK, *SOCIAL)
    second = announce("urgent", "Zwei", *WORK, *SOCIAL)

    assert (first.code, second.code) == (0, 0)
    assert "look at it logged out" in first.stdout
    assert "logged out" not in second.stdout
    assert [post.visible for post in sandbox.posts("facebook")] == [False, False]


def test_p2_a_post_that_the_token_cannot_see_is_taken_down(announce: Any, sandbox: Any, token: Any) -> None:
    token("Blind")
    ref = announce("urgent", "Eins", *WORK, *SOCIAL, "--json").json["ref"]

    assert announce("withdraw", ref, "--yes").code == 0
    assert sandbox.posts("facebook") == []


def test_p2_no_hint_leads_from_a_missing_right_to_a_second_post(
    announce: Any, sandbox: Any, token: Any
) -> None:
    """P2: "someone took it down", --force, and two posts were public."""
    token("Blind")
    announce("urgent", "Eins", *WORK, *SOCIAL)

    refused = announce("correct", "--title", "Zwei", *SOCIAL)
    assert refused.code == 4
    assert "cannot be read with this token" in refused.stdout + refused.stderr
    assert "pages_read_user_content" in refused.stdout + refused.stderr
    forced = announce("correct", "--title", "Drei", *SOCIAL, "--force")
    assert forced.code == 0, "what is not compared need not be read"
    assert creates(sandbox, "facebook") == 1
    [post] = sandbox.posts("facebook")
    assert "Drei" in post.body


def test_p2_with_the_right_to_read_the_same_correction_goes_through(
    announce: Any, sandbox: Any, token: Any
) -> None:
    token("Blind")
    announce("urgent", "Eins", *WORK, *SOCIAL)
    announce("correct", "--title", "Zwei", *SOCIAL)
    token("Page")

    assert announce("resume", "--failed").code == 0
    [post] = sandbox.posts("facebook")
    assert "Zwei" in post.body


def test_p4_a_check_warns_of_what_a_lost_answer_would_need(announce: Any, sandbox: Any, token: Any) -> None:
    token("HalfBlind")
    sandbox.fault("twitter", Fault("says", reason="access-level", verb="list"))

    rows = {row["channel"]: row for row in announce("check", "--json").json["channels"]}

    for channel in ("facebook", "twitter"):
        [warning] = rows[channel]["warnings"]
        assert "a lost answer cannot be looked up" in warning
        assert rows[channel]["may_publish"] == "proved"


def test_p4_no_billed_asks_x_nothing(announce: Any, sandbox: Any) -> None:
    ran = announce("check", "--no-billed", "--json")

    assert ran.code == 0
    assert {call.platform for call in sandbox.calls} == {"wordpress", "whmcs", "facebook"}
    [row] = [row for row in ran.json["channels"] if row["channel"] == "twitter"]
    assert row["may_publish"] == "unknown"
    shown = announce("check", "--no-billed").stdout
    assert re.search(r"^channel +answer +account$", shown, re.MULTILINE)
    assert re.search(r"^twitter +not asked +account 2244994945$", shown, re.MULTILINE)


@pytest.mark.parametrize("reason", ["app-day", "user-day", "usage-capped"])
def test_p6_a_cap_that_is_used_up_is_tried_once(announce: Any, sandbox: Any, reason: str) -> None:
    """P6: four tries in seven seconds."""
    sandbox.fault("twitter", Fault("says", reason=reason))

    ran = announce.urgent("--only", "twitter")

    assert (ran.code, ran.states) == (5, {"twitter": "retry_wait"})
    assert "used up until" in ran.json["deliveries"][0]["error"]
    assert creates(sandbox, "twitter") == 1


def test_p5_a_list_that_is_refused_for_its_size_still_settles_a_lost_answer(
    announce: Any, sandbox: Any
) -> None:
    announce.edit(lambda text: text.replace('type = "facebook"', 'type = "facebook"\nsettle = 0'))
    sandbox.fault("facebook", Fault("502", times=1, verb="create"))
    sandbox.make("facebook", "heavy")

    ran = announce.urgent("--only", "facebook")

    assert (ran.code, ran.states) == (0, {"facebook": "delivered"})
    assert len(sandbox.posts("facebook")) == 1
