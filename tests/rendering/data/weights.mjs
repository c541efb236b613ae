// Fills in "weight" for every case of weights.json with twitter-text 3.1.0, X's own counting:
//   cd "$(mktemp -d)" && npm install twitter-text@3.1.0 && node …/tests/rendering/data/weights.mjs
// To add a case, write {"text": "…"} into weights.json and run it. "ours" and "why" stay as they are: they
// document where our count is longer.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { parseTweet } = createRequire(`${process.cwd()}/`)("twitter-text");
const file = new URL("weights.json", import.meta.url);
const invisible =
  /[\u007f-\u00a0\u00ad\u0300-\u036f\u200b-\u200f\u2028-\u202f\u2066-\u2069\u20e3\ufe0e\ufe0f\ufeff\ufffe\uffff]|\udb40[\udc00-\udfff]/g;
const escaped = (found) =>
  [...Array(found.length).keys()].map((i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");

const table = JSON.parse(readFileSync(file, "utf8"));
const lines = table.cases.map(({ text, weight, ...rest }) => {
  const counted = { text, weight: parseTweet(text).weightedLength, ...rest };
  return `    ${JSON.stringify(counted).replace(invisible, escaped)}`;
});
writeFileSync(file, `{\n  "note": ${JSON.stringify(table.note)},\n  "cases": [\n${lines.join(",\n")}\n  ]\n}\n`);
