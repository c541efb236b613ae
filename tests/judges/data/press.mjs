// node press.mjs NODE_MODULES CHROMIUM URL: the first button of a page is pressed and an address typed, as on a phone.
// Prints JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, program, page] = process.argv.slice(2);
const { resolve } = createRequire(`${modules}/`);
const { default: puppeteer } = await import(pathToFileURL(resolve("puppeteer-core")));
const browser = await puppeteer.launch({
  executablePath: program,
  pipe: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const tab = await browser.newPage();
await tab.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
await tab.goto(page, { waitUntil: "load" });
await tab.tap("button");
await new Promise((done) => setTimeout(done, 300));
const copied = await tab.$eval("button", (one) => one.textContent);
const selected = await tab.evaluate(() => {
  const { value, selectionStart, selectionEnd } = document.activeElement;
  return value.slice(selectionStart, selectionEnd);
});
await tab.type("input", "https://blog.example.net/?p='1");
const command = await tab.$eval("#c1-command", (one) => one.value);
await browser.close();
console.log(JSON.stringify({ copied, selected, command }));
