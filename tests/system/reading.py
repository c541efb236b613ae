"""What readers see on the sandbox's platforms."""

from __future__ import annotations

from announce_sandbox import Sandbox


def bodies(sandbox: Sandbox, type_name: str) -> list[str]:
    return [post.body for post in sandbox.posts(type_name) if post.state == "visible"]


def titles(sandbox: Sandbox, type_name: str) -> list[str | None]:
    return [post.title for post in sandbox.posts(type_name) if post.state == "visible"]
