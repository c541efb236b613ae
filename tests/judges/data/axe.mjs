// node axe.mjs NODE_MODULES CHROMIUM URL...: axe-core on every page, in both colour schemes, on a desk and at 320 pixels.
// Prints JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, program, ...pages] = process.argv.slice(2);
const { resolve } = createRequire(`${modules}/`);
const { default: puppeteer } = await import(pathToFileURL(resolve("puppeteer-core")));
const source = readFileSync(resolve("axe-core/axe.min.js"), "utf-8");
const browser = await puppeteer.launch({
  executablePath: program,
  pipe: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const found = [];
const foreign = [];
const tab = await browser.newPage();
const complaints = []; // of the browser: what a Content Security Policy stops, what is not there
tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
tab.on("request", (request) => {
  if (new URL(request.url()).origin !== new URL(pages[0]).origin) foreign.push(request.url());
});
for (const page of pages)
  for (const scheme of ["light", "dark"])
    for (const width of [1280, 320]) {
      await tab.setViewport({ width, height: 900 });
      await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await tab.goto(page, { waitUntil: "load" });
      await tab.evaluate(source); // not a script of the page: its policy forbids every one
      const result = await tab.evaluate(() => axe.run({ resultTypes: ["violations"] }));
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
      const styled = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
      found.push({
        page, scheme, width, wide, styled,
        passes: result.passes.length,
        violations: result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`),
      });
    }
await browser.close();
console.log(JSON.stringify({ found, foreign, complaints }));
