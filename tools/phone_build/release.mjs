// What makes up a release: every file with its hash, and one hash over them (docs/spec/release.md).

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { DIST, filesBelow, hashOf } from "./places.mjs";

const TEXT = /\.(?:js|css|html|svg|txt|webmanifest|json)$/;

/** Put brotli and gzip copies beside every text, for web servers that send them as they lie. */
export function writeCompressed() {
  for (const name of filesBelow(DIST).filter((file) => TEXT.test(file))) {
    const bytes = readFileSync(join(DIST, name));
    writeFileSync(join(DIST, `${name}.br`), brotliCompressSync(bytes));
    writeFileSync(join(DIST, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

/** Hash what is in dist now; to be called when all files of a web server are there. */
export function hashedFiles() {
  const files = Object.fromEntries(
    filesBelow(DIST).map((name) => [name, hashOf(readFileSync(join(DIST, name)))]),
  );
  return { files, release: hashOf(JSON.stringify(files)) };
}

/** Write release.json, canonical JSON, with the hash of the app as one file beside the others'. */
export function writeRelease({ files, release }, oneFile) {
  const one_file = { name: oneFile, sha256: hashOf(readFileSync(join(DIST, oneFile))) };
  writeFileSync(join(DIST, "release.json"), JSON.stringify({ files, one_file, release, v: 1 }));
}
