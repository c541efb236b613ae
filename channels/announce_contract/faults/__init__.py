"""What can go wrong with a platform that is reached over HTTP, by kind: the same for every adapter."""

from __future__ import annotations

from collections.abc import Sequence

from announce_contract.fault import Fault
from announce_contract.faults.below_http import BELOW_HTTP
from announce_contract.faults.documents import DOCUMENTS
from announce_contract.faults.status import STATUSES
from announce_contract.faults.texts import TEXTS, links_in
from announce_contract.faults.values import spoiled_in
from announce_contract.replies import Call


def faults_for(calls: Sequence[Call]) -> tuple[Fault, ...]:
    """All of them; those that spoil one value of an answer are made from these calls' answers."""
    return (*BELOW_HTTP, *STATUSES, *DOCUMENTS, *TEXTS, *spoiled_in(calls), *links_in(calls))
