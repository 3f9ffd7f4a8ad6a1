// Build the desk's TypeScript into server/desk/static/dist, one script for each file of src/ that
// is a page's own (files in folders below src/ are shared parts and are bundled in). The preview of a
// form is the phone app's own page: its code is bundled in, its style sheet and drawings lie beside.

import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const STATIC = join(ROOT, "server", "desk", "static");
const PHONE = join(ROOT, "client_sync", "phone");

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
  define: { __ICONS__: '"/static/dist/phone_icons.svg#"' },
});
await build({
  entryPoints: [join(PHONE, "src", "styles", "main.css")],
  outfile: join(STATIC, "dist", "form_preview.css"),
  bundle: true,
  minify: true,
  target: ["chrome115", "firefox115", "safari17"],
  logLevel: "warning",
});
copyFileSync(join(PHONE, "public", "icons.svg"), join(STATIC, "dist", "phone_icons.svg"));
process.stdout.write(`desk pages: ${entryPoints.length} scripts\n`);
