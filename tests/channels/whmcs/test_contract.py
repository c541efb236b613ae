"""WHMCS, under everything that can go wrong with a client area."""

from __future__ import annotations

from announce_channels.whmcs.adapter import Whmcs
from announce_contract import contract
from tests.channels.whmcs.faults import FAULTS
from tests.channels.whmcs.replies import BUT, READS, REPLIES, SETTINGS, complaint

test_whmcs = contract(Whmcs, SETTINGS, REPLIES, complaint=complaint, but=BUT, faults=FAULTS, reads=READS)
