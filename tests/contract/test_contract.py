"""Every cell of the table, judged by the same rules."""

from __future__ import annotations

import pytest
from contract_rules import violations


def test_cell(cell, ran, calm):
    if broken := violations(cell, ran(cell), calm(cell.call)):
        pytest.fail("\n".join(broken), pytrace=False)
