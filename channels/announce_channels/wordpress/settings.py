"""What a configuration says of a blog."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, Field

from publisher.adapter import BaseUrl, ChannelSettings, GroupedSecret, Post

if TYPE_CHECKING:
    from publisher.adapter import ByHand


_OURS = frozenset({"id", "status", "slug", "title", "content", "date", "date_gmt", "password"})


def _not_ours(fields: dict[str, Any]) -> dict[str, Any]:
    if taken := sorted(_OURS & fields.keys()):
        raise ValueError(f"{taken[0]!r} is set by this program")
    return fields


Value = str | bool | int | tuple[int | str, ...]


class WordPressSettings(ChannelSettings):
    """A blog and one of its users, best of the role Author."""

    base_url: BaseUrl
    """The site's address as in its general settings, folder included."""
    username: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^:]+$")]
    password: GroupedSecret
    """An application password, not the one of the login page; with the spaces that WordPress shows, or without."""
    categories: tuple[Annotated[int, Field(gt=0)], ...] = ()
    """Ids, not names. WordPress ignores those it does not know."""
    rest_base: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = "posts"
    """The name in the API of the type of posts: another one for a type of a plugin's."""
    fields: Annotated[dict[str, Value], AfterValidator(_not_ours)] = Field(default_factory=dict)
    """What else goes with each new post: ``lang``, ``tags``, ``sticky``, ``template``."""

    def by_hand(self, post: Post) -> ByHand:
        """The block editor; its code view takes HTML as it is."""
        from publisher.adapter import ByHand  # for whoever posts by hand

        kind = "" if self.rest_base == "posts" else f"?post_type={self.rest_base}"
        code = "⋮ (Options) at the top right → Code editor"
        categories = "Post → Categories: the same as for other announcements; " if self.categories else ""
        return ByHand(
            name="the blog's editor",
            address=f"{self.base_url}/wp-admin/post-new.php{kind}",
            steps=(
                "Log in as somebody who may publish.",
                f"{code}. On a phone, where that is missing: + → Custom HTML.",
                "Paste the title and, below it, the text.",
                f"{categories}Post → Slug: {post.slug}.",
                "Publish, twice; then View Post: that is the address.",
            ),
            editing=(f"Edit Post, then {code}.", "Replace title and text by these.", "Save (Update)."),
        )

    def asked_for(self, remote_id: str) -> tuple[str, Mapping[int, str]] | None:
        """The API, which tells anybody whether a post of that number is there, and nobody why it is not public."""
        hidden = "it is there and not public: a draft, planned for later, private or in the trash"
        return (
            f"{self.base_url}/?rest_route=/wp/v2/{self.rest_base}/{remote_id}",
            {401: hidden, 403: hidden, 404: "it was deleted", 200: "it is public under another address"},
        )

    def for_drill(self, base_url: str, folder: Path) -> Self:
        """The double has no other type of posts than WordPress's own, and no categories."""
        return super().for_drill(base_url, folder).model_copy(update={"rest_base": "posts", "categories": ()})
