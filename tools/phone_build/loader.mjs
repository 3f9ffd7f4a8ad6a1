// The loader, and the name of the release that it and the service workers share.
//
// Theory of operation: the loader holds the release's name, the page holds the loader's, and the release is
// named by everything that is in it. So the loader is first built without the name; that draft, the page's
// source and every other file give the name, and the loader is built again with it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { DIST, filesBelow, hashOf, outputOf, PHONE, SHARED } from "./places.mjs";

const LOADER = "src/loader.ts";

async function built(load, write) {
  const { metafile, outputFiles } = await build({
    ...SHARED,
    entryPoints: [LOADER],
    entryNames: "[name]-[hash]",
    format: "iife",
    write,
    define: { __LOAD__: JSON.stringify(load) },
  });
  return { name: outputOf(metafile, LOADER).name, draft: outputFiles?.[0]?.contents };
}

function releaseOf(draft) {
  const page = readFileSync(join(PHONE, "public", "index.html"));
  const hashes = filesBelow(DIST).map((name) => [name, hashOf(readFileSync(join(DIST, name)))]);
  return hashOf(JSON.stringify([...hashes, hashOf(draft), hashOf(page)])).slice(0, 16);
}

/** Write the loader, after everything that it loads; its name and the release's. */
export async function buildLoader({ script, styles, parts }, packs) {
  const load = { release: "", ...packs, script, styles, parts };
  const { draft } = await built(load, false);
  const release = releaseOf(draft);
  const { name } = await built({ ...load, release }, true);
  return { loader: name, release };
}
