"""What a blog answers when all goes well, and how it says no."""

from __future__ import annotations

from typing import Any

from announce_contract import POST, URL, Reply, Situation


def blog_post(status: str = "publish", **changes: Any) -> dict[str, Any]:
    told = {
        "id": 17,
        "slug": "cmo-7k3m",
        "status": status,
        "link": f"{URL}/cmo-7k3m/",
        "title": {"raw": POST.title},
        "content": {"raw": f"<!-- wp:html -->\n{POST.body}\n<!-- /wp:html -->"},
    }
    return told | changes


def complaint(status: int, text: str) -> dict[str, Any]:
    return {"code": "some_code", "message": text, "data": {"status": status}}


_CREATED = Reply(status=201, document=blog_post("draft"))
_PUBLIC = Reply(document=blog_post())
_SUFFIXED = Reply(status=201, document=blog_post("draft", slug="cmo-7k3m-2"))
_DRAFT = Reply(document=blog_post("draft"))
_ME = Reply(document={"slug": "announce", "roles": ["author"], "capabilities": {"publish_posts": True}})
_STRANGER = Reply(status=401, document=complaint(401, "You are not currently logged in."))
_NO_PASSWORDS = Reply(document={"authentication": []})
_NO_ROUTE = Reply(status=404, document=complaint(404, "No route was found.") | {"code": "rest_no_route"})
_NO_POST = Reply(status=404, document=complaint(404, "Invalid post ID.") | {"code": "rest_post_invalid_id"})
_LINKS = Reply(document=[{"id": 17, "_links": {"wp:action-publish": [{"href": URL}]}}])
_NONE = Reply(document=[])
_ONE = Reply(document=[blog_post()])

SETTINGS = {"username": "announce", "password": {"env": "PASSWORD"}}

REPLIES = {
    "check": Situation(
        replies=[_ME, _NONE, _NONE], alike=[1, 2], shrugs={1: "identity", 2: "identity"}, more=2
    ),
    "check-passwords": Situation(replies=[_STRANGER, _NO_PASSWORDS], at=[1], more=1),
    "check-unnamed": Situation(replies=[_NO_ROUTE, _LINKS, _NONE, _NONE], at=[1], more=1),
    "stage": Situation(replies=[_CREATED], more=2),
    "stage-look": Situation(replies=[_NONE, _CREATED], repeat=True, alike=[1], more=1),
    "stage-anew": Situation(
        replies=[Reply(document=[blog_post("draft")]), _DRAFT], repeat=True, alike=[0, 1], more=1
    ),
    "stage-suffix": Situation(replies=[_SUFFIXED, _NONE], alike=[0, 1], more=1),
    "release": Situation(replies=[_PUBLIC], more=1),
    "release-look": Situation(replies=[_DRAFT, _PUBLIC], repeat=True, alike=[1], more=1),
    "publish": Situation(replies=[_CREATED, _PUBLIC], alike=[0, 1], more=1),
    "find": Situation(replies=[_ONE], more=1),
    "amend": Situation(replies=[_PUBLIC, _PUBLIC], alike=[0, 1], more=1),
    "amend-gone": Situation(replies=[_NO_POST, _NONE], at=[1], alike=[1], more=1),
    "withdraw": Situation(replies=[_PUBLIC, _DRAFT], alike=[0, 1], more=1),
    "withdraw-gone": Situation(replies=[_NO_POST, _NONE], at=[1], alike=[1], more=1),
    "locate": Situation(replies=[_ONE], url=f"{URL}/cmo-7k3m/", more=1),
}

BUT = {
    # A notice of PHP or the comment of a cache spoils the label; the one document in it is read.
    "check.type-html|check.type-text|check-unnamed.2.type-html|check-unnamed.2.type-text": "identity",
    "*.type-html|*.type-text": "good",
    # Nobody has written a post yet: the list was given to somebody who may see drafts.
    "check-unnamed.2.body-empty-list": "identity",
    # An empty list is WordPress's way of saying that there is no such post.
    "find.body-empty-list|locate.body-empty-list": "absent",
    "stage-look.body-empty-list|stage-look.body-doubled-keys": "good",
    # A post as we make them is no stranger's.
    "*.as-wordpress-*": "skip",
    # The blog has refused us already; this was to tell why.
    "check-passwords.2.*": "BadCredentials|Unknown|Rejected|NotSent",
    # An id, a name or a state that is another one.
    "find.0.id-*|stage*.id-*|release*.id-*": "Unknown",
    "find.0.slug-*|find.0.status-*|locate.0.slug-*|locate.0.status-*": "absent|Unknown",
    "release-look.status-*": "good|Unknown|Rejected",
    "release*.status-*": "Unknown|Rejected",
}
