"""The signature check, against published examples and against oauthlib's client."""

from __future__ import annotations

import time

import pytest

from announce_sandbox.oauth import Verifier, signature
from announce_sandbox.wire import Request

URL = "http://127.0.0.1:8080/twitter/2/tweets"
KEYS = {
    "consumer_key": "ck",
    "consumer_secret": "cs & more",
    "access_token": "1-at",
    "access_token_secret": "ats",
}


def test_the_example_of_rfc_5849():
    params = [
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_token", "nnch734d00sl2jdk"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131202"),
        ("oauth_nonce", "chapoH"),
        ("file", "vacation.jpg"),
        ("size", "original"),
    ]
    made = signature(
        "GET", "http://photos.example.net/photos", params, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"
    )
    assert made == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


def signed(url=URL, *, keys=KEYS, **options):
    """A request signed by oauthlib."""
    from oauthlib.oauth1 import Client

    client = Client(
        keys["consumer_key"],
        keys["consumer_secret"],
        keys["access_token"],
        keys["access_token_secret"],
        **options,
    )
    _, headers, _ = client.sign(url, "POST")
    return _request(url, headers["Authorization"])


def _request(url, authorization):
    path, _, query = url.partition("?")
    return Request(
        method="POST", path="/2/tweets", url=path, query=query, headers={"authorization": authorization}
    )


@pytest.mark.parametrize("query", ["", "?a=1", "?b=%C3%A4+x&b=%26&a=~-._%2A"])
def test_what_oauthlib_signs_is_accepted_once(query):
    verifier = Verifier({"me": KEYS})
    request = signed(URL + query)
    assert verifier.account(request) == "me"
    assert verifier.account(request) is None, "the nonce was used"


def test_a_signature_for_another_address_is_none():
    header = signed("https://api.twitter.com/2/tweets").headers["authorization"]
    assert Verifier({"me": KEYS}).account(_request(URL, header)) is None


@pytest.mark.parametrize(
    ("skew", "account"), [(0, "me"), (-290, "me"), (290, "me"), (-310, None), (310, None)]
)
def test_the_time_may_be_off_by_five_minutes(skew, account):
    request = signed(timestamp=str(int(time.time()) + skew))
    assert Verifier({"me": KEYS}).account(request) == account


@pytest.mark.parametrize(
    "header", ["", "Bearer x", "OAuth", 'OAuth oauth_token="1-at"', "Basic x", "OAuth =,=,"]
)
def test_half_a_header_is_no_signature(header):
    assert Verifier({"me": KEYS}).account(_request(URL, header)) is None


def test_a_plaintext_signature_is_none():
    assert Verifier({"me": KEYS}).account(signed(signature_method="PLAINTEXT")) is None


def test_a_wrong_signature_does_not_use_up_the_nonce():
    verifier = Verifier({"me": KEYS})
    fixed = {"nonce": "n", "timestamp": str(int(time.time()))}
    assert verifier.account(signed(keys=KEYS | {"access_token_secret": "x"}, **fixed)) is None
    assert verifier.account(signed(**fixed)) == "me"
