// The service workers, built last: they name every other file with its hash.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { DIST, filesBelow, hashOf, SHARED } from "./places.mjs";

/** When the service worker stores a file: see `AppFile` in src/sw/strategies.ts. */
function tierOf(name, { needed }) {
  if (name.startsWith("messages.")) return "spoken";
  return needed.has(name) ? "install" : "later";
}

/** Build the service worker last: it names every other file with its hash. */
export async function buildServiceWorker(modules) {
  // The background sync lies with the service worker itself.
  const names = filesBelow(DIST).filter((name) => name !== modules.background);
  const files = names.map((name) => ({
    url: name === "index.html" ? "./" : name,
    keep: tierOf(name, modules),
  }));
  // Written last, because it lists the service workers too; it is read when a desk names a release.
  files.push({ url: "release.json", keep: "later" });
  const hashes = names.map((name) => hashOf(readFileSync(join(DIST, name))));
  const define = {
    __FILES__: JSON.stringify(files),
    __RELEASE__: JSON.stringify(hashOf(JSON.stringify([files, hashes])).slice(0, 16)),
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
