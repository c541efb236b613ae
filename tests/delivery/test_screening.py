"""What a platform answers is kept only as far as it holds no secret, and leads nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from publisher.adapter.identity import Identity, Permission
from publisher.delivery.probes import check_all, located
from publisher.delivery.screening import hosts_in, screened
from publisher.ledger.sqlite.store import Store
from publisher.model.delivery import State
from publisher.model.outcome import Mutilated, Rejected
from publisher.model.post import Draft, Receipt
from publisher.settings.masking import Masker
from tests.delivery.scripted import Scripted, ScriptedStaging, run

HOSTS = frozenset({"blog.example.net"})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "ledger.db") as opened:
        yield opened


def mask(text: str) -> str:
    return text.replace("hunter2", "***")


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt(remote_id="hunter2", url="https://blog.example.net/1"),
        Receipt(remote_id="1", url="https://blog.example.net/?token=hunter2"),
        Receipt(remote_id="1", url="https://blog.example.net/1", note="found with hunter2"),
    ],
    ids=["id", "link", "note"],
)
def test_no_part_of_a_receipt_brings_a_secret_into_the_ledger(ledger: Store, receipt: Receipt) -> None:
    found = run(ledger, {"blog": Scripted(receipt)})["blog"]

    assert found.state is State.DELIVERED
    assert found.note
    assert b"hunter2" not in ledger.path.read_bytes()


def test_a_draft_whose_id_is_a_secret_is_not_released(ledger: Store) -> None:
    adapter = ScriptedStaging(Draft(remote_id="hunter2"))

    found = run(ledger, {"blog": adapter})["blog"]

    assert (found.state, adapter.calls) == (State.FAILED, ["stage"])
    assert b"hunter2" not in ledger.path.read_bytes()


def test_a_cure_is_masked_as_its_error_is(ledger: Store) -> None:
    found = run(ledger, {"blog": Scripted(Rejected("no", cure="renew hunter2"))})["blog"]

    assert found.cure == "renew ***"


def test_the_receipt_inside_an_error_is_screened_too() -> None:
    error = Mutilated("cut", Receipt(remote_id="hunter2", url="https://evil.example/"))

    screened(error, mask, HOSTS)

    assert error.receipt == replace(Receipt(remote_id=None), note=error.receipt and error.receipt.note)


@pytest.mark.parametrize("url", ["https://blog.example.net/1", "https://www.blog.example.net:8443/1"])
def test_a_link_of_the_channels_host_is_kept(url: str) -> None:
    receipt = Receipt(remote_id="1", url=url)

    assert screened(receipt, mask, HOSTS) == receipt


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/blog.example.net",
        "https://blog.example.net.evil.example/",
        "https://evilblog.example.net/",
        "https://blog.example.net@evil.example/",
        "https://user@blog.example.net/",
        "javascript:alert(1)",
        "//blog.example.net/",
        "https://[/",
        "file:///etc/passwd",
    ],
)
def test_a_link_to_somewhere_else_is_not_kept_and_that_is_noted(url: str) -> None:
    kept: Any = screened(Receipt(remote_id="1", url=url, note="first"), mask, HOSTS)

    assert (kept.remote_id, kept.url) == ("1", None)
    assert kept.note.startswith("first; the platform's link ")


def test_where_no_host_is_known_a_web_address_is_kept() -> None:
    receipt = Receipt(remote_id="1", url="https://social.example/1")

    assert screened(receipt, mask) == receipt


def test_the_hosts_of_a_channel_are_those_of_its_addresses() -> None:
    from publisher.adapter.registry import settings_for

    blog = settings_for("wordpress").model_validate(
        {
            "type": "wordpress",
            "base_url": "https://blog.example.net/wp",
            "username": "a",
            "password": {"env": "A"},
        }
    )

    assert set(hosts_in(blog)) == {"blog.example.net"}


def test_an_identity_is_masked_before_it_is_shown() -> None:
    class Boastful:
        def check(self) -> Identity:
            return Identity(
                account="hunter2",
                may_publish=Permission.PROVED,
                notes=("hunter2",),
                warnings=("a" * 400 + "hunter2",),
            )

    [answer] = check_all({"blog": Boastful}, deadline=5, mask=mask)  # type: ignore[dict-item, return-value]

    assert answer.identity == Identity(
        account="***", may_publish=Permission.PROVED, notes=("***",), warnings=("a" * 400 + "***",)
    )


def test_what_is_found_by_its_address_is_screened_too() -> None:
    class Finder:
        def locate(self, url: str) -> Receipt:
            return Receipt(remote_id="hunter2", url="https://evil.example/")

        def __getattr__(self, name: str) -> Any:
            return lambda *_: None

    found = located(
        Finder,  # type: ignore[return-value, arg-type]
        "https://blog.example.net/1",
        deadline=5,
        mask=mask,
        hosts=HOSTS,
    )

    assert (found.remote_id, found.url) == (None, None)


def test_a_real_mask_knows_a_secret_in_a_long_link() -> None:
    masker = Masker()
    masker.add("hunter2hunter2")
    url = f"https://blog.example.net/{'a' * 400}/hunter2hunter2"

    kept: Any = screened(Receipt(remote_id="1", url=url), masker.mask, HOSTS)

    assert kept.url is None


def test_a_hand_typed_address_that_holds_a_secret_is_not_kept() -> None:
    """Copied out of a browser together with a token; the post was not found there."""

    class Finds(Scripted):
        def locate(self, url: str) -> Receipt | None:
            return None

    for adapter in (Finds(Receipt(remote_id=None)), Scripted(Receipt(remote_id=None))):
        typed = "https://blog.example.net/?p=1&token=hunter2"
        receipt = located(lambda adapter=adapter: adapter, typed, deadline=30, mask=mask)

        assert receipt.url is None
        assert "hunter2" not in str(receipt.note)
        assert "held a secret" in str(receipt.note)
