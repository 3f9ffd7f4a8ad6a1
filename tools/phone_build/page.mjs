// What lies in public/, and the page that loads the app.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DIST, filesBelow, hashedName, PHONE } from "./places.mjs";

/** Files of public/ that others name: icons first, then the manifest that names some of them. */
export function writePublic() {
  const names = filesBelow(join(PHONE, "public")).filter((name) => name !== "index.html");
  const order = (name) => Number(name.endsWith(".webmanifest"));
  const renamed = new Map();
  for (const name of names.sort((one, other) => order(one) - order(other))) {
    let bytes = readFileSync(join(PHONE, "public", name));
    if (order(name) === 1) {
      let text = bytes.toString("utf8");
      for (const [before, after] of renamed) text = text.replaceAll(`"${before}"`, `"${after}"`);
      bytes = Buffer.from(JSON.stringify(JSON.parse(text)));
    }
    renamed.set(name, hashedName(name, bytes));
    const path = join(DIST, renamed.get(name));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return renamed;
}

/** The page, with the hashed names of what it names; what it loads, the loader loads. */
export function writePage({ worker }, loader, renamed) {
  let html = readFileSync(join(PHONE, "public", "index.html"), "utf8");
  const names = [...renamed, ["loader.js", loader], ["worker.js", worker]];
  for (const [before, after] of names) html = html.replaceAll(`"${before}"`, `"${after}"`);
  // Indented for who edits it; a phone keeps it without.
  writeFileSync(join(DIST, "index.html"), html.replaceAll(/^ +/gm, ""));
}
