"""The site in a bucket: against moto's server, which speaks S3's protocol on loopback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

sys.path.insert(0, str(Path(__file__).parents[2] / "judges"))

from judging.status_site import channel, write_site

from publisher.adapter.identity import Permission
from publisher.model.history import Origin
from publisher.model.outcome import BadCredentials, NotSent, Rejected
from tests.channels.feed.saying import Publisher

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A fresh bucket called ``status``."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket="status")
    yield client
    for one in client.list_objects_v2(Bucket="status").get("Contents", []):
        client.delete_object(Bucket="status", Key=one["Key"])
    client.delete_bucket(Bucket="status")


def objects(client: Any) -> dict[str, Any]:
    listed = client.list_objects_v2(Bucket="status").get("Contents", [])
    return {one["Key"]: client.get_object(Bucket="status", Key=one["Key"]) for one in listed}


@pytest.mark.parametrize(("place", "prefix"), [("s3://status", ""), ("s3://status/a/b/", "a/b/")])
def test_the_bucket_holds_what_a_folder_would(
    bucket: Any, endpoint: str, tmp_path: Path, place: str, prefix: str
) -> None:
    write_site(tmp_path / "public")
    built = write_site(tmp_path / "x", directory=place, endpoint_url=endpoint)

    local = {
        str(path.relative_to(tmp_path / "public")): path.read_bytes()
        for path in (tmp_path / "public").rglob("*")
        if path.is_file() and path.name != ".announce.lock"
    }
    found = objects(bucket)
    assert built.written == built.files
    assert {key.removeprefix(prefix): one["Body"].read() for key, one in found.items()} == local
    assert {one["CacheControl"] for one in found.values()} == {"public, max-age=60"}
    types = {key.removeprefix(prefix): one["ContentType"] for key, one in found.items()}
    assert types["rss.xml"] == "application/rss+xml; charset=utf-8"
    assert types["CMO-7K3M/index.html"] == "text/html; charset=utf-8"
    assert types["favicon.png"] == "image/png"


def test_what_is_there_already_is_left_alone_and_what_is_new_comes_before_its_links(
    bucket: Any, endpoint: str, tmp_path: Path
) -> None:
    write_site(tmp_path / "x", directory="s3://status", endpoint_url=endpoint)
    assert write_site(tmp_path / "x", directory="s3://status", endpoint_url=endpoint).written == 0

    feed, said = channel(tmp_path / "x", "de", directory="s3://status/new", endpoint_url=endpoint)
    puts: list[str] = []
    client = feed._storage._s3()
    client.meta.events.register(
        "before-call.s3.PutObject", lambda params, **_: puts.append(params["url_path"])
    )
    newest = said.posts_on("feed")[0]
    feed.publish(newest)

    names = [path.partition("/new/")[2] for path in puts]
    assert names[0] == ".announce-manifest.json"
    places = [
        names.index(name) for name in ("style.css", f"{newest.ref}/index.html", "rss.xml", "index.html")
    ]
    assert places == sorted(places)
    assert feed.find(newest) is not None


def test_somebody_elses_object_is_refused_by_name(bucket: Any, endpoint: str, tmp_path: Path) -> None:
    bucket.put_object(Bucket="status", Key="index.html", Body=b"theirs")
    feed, said = channel(tmp_path / "x", "de", directory="s3://status", endpoint_url=endpoint)

    assert feed.check().may_publish is Permission.REFUSED
    with pytest.raises(Rejected, match=r"not written by announce: index\.html"):
        feed.publish(said.posts_on("feed")[0])
    assert list(objects(bucket)) == ["index.html"]


def test_a_check_leaves_nothing_behind(bucket: Any, endpoint: str, tmp_path: Path) -> None:
    feed, _ = channel(tmp_path / "x", "de", directory="s3://status", endpoint_url=endpoint)
    assert feed.check().may_publish is Permission.PROVED
    assert objects(bucket) == {}


def test_what_waiting_may_cure_is_told_apart(
    bucket: Any, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish(directory: str, address: str) -> None:
        feed, said = channel(tmp_path / "x", "de", directory=directory, endpoint_url=address)
        feed.publish(said.posts_on("feed")[0])

    with pytest.raises(Rejected, match="NoSuchBucket") as caught:
        publish("s3://nothere", endpoint)
    assert "make the bucket" in caught.value.cure
    with pytest.raises(NotSent):
        publish("s3://status", "http://127.0.0.1:9")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(BadCredentials):
        publish("s3://status", endpoint)


@pytest.mark.parametrize("wrong", ["ftp://x/y", "s3://", "s3://UPPER/x", "s3://b?x"])
def test_an_address_that_is_no_bucket_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValueError, match="directory"):
        channel(tmp_path / "x", "de", directory=wrong)


def test_another_ledger_is_refused_and_may_adopt_the_site(bucket: Any, endpoint: str, tmp_path: Path) -> None:
    def publisher(number: int) -> tuple[Publisher, Any]:
        one = Publisher(tmp_path)
        one.origin = Origin(f"{number}" * 32, f"/ledgers/{number}.db")
        return one, one.channel(directory="s3://status", endpoint_url=endpoint)

    (ours, feed), (theirs, other) = publisher(1), publisher(2)
    feed.publish(ours.say())
    before = {key: one["ETag"] for key, one in objects(bucket).items()}

    with pytest.raises(
        Rejected, match=r"of another ledger, id 11111111; .* is /ledgers/2\.db \(id 22222222\)"
    ):
        other.publish(theirs.say("CMO-BBBB"))
    assert {key: one["ETag"] for key, one in objects(bucket).items()} == before
    assert other.adopt() == Origin(ours.origin.id, "")
    other.build([])
    with pytest.raises(Rejected, match="another ledger"):
        feed.build([])
