"""Posts that a person changed or deleted on the platform itself."""

from __future__ import annotations

from typing import Any

import requests

from announce_sandbox import Sandbox
from tests.system.reading import bodies


def change_by_hand(sandbox: Sandbox, announce: Any, text: str) -> None:
    """As a person would in WordPress's own editor."""
    credentials = sandbox.credentials["wordpress"]
    number = next(post.remote_id for post in sandbox.posts("wordpress"))
    answer = requests.post(
        f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/posts/{number}",
        json={"content": text},
        auth=(credentials["username"], credentials["password"]),
        timeout=5,
    )
    assert answer.status_code == 200


def test_what_was_changed_by_hand_is_not_written_over(announce: Any, sandbox: Sandbox, begun: Any) -> None:
    ref = begun()
    change_by_hand(sandbox, announce, "Von Hand.")
    ran = announce("update", "Weiter.", "--yes", "--json")
    assert ran.code == 4
    blog = next(row for row in ran.json["deliveries"] if row["channel"] == "blog")
    assert "changed by hand" in blog["error"]
    assert "--force" in blog["error"]
    (body,) = bodies(sandbox, "wordpress")
    assert "Von Hand." in body
    assert announce("resume", ref, "--failed", "--yes").code == 4
    assert announce("resume", ref, "--force", "--yes").code == 0
    assert "Weiter." in bodies(sandbox, "wordpress")[0]


def test_what_was_deleted_by_hand_is_said_and_made_anew_only_by_force(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    begun()
    credentials = sandbox.credentials["wordpress"]
    number = next(post.remote_id for post in sandbox.posts("wordpress"))
    requests.delete(
        f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/posts/{number}",
        auth=(credentials["username"], credentials["password"]),
        timeout=5,
    )
    assert announce("update", "Weiter.", "--yes").code == 4
    assert not bodies(sandbox, "wordpress")
    assert announce("update", "Noch weiter.", "--yes", "--force").code == 0
    (body,) = bodies(sandbox, "wordpress")
    assert "Noch weiter." in body


def test_a_post_that_was_made_anew_is_the_one_that_is_edited(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    begun()
    known = sandbox.credentials["wordpress"]
    number = next(post.remote_id for post in sandbox.posts("wordpress"))
    requests.delete(
        f"{sandbox.base_url('wordpress')}/?rest_route=/wp/v2/posts/{number}",
        auth=(known["username"], known["password"]),
        timeout=5,
    )
    assert announce("update", "Zwei", "--force", "--yes").code == 0
    assert announce("update", "Drei", "--yes").code == 0
    (body,) = bodies(sandbox, "wordpress")
    assert body.index("Drei") < body.index("Zwei")


def test_the_next_command_after_a_change_by_hand_is_the_one_that_helps(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun()
    change_by_hand(sandbox, announce, "Von Hand.")
    assert f"next: announce resume {ref} --force" in announce("update", "Weiter.", "--yes").stdout


def test_a_post_that_a_person_changed_is_due_with_the_way_to_write_over_it(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun()
    change_by_hand(sandbox, announce, "Von Hand.")
    assert announce("update", "Weiter.", "--yes").code == 4
    assert f"blog refused update 2 · next: announce resume {ref} --force" in announce("due").stdout


def test_what_was_deleted_by_hand_is_not_made_anew_beside_a_new_post(
    announce: Any, sandbox: Sandbox, begun: Any
) -> None:
    ref = begun("--reason", "Falsch")
    (post,) = sandbox.posts("facebook")
    requests.delete(
        f"{sandbox.base_url('facebook')}/v26.0/{post.remote_id}",
        params={"access_token": sandbox.credentials["facebook"]["access_token"]},
        timeout=5,
    ).raise_for_status()
    assert not bodies(sandbox, "facebook")
    assert announce("complete", "--force", "--yes").code == 0
    (body,) = bodies(sandbox, "facebook")
    assert "aktualisiert" not in body
    assert announce("correct", ref, "--reason", "Richtig", "--yes").code == 0
    (body,) = bodies(sandbox, "facebook")
    assert "Richtig" in body, "what is edited from now on is the new one"
