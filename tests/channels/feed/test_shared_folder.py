"""A site that two Unix accounts write: folder, files, pages and lock are the group's, and the web server gets in."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from announce_channels.feed.storage.protocol import LocalStorage
from publisher.adapter import Rejected
from tests.accounts import Accounts


def written(folder: Path, text: str, group: int | None) -> None:
    with LocalStorage(folder, group).locked() as site:
        site.write("rss.xml", text.encode())
        site.write("CMO-7K3M/index.html", text.encode())
        site.write_pages({f"CMO-000{number}/index.html": text.encode() for number in range(3)})


def shape(path: Path) -> tuple[int, int]:
    status = path.stat()
    return stat.S_IMODE(status.st_mode), status.st_gid


@pytest.fixture
def folder(accounts: Accounts, common: Path) -> Path:
    """Where ana can make one, and ben could not."""
    return accounts.ana.owns(common) / "public"


def test_what_one_has_written_the_other_writes_again(accounts: Accounts, folder: Path) -> None:
    accounts.ana.does(lambda: written(folder, "ana", accounts.gid))
    assert shape(folder) == shape(folder / "CMO-7K3M") == shape(folder / "CMO-0001") == (0o2775, accounts.gid)
    for name in ("rss.xml", "CMO-7K3M/index.html", "CMO-0001/index.html"):
        assert shape(folder / name) == (0o664, accounts.gid), name
    assert shape(folder / ".announce.lock") == (0o660, accounts.gid)

    accounts.ben.does(lambda: written(folder, "ben", accounts.gid))
    for name in ("rss.xml", "CMO-7K3M/index.html", "CMO-0001/index.html"):
        assert (folder / name).read_text() == "ben"
        assert shape(folder / name) == (0o664, accounts.gid), name


def test_a_site_of_one_is_shared_when_its_owner_writes_it_the_next_time(
    accounts: Accounts, folder: Path
) -> None:
    accounts.ana.does(lambda: written(folder, "ana", None))
    assert shape(folder)[0] == shape(folder / "CMO-7K3M")[0] == 0o755

    def refused() -> None:
        with pytest.raises(Rejected) as refusal:
            written(folder, "ben", accounts.gid)
        assert f"belongs to {accounts.ana.name}, mode 0755" in str(refusal.value)
        assert "[publisher] group" in str(refusal.value.cure)
        assert "set `directory`" not in str(refusal.value.cure)

    accounts.ben.does(refused)
    accounts.ana.does(lambda: written(folder, "ana", accounts.gid))
    accounts.ben.does(lambda: written(folder, "ben", accounts.gid))
    assert (folder / "CMO-0001" / "index.html").read_text() == "ben"


def test_nobody_else_writes_it(accounts: Accounts, folder: Path) -> None:
    accounts.ana.does(lambda: written(folder, "ana", accounts.gid))

    def refused() -> None:
        with pytest.raises(Rejected):
            written(folder, "eve", accounts.gid)
        assert (folder / "rss.xml").read_text() == "ana"

    accounts.eve.does(refused)
