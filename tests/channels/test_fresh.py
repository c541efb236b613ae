"""What a cache says decides nothing, and what nobody could read is not called whole: every adapter, real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any

import pytest

from publisher.model.outcome import Unknown
from publisher.model.post import Receipt, Telling
from publisher.model.wholeness import mutilated
from tests.channels.answering import answering
from tests.channels.test_statuses import KEYS, SECRETS
from tests.channels.wordpress.test_adapter import settings

READ = {"path": "/news/{{ id }}", "compare": "text"}
LOOKUP = {"path": "/news", "items": "items", "match": "key", "equals": "{{ key }}", "id": "id"}
ABSENT: dict[str, Any] = {
    "wordpress": [],
    "whmcs": {"result": "success", "totalresults": 0},
    "facebook": {"data": []},
    "twitter": {"meta": {"result_count": 0}},
    "http": {"items": []},
}


@contextmanager
def platform(
    document: Any, *headers: tuple[str, str], status: int = 200
) -> Iterator[tuple[str, list[tuple[str, Message]]]]:
    """A server that gives this one answer: its address, and what it was asked."""
    with answering() as told:
        told.body, told.status = json.dumps(document).encode(), status
        told.headers = (("Content-Type", "application/json"), *headers)
        yield told.url, told.asked


def opened(bench: Any, name: str, url: str) -> Any:
    secrets = {key: bench.secret(f"4711-{key}") for key in SECRETS[name]}
    more = {"lookup": LOOKUP, "read": READ, "withdraw": {"path": "/gone/{{ id }}"}} if name == "http" else {}
    return bench.open(name, **KEYS[name] | more | {"base_url": url}, **secrets)


@pytest.mark.parametrize("sign", [("Age", "7"), ("X-Cache", "HIT"), ("CF-Cache-Status", "HIT")])
@pytest.mark.parametrize("name", ABSENT)
def test_a_list_that_comes_from_a_cache_is_no_absence(bench: Any, name: str, sign: tuple[str, str]) -> None:
    with platform(ABSENT[name], sign) as (url, asked), pytest.raises(Unknown, match="cache"):
        opened(bench, name, url).find(bench.post())
    assert {each["Cache-Control"] for _, each in asked} == {"no-cache"}


@pytest.mark.parametrize("name", ABSENT)
def test_the_same_list_without_that_sign_is_one(bench: Any, name: str) -> None:
    with platform(ABSENT[name]) as (url, _):
        assert opened(bench, name, url).find(bench.post()) is None


def test_a_404_from_a_cache_is_no_absence(bench: Any) -> None:
    gone = platform({"error": "no such news"}, ("Age", "7"), status=404)
    with gone as (url, _), pytest.raises(Unknown, match="cache"):
        opened(bench, "http", url).withdraw(Receipt(remote_id="17", fingerprint="0" * 64))


# --- what WordPress does not tell ---------------------------------------------------------------------------------

TELLS = (Telling("start", ("22:30",)), Telling("reference", ("CMO-7K3M",)))


@pytest.mark.parametrize("keeps", [str, lambda text: text[:40]])
def test_where_the_written_text_is_kept_back_the_one_that_readers_see_is_compared(
    bench: Any, sandbox: Any, keeps: Any
) -> None:
    """Nothing to compare passed as whole."""
    sandbox.make("wordpress", "no-raw")
    sandbox.keep("wordpress", keeps)
    blog, post = bench.open("wordpress", **settings(bench, sandbox)), bench.post(tells=TELLS)
    draft = blog.stage(post)
    assert (mutilated(post, draft) is None) is (keeps is str)
    receipt = blog.release(post, draft)
    assert (mutilated(post, receipt) is None) is (keeps is str)
    assert (receipt.fingerprint, receipt.note) == (None, None)


def test_where_no_text_is_told_nobody_says_that_it_is_whole(bench: Any, sandbox: Any) -> None:
    sandbox.make("wordpress", "no-texts")
    blog = bench.open("wordpress", **settings(bench, sandbox))
    receipt = blog.publish(bench.post(tells=TELLS))
    assert receipt.kept == ()
    assert "could not be read, so look at it" in receipt.note
    assert "could not be read" in blog.amend(receipt, bench.post(update=2)).note


def test_what_facebook_made_of_a_post_is_what_its_receipt_tells(bench: Any, sandbox: Any) -> None:
    known = sandbox.credentials["facebook"]
    secret = bench.secret(known["access_token"])
    url = sandbox.base_url("facebook")
    page = bench.open("facebook", base_url=url, page_id=known["page_id"], access_token=secret)
    sandbox.keep("facebook", lambda text: text[:20])
    post = bench.post(body="Wartung am Montag, 22:30 Uhr. Ref. CMO-7K3M", tells=TELLS)
    receipt = page.publish(post)
    assert "start and reference" in str(mutilated(post, receipt))
    assert "start and reference" in str(mutilated(post, page.amend(receipt, post)))
