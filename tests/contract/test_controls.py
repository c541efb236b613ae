"""The table must fail channels that deserve it: rules that nothing breaks prove nothing."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from announce_channels.http.adapter import Http
from announce_contract import table
from announce_contract.bench import Subject
from announce_contract.canaries import Canaries
from announce_contract.faults import faults_for
from announce_contract.replies import calls_in
from announce_contract.rules import RULES, violations
from announce_contract.suite import Lab, as_in_a_run
from announce_contract.table import cells_for
from tests.channels.http import replies as told
from tests.channels.http.faults import FAULTS
from tests.contract.naive import (
    Believing,
    Following,
    Hoarding,
    InTheQuery,
    Naive,
    Quoting,
    Retrying,
    Talkative,
)

CONTROLS = [
    (Retrying, "publish.reset_after", "once"),
    (Retrying, "publish.reset_after", "verdict"),
    (Retrying, "publish.reset_after", "unsent"),
    (Believing, "publish.html", "verdict"),
    (Believing, "publish.created-without-id", "verdict"),
    (Believing, "publish.body-null", "verdict"),
    (Following, "publish.307-elsewhere", "stranger"),
    (Following, "publish.302-elsewhere", "stranger"),
    (Following, "publish.500-page", "stranger"),  # the password in ~/.netrc
    (Quoting, "publish.400-escapes", "message"),
    (Quoting, "publish.400-900-kB", "message"),
    (Quoting, "publish.echo-400-secrets", "leak"),
    (Quoting, "publish.echo-400-request", "leak"),
    (InTheQuery, "publish.refused", "leak"),
    (InTheQuery, "publish.short_body", "unsent"),
    (InTheQuery, "publish.500-page", "asking"),
    (Talkative, "publish.500-page", "leak"),
    (Hoarding, "publish.cookies", "stranger"),
    (Hoarding, "publish.cookies", "once"),
    (Naive, "publish.junk", "unsent"),
    (Naive, "publish.body-null", "contract"),
    (Naive, "publish.id-null", "proof"),
    (Naive, "publish.429-junk", "contract"),
    (Naive, "publish.429-ten-years", "wait"),
    (Naive, "publish.302-other-name", "names"),
    (Naive, "publish.id-10-kB", "result"),
    (Naive, "publish.id-escape", "result"),
    (Naive, "publish.address-javascript", "result"),
    (Naive, "find.500-page", "verdict"),
    (Naive, "find.reset_after", "contract"),
]


SUBJECT = Subject(
    adapter=Http,
    settings=told.JSON,
    calls=calls_in(told.REPLIES),
    verbs=frozenset(told.REPLIES),
    canaries=Canaries(told.JSON, {}),
    complaint=told.complaint,
    but=told.BUT,
)
CELLS = {cell.id: cell for cell in cells_for(SUBJECT, [*faults_for(SUBJECT.calls), *FAULTS])}


@pytest.fixture(scope="module")
def lab():
    with as_in_a_run():
        made = Lab([])
        yield made
        made.close()


def _broken(lab, kind, cell):
    """The rules that such a channel breaks in this cell; with None the adapter itself."""
    spoiled = replace(cell, subject=replace(SUBJECT, opener=kind))
    return {each.partition(":")[0] for each in violations(spoiled, spoiled.run(), lab.calm(cell))}


@pytest.mark.parametrize(("kind", "cell_id", "rule"), CONTROLS)
def test_a_careless_channel_breaks_the_rule(kind, cell_id, rule, lab):
    assert rule in _broken(lab, kind, CELLS[cell_id])


def test_every_rule_is_broken_by_somebody():
    broken = {rule for _, _, rule in CONTROLS} | {"time"}
    assert broken == {rule.__name__.strip("_") for rule in RULES}


def test_a_time_limit_for_each_read_is_none(lab, monkeypatch):
    """Single bytes stay within it, until the platform ends them; here it does so sooner than for the table."""
    monkeypatch.setattr(table, "ENOUGH", 3)
    cell = CELLS["publish.drip_body"]
    assert "time" in _broken(lab, Naive, cell)
    assert "time" not in _broken(lab, None, cell)


def test_a_careless_channel_on_a_good_day_does_what_requests_does_and_no_more(lab):
    """So that it is the faults that the controls fail by."""
    broken = _broken(lab, Naive, CELLS["publish.interim"])
    assert broken == {"stranger", "asking"}, "requests' own: netrc, and gzip"


CANARIES = Canaries({"token": {"env": "TOKEN"}}, {"TOKEN": "4711-{}"})
SECRET = CANARIES.environ["TOKEN"].removeprefix("4711-")


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        SECRET[:6],
        SECRET[5:11],
        SECRET.lower(),
        f"a token={SECRET}&b",
        quote(f"<{SECRET}>"),
        "".join(f"%{ord(character):02x}" for character in SECRET),
        "\n".join(SECRET[at : at + 4] for at in range(0, len(SECRET), 4)),
        json.dumps({"a": SECRET}),
        *(base64.b64encode(b"x" * n + b":" + SECRET.encode() + b"y" * n).decode() for n in range(4)),
    ],
)
def test_a_piece_of_a_secret_is_recognised(text):
    assert CANARIES.leaks(text)


@pytest.mark.parametrize("text", ["", "Dringende Wartung um 22:30 Uhr", "announce", "4711-***", SECRET[:5]])
def test_what_is_no_secret_is_not(text):
    assert not CANARIES.leaks(text)
