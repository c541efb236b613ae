"""The table must fail channels that deserve it: rules that nothing breaks prove nothing."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from contract_canaries import SECRETS, leaks
from contract_cells import Cell
from contract_naive import (
    Believing,
    Following,
    Hoarding,
    InTheQuery,
    Naive,
    Quoting,
    Retrying,
    Talkative,
    opener,
)
from contract_rules import RULES, violations

CONTROLS = [
    (Retrying, "http.publish.reset_after", "once"),
    (Retrying, "http.publish.reset_after", "verdict"),
    (Retrying, "http.publish.reset_after", "unsent"),
    (Believing, "http.publish.html", "verdict"),
    (Believing, "http.publish.created-without-id", "verdict"),
    (Believing, "http.publish.body-null", "verdict"),
    (Following, "http.publish.307-elsewhere", "stranger"),
    (Following, "http.publish.302-elsewhere", "stranger"),
    (Following, "http.publish.500-page", "stranger"),  # the password in ~/.netrc
    (Quoting, "http.publish.400-escapes", "message"),
    (Quoting, "http.publish.400-900-kB", "message"),
    (Quoting, "http.publish.echo-400-secrets", "leak"),
    (Quoting, "http.publish.echo-400-request", "leak"),
    (InTheQuery, "http.publish.refused", "leak"),
    (InTheQuery, "http.publish.short_body", "unsent"),
    (InTheQuery, "http.publish.500-page", "asking"),
    (Talkative, "http.publish.500-page", "leak"),
    (Hoarding, "http.publish.cookies", "stranger"),
    (Hoarding, "http.publish.cookies", "once"),
    (Naive, "http.publish.junk", "unsent"),
    (Naive, "http.publish.body-null", "contract"),
    (Naive, "http.publish.429-junk", "contract"),
    (Naive, "http.publish.429-ten-years", "wait"),
    (Naive, "http.publish.302-other-name", "names"),
    (Naive, "http.publish.id-10-kB", "result"),
    (Naive, "http.publish.id-escape", "result"),
    (Naive, "http.publish.address-javascript", "result"),
    (Naive, "http.find.500-page", "verdict"),
    (Naive, "http.find.reset_after", "contract"),
]


@pytest.mark.parametrize(("kind", "cell_id", "rule"), CONTROLS)
def test_a_careless_channel_breaks_the_rule(kind, cell_id, rule, cells, calm):
    cell = cells[cell_id]
    spoiled = Cell(call=cell.call, fault=cell.fault, opener=opener(kind))
    broken = violations(spoiled, spoiled.run(), calm(cell.call))
    assert rule in {each.partition(":")[0] for each in broken}


def test_every_rule_is_broken_by_somebody():
    broken = {rule for _, _, rule in CONTROLS} | {"time"}
    assert broken == {rule.__name__.strip("_") for rule in RULES}


def test_a_time_limit_for_each_read_is_none(cells, calm):
    """Two seconds of single bytes, where the table's own fault would drip for a minute."""

    def drip(_setting):
        def act(peer):
            peer.read()
            peer.send(peer.head(length=70))
            peer.drip(b" " * 70)

        return act

    cell = cells["http.publish.drip_body"]
    fault = replace(cell.fault, act=drip)
    for opens, broken in ((opener(Naive), True), (None, False)):
        spoiled = Cell(call=cell.call, fault=fault, opener=opens)
        found = violations(spoiled, spoiled.run(), calm(cell.call))
        assert any(each.startswith("time:") for each in found) is broken


def test_a_careless_channel_on_a_good_day_does_what_requests_does_and_no_more(cells, calm):
    """So that it is the faults that the controls fail by."""
    cell = cells["http.publish.interim"]
    careless = Cell(call=cell.call, fault=cell.fault, opener=opener(Naive))
    broken = violations(careless, careless.run(), calm(cell.call))
    assert {each.partition(":")[0] for each in broken} == {"stranger", "asking"}, (
        "requests' own: netrc, and gzip"
    )


SECRET = SECRETS["facebook"]["access_token"]


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
    assert leaks(text)


@pytest.mark.parametrize("text", ["", "Dringende Wartung um 22:30 Uhr", "announce", "4711-***", "EAAfb"])
def test_what_is_no_secret_is_not(text):
    assert not leaks(text)
