"""Facebook, under everything that can go wrong with the Graph API."""

from __future__ import annotations

from announce_channels.facebook.adapter import Facebook
from announce_contract import contract
from tests.channels.facebook.faults import FAULTS
from tests.channels.facebook.replies import BUT, INSPECTED, REPLIES, SETTINGS, complaint

test_facebook = contract(
    Facebook, SETTINGS, REPLIES, complaint=complaint, but=BUT, faults=FAULTS, in_addresses=INSPECTED
)
