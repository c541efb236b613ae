"""Whatever a platform drops, cuts or escapes: nothing is called delivered that lacks its start, end or reference.

The whole way: the dispatcher on a real ledger, the adapters on the doubles, which keep what they like of a text.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from announce_sandbox import Sandbox, start
from publisher.adapter.registry import adapter_for
from publisher.ledger.sqlite.store import Store
from publisher.model.delivery import Delivery, State, Terms
from publisher.model.outcome import ChannelError
from publisher.model.post import Format, Telling
from publisher.model.wholeness import mutilated
from tests.channels.conftest import Bench
from tests.channels.http.doubles import Cachet, FossBilling, Redmine, running
from tests.channels.http.test_life import Center
from tests.delivery.scripted import planned, run

LINK = "https://status.example.net/wartung/"
PLAIN = f"Montag, 22:30 Uhr bis 23:30 Uhr: Wartung 😀 & mehr. Ref. CMO-7K3M {LINK}"
BODIES = {Format.HTML: f"<p>{html.escape(PLAIN)}</p>", Format.TEXT: PLAIN, Format.SHORT: PLAIN}
TELLS = (
    Telling("reference", ("CMO-7K3M",)),
    Telling("start", ("22:30",)),
    Telling("end", ("23:30",)),
)
FACTS = ("22:30", "23:30", "CMO-7K3M")
FORMATS = {
    "wordpress": Format.HTML,
    "whmcs": Format.HTML,
    "facebook": Format.TEXT,
    "twitter": Format.SHORT,
}

CUTS = st.integers(0, 200).map(lambda end: lambda text: text[:end])
DROPS = st.sampled_from([*FACTS, LINK, "2", ":", "C", " ", "Uhr", "<p>", "&"]).map(
    lambda part: lambda text: text.replace(part, "")
)
ESCAPES = st.sampled_from(
    [
        lambda text: f"<div>{text}</div>",
        lambda text: text.replace("3", "&#51;"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.upper(),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"<!-- {text} -->",
        lambda text: text[::-1],
        lambda text: text.encode("ascii", "ignore").decode(),
    ]
)
CHANGES = st.lists(st.one_of(CUTS, DROPS, ESCAPES), max_size=3)


def mangling(changes: list[Callable[[str], str]]) -> Callable[[str], str]:
    def mangle(text: str) -> str:
        for change in changes:
            text = change(text)
        return text

    return mangle


def seen(shown: str) -> str:
    return " ".join(html.unescape(re.sub(r"(?s)<!--.*?-->|<[^>]*>", " ", shown)).split())


def delivered(folder: Path, name: str, channel: Any, form: Format, *, staged: bool) -> Delivery:
    with Store.open(folder / "ledger.db") as ledger:
        deliveries = planned(ledger, name, format=form, body=BODIES[form], tells=TELLS)
        terms = Terms(lookup=True, staged=staged, settle=600.0)
        return run(ledger, {name: channel}, deliveries=deliveries, terms=terms)[name]


def opened(sandbox: Sandbox, name: str) -> Any:
    bench = Bench()
    secret = (
        {"password", "identifier", "secret", "access_token"}
        if name != "twitter"
        else set(sandbox.credentials[name])
    )
    known = {
        key: bench.secret(value) if key in secret else value
        for key, value in sandbox.credentials[name].items()
    }
    return bench.open(name, base_url=sandbox.base_url(name), **known)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES)
def test_what_is_called_delivered_says_what_it_must(tmp_path_factory, name, changes):
    with start() as doubles:
        tried(doubles, tmp_path_factory.mktemp("ledger"), name, mangling(changes))


def tried(doubles, folder, name, mangle):
    doubles.keep(name, mangle)
    channel, form = opened(doubles, name), FORMATS[name]
    staged = adapter_for(name).capabilities(SimpleNamespace(limit=280)).staged
    found = delivered(folder, name, channel, form, staged=staged)
    posts = [shown for shown in doubles.posts(name) if shown.visible]
    public = [seen(shown.body) if shown.html else shown.body for shown in posts]
    assert found.state in {State.DELIVERED, State.NEEDS_DECISION, State.FAILED, State.UNKNOWN}
    if found.state is State.DELIVERED:
        assert len(public) == 1
        assert all(fact in public[0] for fact in FACTS)
    elif found.state is State.FAILED:
        assert public == [], "refused while nobody had seen it"


@pytest.mark.parametrize("name", FORMATS)
def test_a_platform_that_keeps_all_is_delivered_to(sandbox, tmp_path, name):
    staged = adapter_for(name).capabilities(SimpleNamespace(limit=280)).staged
    found = delivered(tmp_path, name, opened(sandbox, name), FORMATS[name], staged=staged)
    assert (found.state, found.error) == (State.DELIVERED, None)


EXAMPLES = {Redmine: "redmine", FossBilling: "fossbilling", Cachet: "cachet"}
READ = ("name", "title", "summary", "message", "description", "content")
"""What customers read of a post there; by its meta data it is only found."""


def told_by(item: dict[str, Any]) -> str:
    return seen(" ".join(str(item[key]) for key in READ if key in item))


@pytest.mark.parametrize("double", EXAMPLES)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES)
def test_the_same_of_a_platform_that_the_settings_describe(tmp_path_factory, double, changes):
    with running(double()) as platform:
        platform.mangle = mangling(changes)
        center = Center(EXAMPLES[double], platform, Bench())
        staged = center.channel.capabilities(center.settings).staged
        folder = tmp_path_factory.mktemp("ledger")
        found = delivered(folder, "center", center.channel, center.settings.format, staged=staged)
        if found.state is State.DELIVERED:
            [shown] = platform.public()
            assert all(fact in told_by(shown) for fact in FACTS)
        elif found.state is State.FAILED and staged:
            assert center.public() == []


def whole(post, made, public):
    """What is not called mutilated says what it must."""
    if mutilated(post, made) is None:
        assert all(fact in text for text in public for fact in FACTS)


@pytest.mark.parametrize("name", ["wordpress", "whmcs", "facebook"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES)
def test_the_same_of_an_edit_and_of_a_release(name, changes):
    """The platform begins to change texts only after the first post, or after the draft."""
    with start() as doubles:
        bench, form = Bench(), FORMATS[name]
        channel = opened(doubles, name)
        first, draft = (
            bench.post(
                ref="CMO-7K3M", slug=slug, update=number, format=form, body=BODIES[form] + end, tells=TELLS
            )
            for slug, number, end in (("cmo-7k3m", 1, ""), ("cmo-7k3m-u3", 3, " Neu"))
        )
        receipt = channel.publish(first)
        hidden = channel.stage(draft) if name != "facebook" else None
        doubles.keep(name, mangling(changes))
        later = replace(first, update=2, body=f"{BODIES[form]} Noch etwas")
        for made in (
            lambda: channel.amend(receipt, later),
            lambda: hidden and channel.release(draft, hidden),
        ):
            with contextlib.suppress(ChannelError):
                done = made()
                if done:
                    shown = [post for post in doubles.posts(name) if post.remote_id == done.remote_id]
                    public = [seen(each.body) if each.html else each.body for each in shown if each.visible]
                    whole(later, done, public)


@pytest.mark.parametrize("double", EXAMPLES)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES)
def test_the_same_of_an_edit_on_a_platform_that_the_settings_describe(double, changes):
    with running(double()) as platform:
        center = Center(EXAMPLES[double], platform, Bench())
        first = center.post(body=PLAIN, tells=TELLS)
        receipt = center.channel.publish(first)
        platform.mangle = mangling(changes)
        later = replace(first, update=2, body=f"{PLAIN} Noch etwas")
        with contextlib.suppress(ChannelError):
            made = center.channel.amend(receipt, later)
            whole(later, made, [told_by(item) for item in platform.public()])
