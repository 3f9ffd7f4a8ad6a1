// What the app may weigh; a build that is heavier fails.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { PIECE } from "./packs.mjs";
import { DIST, filesBelow, PHONE, SHARED } from "./places.mjs";

/** Compressed bytes until the first page stands, in one language: 25 s of a line of 32 kbit/s. */
export const FIRST_LOAD_BYTES = 100 * 1024;

/** Bytes of everything that a phone ever stores of a release, one language, as it lies in its cache. */
export const INSTALLED_BYTES = 400 * 1024;

/** Of the first load the core (all but the pages and the sentences of errors) at most: the pages must have room to grow. */
const CORE_BYTES = 55 * 1024;

const read = (name) => readFileSync(join(DIST, name));
const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
const zipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

function within(what, bytes, most) {
  if (bytes > most) throw new Error(`${what} is ${bytes} bytes compressed; ${most} is the most`);
  return bytes;
}

const spoken = () => filesBelow(DIST).filter((name) => /^messages\.[a-z]+-.*\.js$/.test(name));

/** The heaviest of the languages, in bytes as `weigh` counts them. */
const heaviest = (weigh) => Math.max(...spoken().map((name) => weigh(read(name))));

/** What comes before the first page stands, whatever the language. */
const lead = ({ first }, loader) => ["index.html", loader, "sw.js", ...first.pieces.map(([name]) => name)];

/** The pieces of the heaviest language, in bytes as `weigh` counts them. */
const heaviestPack = ({ spoken }, weigh) =>
  Math.max(...Object.values(spoken).map(({ pieces }) => sum(pieces.map(([name]) => weigh(read(name))))));

/** What a first visit loads before its page stands, by gzip, which every server can send. */
export function firstLoadBytes(packs, loader) {
  const bytes = sum(lead(packs, loader).map((name) => zipped(read(name))));
  return within("the first load", bytes + heaviestPack(packs, zipped), FIRST_LOAD_BYTES);
}

/** What comes over the line until all that must be there without a network is, by brotli, in one language. */
export function installBytes(packs, loader) {
  const squeezed = (bytes) => brotliCompressSync(bytes).length;
  const names = [...lead(packs, loader), ...packs.rest.pieces.map(([name]) => name)];
  return sum(names.map((name) => squeezed(read(name)))) + heaviestPack(packs, squeezed);
}

/** What everything takes, compressed as it comes, one language, the parts that come later among it. */
export function installedBytes(oneFile) {
  const isKept = (name) =>
    !/\.(?:gz|br)$/.test(name) && !PIECE.test(name) && !spoken().includes(name) && name !== oneFile;
  const bytes = sum(
    filesBelow(DIST)
      .filter(isKept)
      .map((name) => zipped(read(name))),
  );
  return within("the installed app", bytes + heaviest(zipped), INSTALLED_BYTES);
}

/** Compressed bytes of the core alone, as if there were neither pages nor sentences for people. */
export async function coreBytes() {
  const { metafile, outputFiles } = await build({
    ...SHARED,
    entryPoints: ["src/client.ts"],
    splitting: true,
    write: false,
  });
  const made = Object.entries(metafile.outputs);
  const entry = made.find(([, one]) => one.entryPoint === "src/client.ts");
  const parts = entry[1].imports.filter(({ kind }) => kind === "import-statement");
  const names = [entry[0], ...parts.map(({ path }) => path)].map((name) => join(PHONE, name));
  const sizes = outputFiles.filter(({ path }) => names.includes(path));
  return within("the core", sum(sizes.map(({ contents }) => zipped(contents))), CORE_BYTES);
}
