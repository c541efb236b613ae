"""The X double, driven with tweepy, which signs what it sends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

USER_ID = "2244994945"


def test_a_post_is_created_and_given_back_with_short_links_and_escapes(tweepy_client, sandbox):
    text = "R&D <Wartung> https://status.example.net/CMO-7K3M/ bis 23:30"
    data = tweepy_client().create_tweet(text=text).data
    assert data["id"].isdigit()
    assert data["edit_history_tweet_ids"] == [data["id"]]
    assert data["text"].startswith("R&amp;D &lt;Wartung&gt; https://t.co/")
    [shown] = sandbox.posts("twitter")
    assert (shown.remote_id, shown.body, shown.account) == (data["id"], text, "@cmo_status")
    assert shown.weighted == len("R&D <Wartung>  bis 23:30") + 23
    assert "status.example.net" in requests.get(shown.url, timeout=5).text


@pytest.mark.parametrize("key", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
def test_any_wrong_key_is_unauthorized(tweepy_client, sandbox, key):
    import tweepy

    with pytest.raises(tweepy.Unauthorized):
        tweepy_client(**{key: "wrong"}).create_tweet(text="x")
    assert sandbox.posts() == []


def test_a_bearer_token_is_no_signature(tweepy_client):
    import tweepy

    with pytest.raises(tweepy.Unauthorized):
        tweepy_client().get_me(user_auth=False)


def test_an_app_that_only_reads_may_not_post(tweepy_client, sandbox):
    import tweepy

    client = tweepy_client(**sandbox.readers["twitter"])
    with pytest.raises(tweepy.Forbidden, match="oauth1 app permissions"):
        client.create_tweet(text="x")
    assert client.get_me().data.username == "reader"


def test_the_same_text_again_is_a_duplicate_without_an_id(tweepy_client, sandbox):
    import tweepy

    client = tweepy_client()
    client.create_tweet(text="A")
    client.create_tweet(text="B")
    with pytest.raises(tweepy.Forbidden, match="duplicate content") as caught:
        client.create_tweet(text="A")
    assert caught.value.api_codes == []
    assert len(sandbox.posts("twitter")) == 2


@pytest.mark.parametrize("text", ["ä" * 280, "€" * 140, "https://example.net/" + "x" * 400])
def test_two_hundred_and_eighty_weighted_characters_fit(tweepy_client, text):
    assert tweepy_client().create_tweet(text=text).data["id"]


@pytest.mark.parametrize("text", ["ä" * 281, "€" * 141])
def test_one_more_does_not(tweepy_client, text):
    import tweepy

    with pytest.raises(tweepy.BadRequest, match="too long"):
        tweepy_client().create_tweet(text=text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nutzen Sie $PATH und $HOME nicht", "cashtag"),
        ("$A, $B", "cashtag"),
        ("Fragen an @example_net", "mentions"),
        ("@all: Wartung", "mentions"),
    ],
)
def test_what_self_serve_apps_may_not_post_is_refused(tweepy_client, sandbox, text, said):
    import tweepy

    with pytest.raises(tweepy.Forbidden, match=said):
        tweepy_client().create_tweet(text=text)
    assert sandbox.posts() == []


@pytest.mark.parametrize("text", ["Nutzen Sie $PATH nicht", "kostet 5$ oder $5", "info@example.net", "a@b"])
def test_what_only_looks_like_it_is_posted(tweepy_client, text):
    assert tweepy_client().create_tweet(text=text).data["id"]


def test_a_signature_of_another_time_is_told_from_a_wrong_one(sandbox, redirected):
    """Code 135, as the first API said it."""
    from requests_oauthlib import OAuth1

    keys = sandbox.credentials["twitter"]
    secrets = [
        keys[name] for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    ]
    auth = OAuth1(*secrets, timestamp="1700000000")
    answer = requests.get(f"{sandbox.base_url('twitter')}/2/users/me", auth=auth, timeout=5)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, 135)


def test_a_post_without_text_is_an_invalid_request(tweepy_client):
    import tweepy

    with pytest.raises(tweepy.BadRequest):
        tweepy_client().create_tweet(text=" ")


def test_the_own_timeline_is_newest_first_with_expanded_links(tweepy_client):
    client = tweepy_client()
    first = client.create_tweet(text="eins https://status.example.net/a").data["id"]
    second = client.create_tweet(text="zwei").data["id"]
    answer = client.get_users_tweets(
        USER_ID,
        user_auth=True,
        start_time=datetime.now(UTC) - timedelta(minutes=1),
        max_results=5,
        tweet_fields=["entities", "created_at"],
    )
    assert [str(tweet.id) for tweet in answer.data] == [second, first]
    assert answer.data[1].entities["urls"][0]["expanded_url"] == "https://status.example.net/a"
    assert abs(answer.data[0].created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert answer.meta["result_count"] == 2


def test_the_timeline_ends_at_since_id_and_start_time(tweepy_client):
    client = tweepy_client()
    first = client.create_tweet(text="eins").data["id"]
    assert client.get_users_tweets(USER_ID, user_auth=True, since_id=first).data is None
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert client.get_users_tweets(USER_ID, user_auth=True, start_time=later).meta == {"result_count": 0}
    assert client.get_users_tweets("1", user_auth=True).meta == {"result_count": 0}


def test_a_timeline_is_paged(tweepy_client):
    client = tweepy_client()
    for number in range(6):
        client.create_tweet(text=f"Nr. {number}")
    first = client.get_users_tweets(USER_ID, user_auth=True, max_results=5)
    second = client.get_users_tweets(
        USER_ID, user_auth=True, max_results=5, pagination_token=first.meta["next_token"]
    )
    assert [tweet.text for tweet in first.data + second.data] == [
        f"Nr. {number}" for number in range(5, -1, -1)
    ]


@pytest.mark.parametrize(
    "fields", [{"max_results": 4}, {"tweet_fields": ["shoes"]}, {"since_id": "x"}, {"start_time": "1st"}]
)
def test_invalid_parameters_are_named(tweepy_client, fields):
    import tweepy

    with pytest.raises(tweepy.BadRequest, match=r"query parameter value \["):
        tweepy_client().get_users_tweets(USER_ID, user_auth=True, **fields)


def test_a_post_is_read_and_deleted_by_its_id(tweepy_client, sandbox):
    client = tweepy_client()
    number = client.create_tweet(text="A").data["id"]
    assert client.get_tweet(number, user_auth=True).data.text == "A"
    assert client.delete_tweet(number).data == {"deleted": True}
    assert sandbox.posts("twitter") == []
    assert client.get_tweet(number, user_auth=True).errors[0]["title"] == "Not Found Error"


def test_answers_say_whether_the_app_may_write(tweepy_client, sandbox):
    levels = [
        tweepy_client(**keys["twitter"])
        .request("GET", "/2/users/me", user_auth=True)
        .headers["x-access-level"]
        for keys in (sandbox.credentials, sandbox.readers)
    ]
    assert levels == ["read-write", "read"]


def test_ids_rise_and_carry_their_time(tweepy_client):
    client = tweepy_client()
    ids = [int(client.create_tweet(text=f"Nr. {number}").data["id"]) for number in range(5)]
    assert ids == sorted(set(ids))
    made = datetime.fromtimestamp(((ids[0] >> 22) + 1288834974657) / 1000, UTC)
    assert abs(made - datetime.now(UTC)) < timedelta(minutes=1)
