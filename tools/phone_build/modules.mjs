// Page, worker and background sync, as one set of modules that share what they have in common.

import { join, relative } from "node:path";
import { build } from "esbuild";
import { DIST, nameInDist, outputOf, PHONE, SHARED } from "./places.mjs";

/** Wanted with the first photo, which may be taken where there is no network. */
const MEDIA = ["src/media/cleaning.ts", "src/media/small_copy.ts", "src/views/capture.ts"];
/** Words and files are sealed wherever they are written. */
const SEALING = "src/sealing_room.ts";

/** A desk is joined by a file where there is no network. */
const JOINING = "src/carry.ts";

/** The lock and what it leaves: a gesture that erases cannot wait for a network. */
const GUARD = ["src/guard.ts", "src/views/notes.ts", "src/views/wipe.ts"];

const page = (name) => `src/views/${name}.ts`;

/** Pages on which a report is written. */
const WRITING = ["about", "form", "forms", "messages", "write"].map(page);

/** What the phone does with a report once it is sealed, and pages that are seldom opened. */
const AFTER = [
  "src/sync/runner.ts",
  ...["carry", "collect", "follow", "scan", "settings", "thread", "thrift"].map(page),
];

/** Files that a file needs before it runs, itself among them. */
function closureOf(metafile, name) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const part of metafile.outputs[path].imports) {
      if (part.kind === "import-statement" && !part.external) visit(part.path);
    }
  };
  visit(relative(PHONE, join(DIST, name)));
  return [...found].map(nameInDist);
}

/** Page, worker and background sync, as modules that share what they have in common. */
export async function buildModules(iconsName) {
  const { metafile } = await build({
    ...SHARED,
    entryPoints: ["src/main.ts", "src/worker.ts", "src/background.ts"],
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    splitting: true,
    define: { __ICONS__: JSON.stringify(`${iconsName}#`) },
  });
  const { name: script, output } = outputOf(metafile, "src/main.ts");
  const worker = outputOf(metafile, "src/worker.ts").name;
  const background = outputOf(metafile, "src/background.ts").name;
  const styles = nameInDist(output.cssBundle);
  const parts = closureOf(metafile, script).filter((name) => name !== script);
  const closures = (entries) =>
    entries.flatMap((entry) => closureOf(metafile, outputOf(metafile, entry).name));
  const without = (names, ...there) =>
    [...new Set(names)].filter((name) => !there.flat().includes(name));
  const first = [script, ...parts, styles, iconsName];
  // A page asks for them only when they are wanted; without a network they must be there then.
  const writing = ["src/worker.ts", "src/forms.ts", SEALING, JOINING, ...GUARD, ...MEDIA, ...WRITING];
  const rest = without(closures(writing), first);
  // The sync is among them: a link that comes back is thin, and a report should not wait for code.
  const after = without(closures(AFTER), first, rest);
  return { script, styles, parts, worker, background, first, rest, after };
}
