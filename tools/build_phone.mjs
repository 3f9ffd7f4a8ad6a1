// Build the phone app into client_sync/phone/dist.
//
// Theory of operation: everything a page loads gets its content's hash into its name, so that a
// cache can keep it for ever and an update replaces whole files or nothing. Page, worker and the
// background sync are one set of modules: what two of them need is one file, which comes over the
// line once. The service worker keeps its plain name (a browser finds updates by it) and carries the
// list of files that make up the app. Text lies beside its brotli and gzip copies, so that a web
// server sends the smallest without work. No date, path or random name enters a file: the same
// sources give the same bytes, and `release.json` holds the one hash over them that a signed
// directory can name.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
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

const RUNNER = "src/sync/runner.ts";

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

/** A name with the hash of what is under it, as esbuild writes them. */
function hashedName(name, bytes) {
  const digest = createHash("sha256").update(bytes).digest();
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const hash = [...digest.subarray(0, 8)].map((byte) => letters[byte & 31]).join("");
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}

/** Files of public/ that others name: icons first, then the manifest that names some of them. */
function writePublic() {
  const names = filesBelow(join(PHONE, "public")).filter((name) => name !== "index.html");
  const order = (name) => Number(name.endsWith(".webmanifest"));
  const renamed = new Map();
  for (const name of names.sort((one, other) => order(one) - order(other))) {
    let bytes = readFileSync(join(PHONE, "public", name));
    if (order(name) === 1) {
      let text = bytes.toString("utf8");
      for (const [before, after] of renamed) text = text.replaceAll(`"${before}"`, `"${after}"`);
      bytes = Buffer.from(text);
    }
    renamed.set(name, hashedName(name, bytes));
    const path = join(DIST, renamed.get(name));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return renamed;
}

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
  return [...found].map((path) => relative(DIST, join(PHONE, path)));
}

/** Page, worker and background sync, as modules that share what they have in common. */
async function buildModules(iconsName) {
  const { metafile } = await build({
    ...SHARED,
    entryPoints: ["src/main.ts", "src/worker.ts", "src/background.ts"],
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    splitting: true,
    define: { __ICONS_URL__: JSON.stringify(iconsName) },
  });
  const { name: script, output } = outputOf(metafile, "src/main.ts");
  const worker = outputOf(metafile, "src/worker.ts").name;
  const background = outputOf(metafile, "src/background.ts").name;
  const styles = output.cssBundle ? relative(DIST, join(PHONE, output.cssBundle)) : null;
  const parts = closureOf(metafile, script).filter((name) => name !== script);
  // A page asks for them only when they are wanted; without a network they must be there then.
  const asked = ["src/worker.ts", "src/carry.ts", RUNNER].map((entry) => outputOf(metafile, entry));
  const names = [script, ...asked.map(({ name }) => name)];
  const files = names.flatMap((name) => closureOf(metafile, name));
  const needed = new Set(["index.html", iconsName, styles, ...files]);
  return { script, styles, parts, worker, background, needed };
}

/** The page, with the hashed names of what it loads; parts are named too, so that all come at once. */
function writePage({ script, styles, parts, worker }, renamed) {
  let html = readFileSync(join(PHONE, "public", "index.html"), "utf8");
  const names = [...renamed, ["main.js", script], ["worker.js", worker]];
  if (styles !== null) names.push(["main.css", styles]);
  for (const [before, after] of names) html = html.replaceAll(`"${before}"`, `"${after}"`);
  const links = parts.map((name) => `    <link rel="modulepreload" href="${name}">\n`).join("");
  html = html.replace("    <script", `${links}    <script`);
  writeFileSync(join(DIST, "index.html"), html);
}

/** When the service worker stores a file: see `AppFile` in src/sw/strategies.ts. */
function tierOf(name, { needed }) {
  if (name.startsWith("messages.")) return "spoken";
  return needed.has(name) ? "install" : "later";
}

/** Build the service worker last: it names every other file with its hash. */
async function buildServiceWorker(modules) {
  // The background sync lies with the service worker itself.
  const names = filesBelow(DIST).filter((name) => name !== modules.background);
  const files = names.map((name) => ({
    url: name === "index.html" ? "./" : name,
    keep: tierOf(name, modules),
  }));
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

const TEXT = /\.(?:js|css|html|svg|webmanifest|json)$/;

/** Put brotli and gzip copies beside every text, for web servers that send them as they lie. */
function writeCompressed() {
  for (const name of filesBelow(DIST).filter((file) => TEXT.test(file))) {
    const bytes = readFileSync(join(DIST, name));
    writeFileSync(join(DIST, `${name}.br`), brotliCompressSync(bytes));
    writeFileSync(join(DIST, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
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
const brotli = (names) =>
  kibibytes(names.reduce((sum, name) => sum + readFileSync(join(DIST, `${name}.br`)).length, 0));

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const renamed = writePublic();
const iconsName = renamed.get("icons.svg");
const modules = await buildModules(iconsName);
writePage(modules, renamed);
await buildServiceWorker(modules);
const release = writeRelease();
writeCompressed();
const first = kibibytes(checkFirstLoad(modules));
const core = kibibytes(await coreBytes());
const { script, styles, parts } = modules;
const page = ["index.html", script, ...parts, ...(styles === null ? [] : [styles])];
const whole = [...modules.needed, "sw.js"].filter((name) => name !== null);
process.stdout.write(
  `phone app: ${first} first load (core ${core}); with brotli ${brotli(page)}, ` +
    `installed ${brotli(whole)}, release ${release.slice(0, 16)}\n`,
);
