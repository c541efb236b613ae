"""The contract, as a test: one statement tries an adapter under everything that can go wrong with a platform.

::

    from announce_contract import contract

    test_mastodon = contract(Mastodon, {"access_token": {"env": "TOKEN"}}, {"check": [ME], "publish": [MADE]})

Real sockets, the real transport, secrets that are recognised in pieces. docs/adapters.md has the whole of it.
"""

from __future__ import annotations

from announce_contract.bench import POST
from announce_contract.fault import Fault, says
from announce_contract.replies import URL, Reply, Situation
from announce_contract.suite import contract

__all__ = ["POST", "URL", "Fault", "Reply", "Situation", "contract", "says"]
