"""Two hosts, one ledger in a database, one bucket: whoever writes last has read last, so nothing is missing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from announce_channels.feed.adapter import Feed
from announce_channels.feed.storage.bucket import BucketStorage
from publisher.ledger import alone
from publisher.ledger.postgres import owner
from publisher.ledger.postgres.owner import alone as held
from publisher.model.errors import LedgerFault, Refused
from tests.channels.feed.saying import Publisher
from tests.channels.feed.test_bucket import bucket, endpoint
from tests.ledger.postgres.test_postgres import name_of
from tests.postgres import Server, server

__all__ = ["bucket", "endpoint", "server"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
SITE = "s3://status/site"


@pytest.mark.parametrize("is_shared", [True, False], ids=["one lock", "a lock each"])
def test_the_slow_one_writes_last_and_nothing_is_lost(
    server: Server,
    bucket: Any,
    endpoint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_shared: bool,
) -> None:
    """It had read before the other one spoke. With a lock on each host, as a control, the other's item goes."""
    database = server.fresh()
    slow, quick = Publisher(tmp_path / "a"), Publisher(tmp_path / "b")
    for one in (slow, quick):
        one.root.mkdir()
        one.alone = (lambda what: alone(database, what)) if is_shared else None
    quick.said = slow.said  # what one records, the other reads
    feed(quick, endpoint).publish(quick.say("CMO-0000", after=-60))
    has_read, has_spoken = threading.Event(), threading.Event()
    write = BucketStorage.write

    def slowly(self: BucketStorage, name: str, content: bytes) -> bool:
        if threading.current_thread().name == "slow" and not has_read.is_set():
            has_read.set()
            has_spoken.wait(1 if is_shared else 30)
        return write(self, name, content)

    monkeypatch.setattr(BucketStorage, "write", slowly)
    first = slow.say("CMO-0001")
    writing = threading.Thread(target=feed(slow, endpoint).publish, args=[first], name="slow")
    writing.start()
    assert has_read.wait(20)
    second = quick.say("CMO-0002", after=60)
    speaking = threading.Thread(target=lambda: (feed(quick, endpoint).publish(second), has_spoken.set()))
    speaking.start()
    writing.join(30)
    speaking.join(30)
    rss = bucket.get_object(Bucket="status", Key="site/rss.xml")["Body"].read().decode()
    assert ("CMO-0001" in rss, "CMO-0002" in rss) == (True, is_shared)


def feed(publisher: Publisher, endpoint: str) -> Feed:
    return publisher.channel(directory=SITE, endpoint_url=endpoint)


def test_who_writes_is_named_to_whoever_waits_too_long(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "WRITING_SECONDS", 0.1)
    database = server.fresh()
    with (
        held(database, SITE),
        held(database, "s3://another"),
        pytest.raises(Refused, match="s3://status/site is being written by process"),
        held(database, SITE),
    ):
        pytest.fail("two writers")
    with held(database, SITE):
        pass


def test_who_has_lost_the_hold_is_told_after_writing(server: Server) -> None:
    """Somebody else may have written meanwhile: the attempt is one to be repeated."""
    database = server.fresh()

    with pytest.raises(LedgerFault, match="broke"), held(database, SITE):
        server.admin(
            name_of(database),
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'announce'",
        )
