"""WordPress, under everything that can go wrong with a blog."""

from __future__ import annotations

from announce_channels.wordpress.adapter import WordPress
from announce_contract import contract
from tests.channels.wordpress.faults import FAULTS
from tests.channels.wordpress.replies import BUT, REPLIES, SETTINGS, complaint

test_wordpress = contract(WordPress, SETTINGS, REPLIES, complaint=complaint, but=BUT, faults=FAULTS)
