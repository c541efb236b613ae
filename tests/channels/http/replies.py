"""What a platform answers that is described in the settings: one with JSON, a form, nothing but a status."""

from __future__ import annotations

from typing import Any

from announce_contract import POST, URL, Reply, Situation

_TOKEN = {"env": "TOKEN"}
_NEWS = {"path": "/news", "json": {"title": "{{ title }}", "text": "{{ body }}", "external_id": "{{ key }}"}}
_LISTED = {"items": "items", "match": "external_id", "equals": "{{ key }}", "id": "id", "url": "url"}
_FORM_NEWS = {"path": "/api", "form": {"do": "add", "title": "{{ title }}", "text": "{{ body }}"}}

JSON: dict[str, Any] = {
    "auth": {"kind": "bearer", "token": _TOKEN},
    "publish": _NEWS,
    "lookup": {"path": "/news?q={{ ref }}", **_LISTED},
    "id": "id",
    "url": "url",
    "error": "error",
    "idempotency_key": True,
}
FORM: dict[str, Any] = {
    "auth": {"kind": "form", "fields": {"api_token": _TOKEN}},
    "publish": _FORM_NEWS,
    "lookup": {"path": "/api", "method": "POST", "form": {"do": "list"}, **_LISTED},
    "success": {"path": "result", "equals": "success"},
    "id": "id",
    "error": "error",
    "permalink": "/news/{{ id }}",
}
PLAIN: dict[str, Any] = {
    "publish": _NEWS,
    "auth": {"kind": "header", "name": "X-Api-Key", "value": _TOKEN},
}
SIGNED: dict[str, Any] = {
    "auth": {"kind": "hmac", "secret": _TOKEN, "header": "X-Signature"},
    "publish": _NEWS,
    "id": "id",
}
WITHOUT_ID = {key: value for key, value in JSON.items() if key not in {"id", "url"}}

_ITEM = {"id": 17, "url": f"{URL}/news/17", "external_id": "CMO-7K3M/1"}
_TAKEN = Reply(status=201, document={"id": 17, "url": f"{URL}/news/17"})
_ITEMS = {"items": [_ITEM]}
_HOOK = {"ok": True}


FULL: dict[str, Any] = {
    **JSON,
    "update": {
        "method": "PUT",
        "path": "/news/{{ id }}",
        "json": {"title": "{{ title }}", "text": "{{ body }}"},
    },
    "withdraw": {"method": "DELETE", "path": "/news/{{ id }}"},
    "read": {"path": "/news/{{ id }}", "compare": "[title, text]", "public": "public"},
}
STAGED: dict[str, Any] = {
    **{key: value for key, value in FULL.items() if key != "publish"},
    "draft": _NEWS,
    "release": {"method": "PATCH", "path": "/news/{{ id }}", "json": {"public": True}},
    "lookup": {**JSON["lookup"], "public": "public"},
}


def complaint(_status: int, text: str) -> dict[str, Any]:
    return {"error": text, "result": "error"}


REPLIES = {"check": [_ITEMS], "publish": [_TAKEN], "find": [_ITEMS]}
FORM_REPLIES = {
    "check": Situation(replies=[_ITEMS], alike=[0]),
    "publish": [{"result": "success", "id": "n-17"}],
    "find": Situation(replies=[_ITEMS], alike=[0]),
}
HOOK_REPLIES = {"check": [], "publish": [_HOOK]}
SIGNED_REPLIES = {"check": [], "publish": Situation(replies=[_TAKEN], alike=[0])}
LATER_REPLIES = {
    "check": Situation(replies=[_ITEMS], alike=[0]),
    "publish": Situation(replies=[_HOOK, _ITEMS], shrugs={1: "receipt"}, alike=[0]),
    "find": Situation(replies=[_ITEMS], alike=[0]),
}

_READ = {"id": 17, "title": POST.title, "text": POST.body, "public": True}
_HIDDEN = {**_READ, "public": False}
_GONE = Reply(status=404, document={"error": "no such news"})
_DONE = {"deleted": True}
_LISTED = {"items": [{**_ITEM, "public": True}]}
_NONE = {"items": []}

FULL_REPLIES = {
    "check": Situation(replies=[_ITEMS, _READ], alike=[0]),
    "publish": Situation(replies=[_TAKEN, _READ], shrugs={1: "receipt"}, alike=[0]),
    "find": Situation(replies=[_ITEMS, _READ], shrugs={1: "receipt"}, alike=[0]),
    "amend": Situation(replies=[_READ, _TAKEN, _READ], shrugs={2: "Unknown"}, alike=[1, 2]),
    "withdraw": Situation(replies=[_READ, _DONE, _GONE], at=[0, 1], alike=[1]),
}
STAGED_REPLIES = {
    "check": Situation(replies=[_LISTED, _READ], alike=[0, 1]),
    "stage": Situation(replies=[_NONE, _TAKEN, _HIDDEN], alike=[0, 1, 2]),
    "stage-anew": Situation(replies=[{"items": [{**_ITEM, "public": False}]}, _HIDDEN], alike=[0, 1]),
    "release": Situation(replies=[_HIDDEN, _TAKEN, _READ], shrugs={2: "Unknown"}, alike=[1, 2]),
    "publish": Situation(
        replies=[_NONE, _TAKEN, _HIDDEN, _HIDDEN, _TAKEN, _READ], shrugs={5: "Unknown"}, alike=range(6)
    ),
    "find": Situation(replies=[_LISTED, _READ], shrugs={1: "receipt"}, alike=[1]),
    "amend": Situation(replies=[_READ, _TAKEN, _READ], shrugs={2: "Unknown"}, alike=[0, 1, 2]),
    "withdraw": Situation(replies=[_READ, _DONE, _GONE], at=[0, 1], alike=[0, 1]),
}

BUT = {
    # A notice of PHP or the comment of a cache spoils the label; the one document in it is read.
    "check.type-html|check.type-text": "identity",
    "*.type-html|*.type-text": "good|Rejected",
    # The settings are all there is to tell a platform by: an "id" is an id, of any kind that can be kept.
    "publish.as-*": "receipt|Unknown",
    "publish.id-*": "receipt|Unknown",
    "find.items.0.external_id-*|find.items-*|find.items.0-*": "absent|Unknown",
    "find.items.0.id-*": "receipt|Unknown",
}
LATER_BUT = {**BUT, "publish.204": "receipt"}
FORM_BUT = {
    **BUT,
    # As its settings say: `result` is not "success".
    "publish.200-*|publish.echo-200-*|publish.cut-200-*": "Rejected",
    "publish.as-*": "Rejected|Unknown",
}
HOOK_BUT = {
    # What the settings do not ask for is not read: there the status is all there is to know.
    "*.html|*.html-as-json|*.body-over-1-mib|*.packed-*": "Unknown",
    "*.204|*.body-*|*.type-*|*.as-*|*.200-*|*.echo-200-*|*.cut-200-*": "receipt|Unknown",
    "*.echo-in-*|*.ok-*": "receipt|Unknown|Rejected",
}
FULL_BUT = {
    # After a write it is read what stands there: where that fails, nothing is proved.
    "amend.3.*|release.3.*|publish.6.*": "good|Unknown",
    # A 404 is believed beside a look-up that is answered, and here it is not.
    "amend.404-words|amend.410-words|withdraw.2.404-words": "Rejected|Unknown|good",
    # What stands there is read before and after: words that say no are believed, a silent yes as well.
    "amend.200-empty|withdraw.200-empty|release.200-empty": "Unknown",
    "amend.200-*|amend.echo-200-*|amend.cut-200-*": "Rejected",
    "withdraw.200-*|withdraw.echo-200-*|withdraw.cut-200-*": "Rejected",
    "release.200-*|release.echo-200-*|release.cut-200-*": "Rejected",
    "amend.2.204|withdraw.2.204|release.2.204|publish.5.204": "good",
    # A post that customers do not see is not delivered.
    "publish.2.public-*|find.2.public-*": "receipt|Rejected",
    **BUT,
}
