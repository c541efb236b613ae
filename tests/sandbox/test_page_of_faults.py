"""docs/sandbox.md lists every fault, key and reason that there is, and says of each whether the post is public then."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import requests

from announce_sandbox import Fault, Kind

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
KINDS = dict(re.findall(r"^\| `([\w]+)` \| (no|yes)", PAGE, re.M))
PLAIN = [kind for kind in KINDS if kind not in {"hang", "says", "late"}]


def test_every_kind_and_key_is_there(sandbox):
    assert list(KINDS) == [str(kind) for kind in Kind]
    keys = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M)) - set(KINDS)
    assert keys == {"platform", *(field.name for field in fields(Fault) if field.name != "_")}
    [reasons] = re.findall(r"^\| `reason` .*$", PAGE, re.M)
    for platform in ("facebook", "twitter"):
        told = re.search(rf"of `{platform}` ([^;|]+)", reasons)
        assert told
        assert tuple(re.findall(r"`([\w-]+)`", told[1])) == sandbox.reasons(platform)


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_said_of_a_kind_is_so(sandbox, kind):
    """Sent as the page shows it, and tried with a post."""
    fault = {"platform": "wordpress", "kind": kind, "times": 1, "verb": "POST", "seconds": 0}
    assert requests.post(f"{sandbox.url}/faults", json=fault, timeout=5).status_code == 201
    try:
        requests.post(
            f"{sandbox.base_url('wordpress')}/wp-json/wp/v2/posts",
            json={"title": "Wartung", "content": "<p>Montag</p>", "status": "publish"},
            auth=tuple(sandbox.credentials["wordpress"].values()),
            timeout=5,
            allow_redirects=False,
        )
    except requests.RequestException:
        assert kind in {"refuse", "reset", "truncated"}
    assert bool(sandbox.posts("wordpress")) is (KINDS[kind] == "yes")
