"""Who WordPress takes us for, and whether that user may publish: asked of the user, or else of the posts."""

from __future__ import annotations

from typing import Any

from announce_channels.wordpress.blog import Blog
from announce_channels.wordpress.refusals import PASSWORDS, not_wordpress
from publisher.adapter import BadCredentials, Identity, Permission


def identity_of(blog: Blog, username: str) -> Identity:
    """Raises BadCredentials where WordPress knows no such user, and why, where it says that itself."""
    try:
        me = blog.me()
    except BadCredentials:
        if blog.has_no_passwords():
            problem = "application passwords are switched off on this blog"
            raise BadCredentials(problem, cure=PASSWORDS) from None
        raise
    return _unnamed(blog, username) if me is None else _named(blog, me)


def _named(blog: Blog, me: Any) -> Identity:
    if not isinstance(me, dict) or not isinstance(me.get("capabilities"), dict):
        raise not_wordpress()
    may = Permission.PROVED if me["capabilities"].get("publish_posts") is True else Permission.REFUSED
    roles = me.get("roles")
    role = ", ".join(map(str, roles)) if roles and isinstance(roles, list) else "none"
    notes = (blog.api.line(f"role: {role}"),)
    return Identity(account=blog.api.line(str(me.get("slug"))), may_publish=may, notes=notes)


def _unnamed(blog: Blog, username: str) -> Identity:
    """Where a plugin has removed the users from the API: who may list drafts may write."""
    listed = blog.some_posts()
    if not isinstance(listed, list) or not all(isinstance(each, dict) and "id" in each for each in listed):
        raise not_wordpress()
    links = [each["_links"] for each in listed if isinstance(each.get("_links"), dict)]
    proved = any("wp:action-publish" in told for told in links)
    note = "a plugin has removed /wp/v2/users/me: who we are cannot be asked"
    may = "may publish" if proved else "may write posts; whether it may publish shows with the first one"
    permission = Permission.PROVED if proved else Permission.UNKNOWN
    return Identity(account=username, may_publish=permission, notes=(note, f"this user {may}"))
