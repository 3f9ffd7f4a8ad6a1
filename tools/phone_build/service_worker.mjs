// The service workers, built last: they name every other file with its hash.

import { build } from "esbuild";
import { PIECE } from "./packs.mjs";
import { DIST, filesBelow, SHARED } from "./places.mjs";

/** When the service worker stores a file: see `AppFile` in src/sw/strategies.ts. */
function tierOf(name, { first, rest, after }, loader) {
  if (/^messages\.[a-z]+-/.test(name)) return "spoken";
  if (first.includes(name) || ["index.html", loader].includes(name)) return "install";
  if (after.includes(name)) return "after";
  return rest.includes(name) ? "rest" : "later";
}

/** Build the service worker last: it names every other file with its hash. */
export async function buildServiceWorker(modules, loader, release) {
  // The background sync lies with the service worker itself; pieces are stored as what is in them.
  const names = filesBelow(DIST).filter(
    (name) => name !== modules.background && !PIECE.test(name),
  );
  const files = { install: [], rest: [], after: [], later: [], spoken: [] };
  for (const name of names) {
    files[tierOf(name, modules, loader)].push(name === "index.html" ? "./" : name);
  }
  // Written last, because it lists the service workers too; it is read when a desk names a release.
  files.later.push("release.json");
  const define = {
    __FILES__: JSON.stringify(files),
    __RELEASE__: JSON.stringify(release),
  };
  await build({ ...SHARED, entryPoints: ["src/sw.ts"], format: "iife", define });
  await build({
    ...SHARED,
    entryPoints: [{ in: "src/sw_sync.ts", out: "sw-sync" }],
    define,
    plugins: [asBuilt("background", modules.background)],
  });
}

/** Import a module from the file that it was built into. */
function asBuilt(module, name) {
  return {
    name: `${module}-as-built`,
    setup: ({ onResolve }) =>
      onResolve({ filter: new RegExp(`/${module}\\.ts$`) }, () => ({
        path: `./${name}`,
        external: true,
      })),
  };
}
