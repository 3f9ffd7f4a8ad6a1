// Lighthouse at a page that stands in a browser: `node audit.mjs ADDRESS`, where ADDRESS is the
// browser's debugging port on this machine. For each line that comes in, one line of JSON goes out:
// an empty line audits the page as it stands, an address opens it first, as a new visitor does.
// Nothing is sent anywhere: neither reports of errors nor results.

import { createInterface } from "node:readline";
import { navigation, snapshot } from "lighthouse";
import { connect } from "puppeteer-core";

const CATEGORIES = ["accessibility", "best-practices"];

/** The page keeps the screen and the speed that its own browser gave it. */
const FLAGS = {
  onlyCategories: CATEGORIES,
  logLevel: "silent",
  screenEmulation: { disabled: true },
  emulatedUserAgent: false,
  throttlingMethod: "provided",
};

const whereIn = ({ node, description, url, sourceLocation }) =>
  node?.selector ?? description ?? sourceLocation?.url ?? url ?? "";

/** Of one category: its score, how many audits it ran, and those that failed, with the places. */
function resultOf({ categories, audits }, name) {
  const { score, auditRefs } = categories[name];
  const ran = auditRefs.map(({ id, weight }) => ({ ...audits[id], weight })).filter((one) => one.score !== null);
  const failed = ran
    .filter(({ score: of, weight }) => weight > 0 && of < 1)
    .map(({ id, title, details }) => ({ id, title, places: (details?.items ?? []).map(whereIn) }));
  return { name, score: Math.round((score ?? 0) * 100), ran: ran.length, failed };
}

const browser = await connect({ browserURL: process.argv[2], defaultViewport: null });
const page = (await browser.pages()).at(0);
for await (const address of createInterface({ input: process.stdin })) {
  const options = { flags: FLAGS };
  const run = address === "" ? snapshot(page, options) : navigation(page, address, options);
  const { lhr } = await run;
  const told = lhr.runtimeError ? { error: lhr.runtimeError.code } : { error: "" };
  console.log(JSON.stringify({ ...told, results: CATEGORIES.map((name) => resultOf(lhr, name)) }));
}
await browser.disconnect();
