// node expand.mjs ICAL_JS UNTIL FILE...: every occurrence of every event, a file a list, as JSON. The zones of the
// file alone are known.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , library, until, ...files] = process.argv;
const { default: ICAL } = await import(pathToFileURL(join(library, "dist", "ical.js")));

const end = ICAL.Time.fromString(`${until}T00:00:00Z`);

function occurrences(file) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const found = [];
  const all = calendar.getAllSubcomponents("vevent");
  const [odd, own] = [all.filter((one) => one.hasProperty("recurrence-id")), all.filter((one) => !one.hasProperty("recurrence-id"))];
  for (const component of own) {
    const uid = component.getFirstPropertyValue("uid");
    const exceptions = odd.filter((one) => one.getFirstPropertyValue("uid") === uid);
    const event = new ICAL.Event(component, { exceptions });
    const told = {
      uid: event.uid,
      summary: event.summary,
      description: event.description,
      status: component.getFirstPropertyValue("status"),
      sequence: event.sequence,
    };
    const starts = event.iterator();
    for (let start; (start = starts.next()) && start.compare(end) < 0; ) {
      const occurrence = event.getOccurrenceDetails(start);
      const [from, to] = [occurrence.startDate, occurrence.endDate];
      found.push({ ...told, floating: from.zone.tzid === "floating", start: from.toJSDate(), end: to.toJSDate() });
      if (!event.isRecurring()) break;
    }
  }
  return found;
}

process.stdout.write(JSON.stringify(files.map(occurrences)));
