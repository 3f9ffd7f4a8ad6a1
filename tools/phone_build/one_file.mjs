// The whole app as one HTML file, which is passed on by cable, card or radio and opened from storage.
//
// Theory of operation: a page opened from storage may load no module and no other file, so script,
// styles, drawings and every language stand in it. Its worker is the same script, started again from a
// blob. A policy in the page lets that one script run, by its hash, and no other. Nothing of the
// day or the machine enters: the same sources give the same bytes, whose hash stands on the desk's
// poster and in its signed directory.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { DIST, PHONE, SHARED } from "./places.mjs";

/** A name that says nothing about what is in it. */
export const ONE_FILE = "notes.html";

const ENTRY =
  'if (typeof document === "undefined") void import("./src/worker.ts");' +
  'else void import("./src/main.ts");';

const inHash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function policyOf(script, styles) {
  return [
    "default-src 'none'",
    "connect-src *",
    "img-src blob: data:",
    "media-src blob:",
    "worker-src blob:",
    `style-src ${inHash(styles)}`,
    `script-src ${inHash(script)} 'wasm-unsafe-eval'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

async function buildProgram() {
  const { outputFiles } = await build({
    ...SHARED,
    stdin: { contents: ENTRY, resolveDir: PHONE, sourcefile: "one_file.ts", loader: "ts" },
    format: "iife",
    write: false,
    define: { __ICONS__: JSON.stringify("#icon-") },
  });
  const text = (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  // What stands between tags counts byte by byte for the policy: no space that a tool might trim.
  return { script: text(".js").trim(), styles: text(".css").trim() };
}

function sprite() {
  const drawings = readFileSync(join(PHONE, "public", "icons.svg"), "utf8");
  return drawings
    .replace(/<\?xml[^>]*\?>/, "")
    .replace("<svg", '<svg hidden aria-hidden="true"')
    .replaceAll('id="', 'id="icon-')
    .trim();
}

function favicon() {
  const bytes = readFileSync(join(PHONE, "public", "icons", "app.svg"));
  return `data:image/svg+xml;base64,${bytes.toString("base64")}`;
}

/** The page of public/ without what it loads, and with what it is. */
function written({ script, styles }, release) {
  const page = readFileSync(join(PHONE, "public", "index.html"), "utf8");
  const head = [
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(script, styles)}">`,
    `<meta name="release" content="${release}">`,
    `<link rel="icon" href="${favicon()}">`,
  ];
  const kept = page.split("\n").filter((line) => !/<link |<script |name="(?:worker|disguise)"/.test(line));
  const parts = {
    "  </head>": [...head.map((line) => `    ${line}`), `    <style>${styles}</style>`],
    "  </body>": [`    ${sprite()}`, `    <script id="program">${script}</script>`],
  };
  return kept.flatMap((line) => [...(parts[line] ?? []), line]).join("\n");
}

/** Write the file; `release` is what it says of itself. */
export async function writeOneFile(release) {
  const program = await buildProgram();
  for (const text of Object.values(program)) {
    if (/<\/(?:script|style)/i.test(text)) throw new Error("a tag ends inside of the program");
  }
  writeFileSync(join(DIST, ONE_FILE), written(program, release));
}
