"""What is written down is what was said, as ledgers of every earlier version have it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pydantic import TypeAdapter

from publisher.ledger import records
from publisher.model.announcement import Update
from publisher.model.post import Post
from publisher.model.specimen import SPECIMENS
from tests.ledger.sayings import PERIOD, outgoing


@pytest.mark.parametrize(
    "said", [*SPECIMENS, replace(SPECIMENS[0], text={"de": '"„ß🙂\n\u2028'}, before=PERIOD)]
)
def test_what_is_written_down_is_what_pydantic_reads(said: Update) -> None:
    pydantics = TypeAdapter(Update).dump_json(said).decode()
    # ISO 8601 spells a quarter of an hour in both ways.
    assert records.update_json(said).replace('"PT900S"', '"PT15M"') == pydantics
    assert records.update_of(pydantics) == said
    assert records.update_of(records.update_json(said)) == said
    (post,) = (item.post for item in outgoing(said, "blog"))
    assert records.post_json(post) == TypeAdapter(Post).dump_json(post).decode()
    assert records.post_of(records.post_json(post)) == post
