// Where the phone app's sources lie and where its build goes, and how a file is named by its content.

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const PHONE = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "..",
  "client_sync",
  "phone",
);
export const DIST = join(PHONE, "dist");

/** Oldest browsers served; a seized drawer of old phones is the normal case. */
const TARGET = ["chrome100", "firefox100", "safari15.4"];

/** What every build of the app has in common. */
export const SHARED = {
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

export const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Names of all files of a folder, in an order that no file system decides. */
export function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Name of the file that an entry point became, relative to dist. */
export function outputOf(metafile, entry) {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entry);
  if (found === undefined) throw new Error(`${entry} gave no output`);
  return { name: nameInDist(found[0]), output: found[1] };
}

/** What esbuild calls a file, as a name in dist. */
export const nameInDist = (path) => relative(DIST, join(PHONE, path));

/** A name with the hash of what is under it, as esbuild writes them. */
export function hashedName(name, bytes) {
  const digest = createHash("sha256").update(bytes).digest();
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const hash = [...digest.subarray(0, 8)].map((byte) => letters[byte & 31]).join("");
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}
