// Build the desk's TypeScript into server/desk/static/dist, one script for each file of src/ that
// is a page's own (files in folders below src/ are shared parts and are bundled in).

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const STATIC = join(dirname(fileURLToPath(import.meta.url)), "..", "server", "desk", "static");

const entryPoints = readdirSync(join(STATIC, "src"), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => `src/${entry.name}`)
  .sort();

rmSync(join(STATIC, "dist"), { recursive: true, force: true });
mkdirSync(join(STATIC, "dist"), { recursive: true });
await build({
  absWorkingDir: STATIC,
  entryPoints,
  outdir: "dist",
  bundle: true,
  format: "esm",
  minify: true,
  // Desk computers are kept current; two years back is generous.
  target: ["chrome115", "firefox115", "safari17"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
process.stdout.write(`desk pages: ${entryPoints.length} scripts\n`);
