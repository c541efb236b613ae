"""What is pasted by hand, as one page for a phone: the texts with buttons that copy them, and where they go.

It needs nothing else, and nothing leaves it but what whoever holds the phone opens.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # nosec B405

from publisher.cli.terminal.plots import element
from publisher.model.commands import command
from publisher.model.delivery import Delivery, Operation, State, reason

if TYPE_CHECKING:
    from publisher.model.by_hand import ByHand

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #eceff3; --card: #fff; --ink: #1a2330; --soft: #4d5b6d; --line: #8793a3; --link: #0b57b0;
  --note: #fff1cc; --note-ink: #5a3b00; --act: #0b57b0; --act-ink: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151c; --card: #19212b; --ink: #e8edf3; --soft: #a7b3c2; --line: #6b7a8d; --link: #8cc1ff;
    --note: #3d2e08; --note-ink: #ffdf94; --act: #8cc1ff; --act-ink: #10151c;
  }
}
* { box-sizing: border-box; }
body {
  max-width: 44rem; margin: 0 auto; padding: .8rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.4rem; margin: .3rem 0; }
h2 { font-size: 1.15rem; margin: 0; }
p { margin: .4rem 0; }
ol { margin: .4rem 0; padding-inline-start: 1.4rem; }
a { color: var(--link); }
.soft { color: var(--soft); }
.note { padding: .4rem .7rem; border-radius: .3rem; background: var(--note); color: var(--note-ink); }
section {
  margin: 1rem 0; padding: .9rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
}
label { display: block; margin-top: .7rem; font-weight: 600; }
textarea, input {
  display: block; width: 100%; margin: .2rem 0 .4rem; padding: .5rem; border: 1px solid var(--line);
  border-radius: .3rem; background: var(--ground); color: var(--ink); font: .95rem/1.4 ui-monospace, monospace;
}
button, .go {
  display: block; width: 100%; min-height: 2.9rem; padding: .6rem; border: 0; border-radius: .4rem;
  background: var(--act); color: var(--act-ink); font: inherit; font-weight: 600; text-align: center;
}
.go { margin: .6rem 0; text-decoration: none; }
"""

SCRIPT = """
for (const button of document.querySelectorAll("button[data-copies]")) {
  const field = document.getElementById(button.dataset.copies), said = button.textContent;
  button.addEventListener("click", async () => {
    field.focus();
    field.select();
    let done = true;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Select it and copy it yourself";
    setTimeout(() => { button.textContent = said; }, 4000);
  });
}
for (const address of document.querySelectorAll("input[data-fills]")) {
  const field = document.getElementById(address.dataset.fills), begun = field.value;
  address.addEventListener("input", () => {
    const typed = address.value.trim();
    const quoted = typed ? "'" + typed.replaceAll("'", "'\\\\''") + "'" : "URL";
    field.value = begun.replace("--delivered URL", () => "--delivered " + quoted);
  });
}
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-{}'"


def page(ref: str, title: str, chosen: Sequence[Delivery], ways: Mapping[str, ByHand | None]) -> str:
    """The whole page, in English; texts as readers have them. ``ways``: how a channel's posts are made by hand."""
    html = element("html", lang="en")
    html.append(_head(f"{ref}: to be posted by hand"))
    body = ET.SubElement(html, "body")
    main = ET.SubElement(body, "main")
    main.append(element("h1", f"{ref}: to be posted by hand"))
    main.append(element("p", title, class_="soft"))
    if not chosen:
        main.append(element("p", "No channel waits for its post."))
    for number, one in enumerate(chosen, 1):
        main.append(_section(f"c{number}", one, ways.get(one.channel)))
    body.append(element("script", SCRIPT))
    return "<!DOCTYPE html>\n" + ET.tostring(html, encoding="unicode", method="html") + "\n"


def _head(title: str) -> ET.Element:
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    head = element("head")
    head.append(element("meta", charset="utf-8"))
    head.append(element("meta", name="viewport", content="width=device-width, initial-scale=1"))
    head.append(element("meta", name="color-scheme", content="light dark"))
    head.append(element("meta", name="robots", content="noindex"))
    head.append(element("meta", name="referrer", content="no-referrer"))
    head.append(
        element("meta", {"http-equiv": "Content-Security-Policy"}, content=POLICY.replace("{}", digest))
    )
    head.append(element("title", title))
    head.append(element("style", STYLE))
    return head


def _section(key: str, one: Delivery, way: ByHand | None) -> ET.Element:
    section = element("section")
    section.append(element("h2", f"{one.channel} ({one.type})"))
    if warning := _warning(one):
        section.append(element("p", warning, class_="note"))
    if why := reason(one):
        section.append(element("p", f"Why it is not there: {why}", class_="soft"))
    section.extend(_way(one, way))
    if one.post.format == "html":
        section.extend(_copied(f"{key}-title", "Title", "the title", one.post.title, lang=one.post.locale))
    what = "Text, as HTML" if one.post.format == "html" else "Text"
    section.extend(
        _copied(f"{key}-body", f"{what} ({_length(one)})", "the text", one.post.body, lang=one.post.locale)
    )
    if one.state is not State.DELIVERED:
        section.extend(_afterwards(key, one))
    return section


def _warning(one: Delivery) -> str | None:
    if one.state is State.DELIVERED:
        return "announce has posted this: posted again it stands there twice."
    if one.lost or one.duplicate or one.state in {State.UNKNOWN, State.NEEDS_DECISION, State.SENDING}:
        return "It may be public already: look first. Posted again it stands there twice."
    return None


def _way(one: Delivery, way: ByHand | None) -> Iterator[ET.Element]:
    edits = one.operation is Operation.AMEND
    if edits:
        yield element("p", "This is how a post that stands there should read: edit that one, make no other.")
        if one.url:
            yield element("a", "Open that post", class_="go", href=one.url, rel="noreferrer")
    if way is None:
        yield element("p", "Where it goes is not known here: use the platform's own pages.")
        return
    if not edits:
        yield element("a", f"Open {way.name}", class_="go", href=way.address, rel="noreferrer")
    steps = element("ol")
    steps.extend(element("li", step) for step in (way.editing if edits else way.steps))
    yield steps


def _copied(key: str, label: str, what: str, text: str, *, lang: str = "en") -> Iterator[ET.Element]:
    yield element("label", label, for_=key)
    rows = str(min(14, 2 + text.count("\n") + len(text) // 60))
    yield element(
        "textarea", text, id=key, rows=rows, readonly="readonly", lang=lang.replace("_", "-"), dir="auto"
    )
    button = element("button", {"data-copies": key}, type="button")
    button.text = f"Copy {what}"
    yield button


def _afterwards(key: str, one: Delivery) -> Iterator[ET.Element]:
    yield element("label", "Address of the post, once it is public", for_=f"{key}-address")
    yield element("input", {"data-fills": f"{key}-command"}, id=f"{key}-address", type="url", inputmode="url")
    entered = command("resolve", one.ref, one.channel, "--update", str(one.update), "--delivered", "URL")
    yield from _copied(f"{key}-command", "Then, where announce runs", "the command", entered)


def _length(one: Delivery) -> str:
    post = one.post
    return f"{post.length} of {post.limit}" if post.limit else f"{post.length}"
