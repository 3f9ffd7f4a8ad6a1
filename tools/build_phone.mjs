// Build the phone app into client_sync/phone/dist.
//
// Theory of operation: everything a page loads gets its content's hash into its name, so that a
// cache can keep it for ever and an update replaces whole files or nothing. The service worker
// keeps its plain name (a browser finds updates by it) and carries the list of files that make up
// the app. No date, path or random name enters a file: the same sources give the same bytes, and
// `release.json` holds the one hash over them that a signed directory can name.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const PHONE = join(dirname(fileURLToPath(import.meta.url)), "..", "client_sync", "phone");
const DIST = join(PHONE, "dist");

/** Compressed bytes of the first load at most: half a minute at 32 kbit/s. */
const FIRST_LOAD_BYTES = 120 * 1024;

/** Of these the core (all but the pages) at most: the pages must have room to grow. */
const CORE_BYTES = 55 * 1024;

/** Oldest browsers served; a seized drawer of old phones is the normal case. */
const TARGET = ["chrome100", "firefox100", "safari15.4"];

const SHARED = {
  absWorkingDir: PHONE,
  bundle: true,
  format: "esm",
  minify: true,
  target: TARGET,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  outdir: DIST,
};

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Name of the file that an entry point became, relative to dist. */
function outputOf(metafile, entry) {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entry);
  if (found === undefined) throw new Error(`${entry} gave no output`);
  return { name: relative(DIST, join(PHONE, found[0])), output: found[1] };
}

async function buildWorker() {
  const { metafile } = await build({
    ...SHARED,
    format: "iife",
    entryPoints: ["src/worker.ts"],
    entryNames: "[name]-[hash]",
  });
  return outputOf(metafile, "src/worker.ts").name;
}

async function buildPages(workerName) {
  const { metafile } = await build({
    ...SHARED,
    entryPoints: ["src/main.ts"],
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    assetNames: "[name]-[hash]",
    splitting: true,
    define: { __WORKER_URL__: JSON.stringify(workerName) },
  });
  const { name, output } = outputOf(metafile, "src/main.ts");
  const parts = output.imports
    .filter((part) => part.kind === "import-statement" && !part.external)
    .map((part) => relative(DIST, join(PHONE, part.path)));
  const styles = output.cssBundle ? relative(DIST, join(PHONE, output.cssBundle)) : null;
  return { script: name, styles, parts };
}

/** Copy public/ and put the hashed names into the page. */
function writePublic({ script, styles }) {
  cpSync(join(PHONE, "public"), DIST, { recursive: true });
  const page = join(DIST, "index.html");
  let html = readFileSync(page, "utf8").replace('src="main.js"', `src="${script}"`);
  if (styles !== null) html = html.replace('href="main.css"', `href="${styles}"`);
  writeFileSync(page, html);
}

/** Build the service worker last: it names every other file with its hash. */
async function buildServiceWorker() {
  const files = filesBelow(DIST);
  const precache = files.map((name) => ({
    url: name === "index.html" ? "./" : name,
    revision: hashOf(readFileSync(join(DIST, name))).slice(0, 16),
  }));
  await build({
    ...SHARED,
    entryPoints: ["src/sw.ts"],
    format: "iife",
    define: {
      __PRECACHE__: JSON.stringify(precache),
      __RELEASE__: JSON.stringify(hashOf(JSON.stringify(precache)).slice(0, 16)),
    },
  });
}

function writeRelease() {
  const files = Object.fromEntries(
    filesBelow(DIST).map((name) => [name, hashOf(readFileSync(join(DIST, name)))]),
  );
  const release = hashOf(JSON.stringify(files));
  writeFileSync(join(DIST, "release.json"), `${JSON.stringify({ release, files }, null, 1)}\n`);
  return release;
}

function checkFirstLoad({ script, styles, parts }) {
  const names = ["index.html", script, ...parts, ...(styles === null ? [] : [styles])];
  const bytes = names
    .map((name) => gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length)
    .reduce((sum, size) => sum + size, 0);
  if (bytes > FIRST_LOAD_BYTES) {
    throw new Error(`first load is ${bytes} bytes compressed; ${FIRST_LOAD_BYTES} is the most`);
  }
  return bytes;
}

/** Compressed bytes of the core alone, as if there were no pages. */
async function coreBytes() {
  const { metafile, outputFiles } = await build({
    ...SHARED,
    entryPoints: ["src/app.ts"],
    splitting: true,
    write: false,
    define: { __WORKER_URL__: "null" },
  });
  const entry = Object.entries(metafile.outputs).find(([, one]) => one.entryPoint === "src/app.ts");
  const parts = entry[1].imports.filter(({ kind }) => kind === "import-statement");
  const names = [entry[0], ...parts.map(({ path }) => path)].map((name) => join(PHONE, name));
  const bytes = outputFiles
    .filter(({ path }) => names.includes(path))
    .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  if (bytes > CORE_BYTES) {
    throw new Error(`the core is ${bytes} bytes compressed; ${CORE_BYTES} is the most`);
  }
  return bytes;
}

const kibibytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const compressed = (name) =>
  kibibytes(gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length);

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const worker = await buildWorker();
const pages = await buildPages(worker);
writePublic(pages);
await buildServiceWorker();
const release = writeRelease();
const first = kibibytes(checkFirstLoad(pages));
const core = kibibytes(await coreBytes());
process.stdout.write(
  `phone app: ${first} first load (core ${core}), then worker ${compressed(worker)} and service worker ` +
    `${compressed("sw.js")}, release ${release.slice(0, 16)}\n`,
);
