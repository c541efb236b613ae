"""A report as one page that needs nothing else: escaped by construction, light and dark, to be printed and filed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # nosec B405
from zoneinfo import ZoneInfo

from publisher.cli.terminal import plots, reports
from publisher.cli.terminal.plots import element
from publisher.model.announcement import in_language
from publisher.model.kept import Informed
from publisher.model.times import in_words, spoken
from publisher.runbook.report import Report, Reported, Tally

if TYPE_CHECKING:
    from publisher.settings.schema import Publisher

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #fff; --ink: #1a2330; --soft: #4d5b6d; --line: #cfd6df; --good: #1d7f4f; --bad: #c8372a; --unsure: #8a6d00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151c; --ink: #e8edf3; --soft: #a7b3c2; --line: #3a4656;
    --good: #58c48d; --bad: #ff8d80; --unsure: #e0bd4f;
  }
}
body {
  max-width: 60rem; margin: 0 auto; padding: 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; margin: .3rem 0; }
h2 { font-size: 1.15rem; margin: 1.8rem 0 .4rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0; }
p { margin: .3rem 0; }
.soft, figcaption { color: var(--soft); }
figure { margin: 1rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td {
  padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--line);
  text-align: left; vertical-align: top; overflow-wrap: normal;
}
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 11px; }
svg line { stroke: var(--line); }
svg line.zero { stroke: var(--ink); }
.in_time { fill: var(--good); }
.late { fill: var(--bad); }
.not_recorded { fill: var(--unsure); }
@media print { article { break-inside: avoid; } }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(found: Report, publisher: Publisher, zone: ZoneInfo) -> str:
    """The whole page, in English; titles are in the publisher's language."""
    title = f"{publisher.brand}: were customers told before the work?"
    html = element("html", lang="en")
    html.append(_head(title))
    main = ET.SubElement(ET.SubElement(html, "body"), "main")
    main.append(element("h1", title))
    begun = f"from {spoken(found.since, zone)} " if found.since else ""
    main.append(element("p", f"Announced {begun}until {spoken(found.until, zone)}.", class_="soft"))
    main.append(element("p", _gist(found)))
    main.extend(_plots(found))
    main.append(element("h2", "By month"))
    main.append(_table(reports.HEAD, [(month, *reports.of(one)) for month, one in _months(found)]))
    main.extend(element("p", text, class_="soft") for text in NOTES)
    main.append(element("h2", "Every announcement"))
    main.extend(_article(one, zone, publisher.locale) for one in found.announcements)
    return "<!DOCTYPE html>\n" + ET.tostring(html, encoding="unicode", method="html") + "\n"


NOTES = (
    "Told: announcements. In time: told on every channel before the start, of those whose work was to begin by now and "
    "was not called off before. Known for: how long before the start the last channel told it; all after: how long the "
    "last channel took; both are medians. Overran: ended later than first promised. Kept: promises to say more by a "
    "certain time. Unknown: posts of which nobody knew for a while whether they were public.",
    "All times are what announce recorded when a platform answered. “About”: that answer was lost, and the post was "
    "found there later. “Seen”: when a stranger, who has no account there, was first found to read it.",
)


def _head(title: str) -> ET.Element:
    head = element("head")
    head.append(element("meta", charset="utf-8"))
    head.append(element("meta", name="viewport", content="width=device-width, initial-scale=1"))
    head.append(element("meta", name="color-scheme", content="light dark"))
    head.append(element("meta", name="robots", content="noindex"))
    head.append(element("meta", {"http-equiv": "Content-Security-Policy"}, content=POLICY))
    head.append(element("title", title))
    head.append(element("style", STYLE))
    return head


def _gist(found: Report) -> str:
    total = found.total
    if not total.work:
        return "No announced work has begun in this time."
    unsure = f"; of {total.not_recorded} more not every time is recorded" if total.not_recorded else ""
    return f"Customers were told in time, on every channel, of {total.in_time} of {total.work} pieces of work{unsure}."


def _months(found: Report) -> list[tuple[str, Tally]]:
    return [*found.months, ("all", found.total)]


def _plots(found: Report) -> Iterator[ET.Element]:
    work = [one for one in reversed(found.announcements) if one.informed is not Informed.NO_WORK]
    known = [(one.ref, str(one.informed), one.lead) for one in work if one.lead is not None]
    if known:
        missing = len(work) - len(known)
        more = (
            f" Not drawn: {missing}, of which a channel was never told, or when is not recorded."
            if missing
            else ""
        )
        yield _figure(plots.leads(known), f"{LEADS}{more}")
    shares = [(month, one.in_time, one.not_recorded, one.work) for month, one in found.months if one.work]
    if shares:
        yield _figure(plots.shares(shares), SHARES)


LEADS = "How long before the start customers knew of it on every channel, oldest first; below the start: told late."
SHARES = (
    "Work by month, from below: told in time, not recorded for every channel, told late or not everywhere."
)


def _figure(plot: ET.Element, caption: str) -> ET.Element:
    figure = element("figure")
    figure.append(plot)
    figure.append(element("figcaption", caption))
    return figure


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> ET.Element:
    wide = element("div", class_="wide")
    table = ET.SubElement(wide, "table")
    for kind, cells in (("th", head), *(("td", row) for row in rows)):
        row = ET.SubElement(table, "tr")
        row.extend(element(kind, cell) for cell in cells)
    return wide


def _article(one: Reported, zone: ZoneInfo, locale: str) -> ET.Element:
    article = element("article")
    article.append(element("h3", f"{one.ref}: {in_language(one.title, locale)}"))
    phase = "withdrawn" if one.withdrawn == "everywhere" else one.phase.replace("_", " ")
    article.append(
        element("p", f"{phase}, {spoken(one.starts_at, zone)} to {spoken(one.ends_at, zone)}", class_="soft")
    )
    rows = [(channel.channel, channel.type, reports.knew(channel)) for channel in one.channels]
    article.append(_table(("channel", "type", "customers knew"), rows))
    article.extend(element("p", text) for text in _said(one, zone))
    return article


def _said(one: Reported, zone: ZoneInfo) -> Iterator[str]:
    yield f"Announced {spoken(one.said_at, zone)}" + (
        f" by {one.by}." if one.by else "; by whom is not recorded."
    )
    told = [reports.INFORMED[one.informed]]
    told += [reports.ended(one.overrun)] if one.overrun is not None else []
    told += [reports.promise(word, zone) for word in one.words]
    told += [reports.doubt(each, zone) for each in one.doubts]
    yield "; ".join(told) + "."
    if one.begun:
        who = one.begun.by or "not recorded"
        known = in_words(one.begun.at - one.begun.told_at)
        yield f"A gate let the work begin {spoken(one.begun.at, zone)}: customers had known for {known} (by: {who})."
