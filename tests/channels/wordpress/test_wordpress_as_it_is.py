"""Blogs in odd health: plug-ins that talk, keep or block, caches, hosts, databases, and what each must come to."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from announce_sandbox import State
from publisher.adapter.identity import Permission
from publisher.model.outcome import BadCredentials, Rejected, Unknown
from publisher.model.post import Draft, Telling
from publisher.model.wholeness import mutilated
from tests.channels.wordpress.test_adapter import BLOG, POST, answer, ask, error, settings, verbs

TELLS = (Telling("start", ("22:30",)), Telling("reference", ("CMO-7K3M",)))
TALK = ["notices", "notices-unbuffered", "comments", "typed-html", "php-tag"]


@pytest.fixture
def blog(bench, sandbox):
    return bench.open("wordpress", **settings(bench, sandbox))


@pytest.fixture
def scripted(bench):
    return bench.open("wordpress", base_url=BLOG, username="announce", password=bench.secret("abcd1234"))


def later(post: Any) -> Any:
    return replace(post, update=2, title="Verschoben", body="<p>Am Dienstag um 23:30 Uhr. Ref. CMO-7K3M</p>")


def public(sandbox) -> list[Any]:
    return [shown for shown in sandbox.posts("wordpress") if shown.visible]


def life(blog, bench, sandbox) -> None:
    """From the first post to its withdrawal."""
    post = bench.post()
    receipt = blog.publish(post)
    assert blog.find(post) == receipt
    edited = blog.amend(receipt, later(post))
    assert "23:30" in public(sandbox)[0].body
    assert blog.locate(edited.url) is not None
    blog.withdraw(edited)
    assert public(sandbox) == []


# --- what stands around the JSON (P8) ---------------------------------------------------------------------------


@pytest.mark.parametrize("trait", TALK)
def test_a_blog_that_talks_around_its_json_is_served_its_whole_life(blog, bench, sandbox, trait):
    sandbox.make("wordpress", trait)
    life(blog, bench, sandbox)


@pytest.mark.parametrize("trait", TALK)
def test_check_warns_of_what_stands_there(blog, sandbox, trait):
    sandbox.make("wordpress", trait)
    identity = blog.check()
    assert identity.may_publish is Permission.PROVED
    assert identity.warnings


@pytest.mark.parametrize("trait", TALK)
def test_a_refusal_is_understood_beside_it(bench, sandbox, trait):
    """PHP that prints before any header makes a 200 of every answer."""
    sandbox.make("wordpress", trait)
    with pytest.raises(BadCredentials):
        bench.open("wordpress", **settings(bench, sandbox, password="wrong-password")).stage(bench.post())
    with pytest.raises(Rejected, match="may not write"):
        bench.open("wordpress", **settings(bench, sandbox, reader=True)).stage(bench.post())


# --- caches (P9) ------------------------------------------------------------------------------------------------


def test_a_cache_of_reads_accuses_nobody(blog, bench, sandbox):
    sandbox.make("wordpress", "cached-reads")
    receipt = blog.publish(bench.post())
    first = blog.amend(receipt, later(bench.post()))
    second = blog.amend(first, replace(later(bench.post()), update=3, body="<p>22:30, CMO-7K3M, fertig</p>"))
    assert "fertig" in public(sandbox)[0].body
    blog.withdraw(second)
    assert public(sandbox) == []


def test_what_a_cache_says_regardless_is_no_evidence(blog, bench, sandbox):
    sandbox.make("wordpress", "cached-regardless")
    receipt = blog.publish(bench.post())
    blog.amend(receipt, later(bench.post()))
    with pytest.raises(Unknown, match="cache") as caught:
        blog.amend(receipt, replace(later(bench.post()), update=3))
    assert "exclude" in caught.value.cure
    blog.withdraw(receipt)
    assert public(sandbox) == [], "to take it down nothing has to be read"


# --- what was kept (P10) ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "lost"),
    [("empties-text", "start and reference"), ("cuts-text", "reference"), ("adds-text", None)],
)
def test_a_draft_tells_what_was_kept_of_it(blog, bench, sandbox, trait, lost):
    sandbox.make("wordpress", trait)
    post = bench.post(tells=TELLS)
    fault = mutilated(post, blog.stage(post))
    assert (lost is None) if fault is None else (lost and f": {lost} cannot be read" in str(fault))
    assert public(sandbox) == []


def test_the_receipts_fingerprint_is_of_the_platforms_own_text(blog, bench, sandbox):
    """So that the next edit does not take a plug-in's line for a colleague's."""
    sandbox.make("wordpress", "adds-text")
    receipt = blog.publish(bench.post())
    edited = blog.amend(receipt, later(bench.post()))
    assert blog.amend(edited, replace(later(bench.post()), update=3)).fingerprint


def test_long_characters_go_as_entities_into_title_and_text(blog, bench, sandbox):
    sandbox.keep("wordpress", lambda text: text.encode("utf-16").decode("utf-16").split("\U0001f600")[0])
    blog.publish(bench.post(title="Wartung 😀 heute", body="<p title='😀'>Um 22:30 😀 Uhr. CMO-7K3M</p>"))
    [shown] = public(sandbox)
    assert shown.title == "Wartung 😀 heute"
    assert shown.body.isascii()
    assert "CMO-7K3M" in shown.body


@pytest.mark.parametrize("code", ["db_insert_error", "db_update_error"])
@pytest.mark.parametrize("verb", ["stage", "release"])
def test_a_refusal_of_the_database_is_one_and_names_the_cure(scripted, bench, wire, verb, code):
    """It was taken for an answer that is lost, although WordPress had kept nothing."""
    answer(wire, 500, error(code, 500))
    post = bench.post()
    with pytest.raises(Rejected, match=code) as caught:
        scripted.stage(post) if verb == "stage" else scripted.release(post, Draft(remote_id="7"))
    assert "utf8mb4" in caught.value.cure


# --- taking down (P11) ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("traits", [(), ("no-trash",)])
def test_a_post_is_taken_down_with_and_without_a_trash(blog, bench, sandbox, traits):
    sandbox.make("wordpress", *traits)
    receipt = blog.publish(bench.post())
    blog.withdraw(receipt)
    blog.withdraw(receipt)
    assert [shown.state for shown in sandbox.posts("wordpress")] == [State.DRAFT]
    ask(sandbox, "POST", f"posts/{receipt.remote_id}", status="publish")
    assert public(sandbox)[0].url == receipt.url, "its name was kept"


def test_what_a_person_put_into_the_trash_stays_there(blog, bench, sandbox):
    receipt = blog.publish(bench.post())
    ask(sandbox, "DELETE", f"posts/{receipt.remote_id}")
    blog.withdraw(receipt)
    assert [shown.state for shown in sandbox.posts("wordpress")] == [State.TRASHED]


def test_what_is_gone_is_withdrawn(blog, bench, sandbox):
    receipt = blog.publish(bench.post())
    ask(sandbox, "DELETE", f"posts/{receipt.remote_id}&force=true")
    blog.withdraw(receipt)


# --- what stands in front (P12, P13) ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "kind", "words"),
    [
        ("firewall", Rejected, "406 Not Acceptable"),
        ("challenge", Rejected, "Just a moment"),
        ("site-password", BadCredentials, "401 Unauthorized"),
    ],
)
def test_who_answers_in_wordpresss_place_is_named(blog, bench, sandbox, trait, kind, words):
    sandbox.make("wordpress", trait)
    with pytest.raises(kind, match=words) as caught:
        blog.stage(bench.post())
    assert "let" in caught.value.cure or "Cloudflare" in caught.value.cure
    assert sandbox.posts("wordpress") == []


@pytest.mark.parametrize("trait", ["no-rest-route", "no-wp-json"])
def test_the_address_that_works_is_kept(blog, bench, sandbox, trait):
    sandbox.make("wordpress", trait)
    assert blog.check().may_publish is Permission.PROVED
    life(blog, bench, sandbox)
    other = bench.open("wordpress", **settings(bench, sandbox))
    other.publish(bench.post(ref="CMO-7K3N", slug="cmo-7k3n"))
    assert verbs(sandbox)[-2:] == ["create", "update"], "asked once, and not again"
    assert len(public(sandbox)) == 1


def test_where_both_addresses_are_blocked_the_first_refusal_is_told(blog, bench, sandbox):
    sandbox.make("wordpress", "no-rest-route", "no-wp-json")
    with pytest.raises(Rejected, match="403 Forbidden"):
        blog.stage(bench.post())
    assert sandbox.posts("wordpress") == []


def test_without_the_users_route_the_right_is_proved_by_a_post(blog, bench, sandbox):
    sandbox.make("wordpress", "no-users-me")
    identity = blog.check()
    assert identity.may_publish is Permission.UNKNOWN
    assert "cannot be asked" in identity.notes[0]
    blog.publish(bench.post())
    assert blog.check().may_publish is Permission.PROVED


def test_without_the_users_route_a_reader_is_told_all_the_same(bench, sandbox):
    sandbox.make("wordpress", "no-users-me")
    with pytest.raises(Rejected):
        bench.open("wordpress", **settings(bench, sandbox, reader=True)).check()


def test_without_application_passwords_wordfence_is_named(blog, sandbox):
    sandbox.make("wordpress", "no-app-passwords")
    with pytest.raises(BadCredentials, match="switched off") as caught:
        blog.check()
    assert "Wordfence" in caught.value.cure


# --- the password (P14) -----------------------------------------------------------------------------------------


def test_an_application_password_is_taken_as_wordpress_shows_it(bench, sandbox):
    password = sandbox.credentials["wordpress"]["password"]
    spaced = " ".join(password[at : at + 4] for at in range(0, len(password), 4))
    blog = bench.open("wordpress", **settings(bench, sandbox, password=spaced))
    assert blog.check().may_publish is Permission.PROVED
    assert bench.masker.mask(f"{spaced} {password}") == "*** ***"


def test_what_goes_over_the_wire_is_the_password_without_its_spaces_and_is_masked(bench, wire):
    """Whatever reads the header strictly (a security plug-in, a proxy) is given what WordPress itself compares."""
    password = bench.secret("abcd EFGH 1234 ijkl MNOP 5678")
    answer(wire, 201, POST)
    bench.open("wordpress", base_url=BLOG, username="announce", password=password).stage(bench.post())
    sent = wire.calls[0].request.headers["Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"announce:abcdEFGH1234ijklMNOP5678"
    assert "***" in bench.masker.mask(sent)


def test_other_white_space_is_a_slip(bench, sandbox):
    for wrong in ("abcd\tefgh", "abcd\u00a0efgh", "   "):
        with pytest.raises(ValueError, match=r"secret|empty"):
            bench.open("wordpress", **settings(bench, sandbox, password=wrong))


# --- other types of posts, and more fields (P18) ----------------------------------------------------------------


def test_another_type_of_posts_lives_under_its_own_name(bench, sandbox):
    blog = bench.open("wordpress", **settings(bench, sandbox, rest_base="maintenance"))
    life(blog, bench, sandbox)
    paths = {call.path for call in sandbox.calls}
    assert not any("/wp/v2/posts" in path for path in paths)


def test_more_fields_go_with_each_new_post_and_with_no_edit(bench, wire):
    fields = {"lang": "de", "tags": [3, 4], "sticky": True}
    keys = {"base_url": BLOG, "username": "a", "password": bench.secret("abcd")}
    blog = bench.open("wordpress", **keys, fields=fields)
    answer(wire, 201, POST)
    answer(wire, 200, POST | {"status": "publish"})
    blog.publish(bench.post())
    created, released = (json.loads(call.request.body) for call in wire.calls)
    assert created | fields == created
    assert released == {"status": "publish"}


@pytest.mark.parametrize("name", ["status", "slug", "title", "content", "date"])
def test_what_this_program_sets_is_no_field_of_the_settings(bench, sandbox, name):
    with pytest.raises(ValueError, match="set by this program"):
        bench.open("wordpress", **settings(bench, sandbox, fields={name: "x"}))
