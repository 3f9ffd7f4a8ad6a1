// Packs: files that are wanted together, one after the other, cut into pieces of equal size.
//
// Theory of operation: on a line that loses packets each request costs round trips, and each small file
// a header; a piece that is too large keeps a connection that has fallen silent. A pack begins with one
// line that says what is in it (client_sync/phone/src/load/pack.ts reads it).

import { readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { DIST, filesBelow, hashedName } from "./places.mjs";

/** Most bytes of a piece: about 11 KiB by brotli, three seconds of a line of 32 kbit/s; docs/adr/0093. */
const PIECE_BYTES = 32 * 1024;
/** Most bytes of a piece of what comes last: what is asked for twice in the end is shorter. */
const LAST_PIECE_BYTES = 24 * 1024;

/** Octets, under a name that every web server compresses. */
export const PIECE = /^piece-[A-Z2-7]{8}\.txt$/;

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

function packed(names) {
  const contents = names.map((name) => readFileSync(join(DIST, name)));
  const lines = names.map((name, at) => [name, TYPES[extname(name)], contents[at].length]);
  return Buffer.concat([Buffer.from(`${JSON.stringify(lines)}\n`), ...contents]);
}

/** Write a pack's pieces; their names and sizes, and the file that is stored last. */
function writePack(names, most = PIECE_BYTES) {
  const pack = packed(names);
  const count = Math.ceil(pack.length / most);
  const size = Math.ceil(pack.length / count);
  const pieces = [];
  for (let at = 0; at < pack.length; at += size) {
    const content = pack.subarray(at, at + size);
    const name = hashedName("piece.txt", content);
    writeFileSync(join(DIST, name), content);
    pieces.push([name, content.length]);
  }
  return { pieces, last: names.at(-1) };
}

/**
 * The packs of a release: what the first page needs, what else opens, writes, seals and queues, what comes
 * after a report is sealed, and each language but English.
 */
export function writePacks({ first, rest, after }) {
  const language = (name) => /^messages\.([a-z]+)-.*\.js$/.exec(name)?.[1];
  const languages = filesBelow(DIST).filter((name) => !["en", "index", undefined].includes(language(name)));
  const spoken = Object.fromEntries(languages.map((name) => [language(name), writePack([name])]));
  return { first: writePack(first), rest: writePack(rest), after: writePack(after, LAST_PIECE_BYTES), spoken };
}
