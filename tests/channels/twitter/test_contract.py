"""X, under everything that can go wrong with it."""

from __future__ import annotations

from announce_channels.twitter.adapter import Twitter
from announce_contract import contract
from tests.channels.twitter.faults import FAULTS
from tests.channels.twitter.replies import BUT, REPLIES, SECRETS, SETTINGS, complaint

test_twitter = contract(
    Twitter, SETTINGS, REPLIES, secrets=SECRETS, complaint=complaint, but=BUT, faults=FAULTS
)
