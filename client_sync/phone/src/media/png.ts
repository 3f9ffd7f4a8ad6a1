/**
 * PNG: a row of named chunks.
 *
 * Source: W3C PNG, third edition. What stays: header, palette, points, transparency, the plain colour
 * chunks and those of animation. Text, time, profiles, camera's notes and makers' chunks go.
 */
import { type Bytes, concat, readUint, uint, utf8 } from "../bytes.ts";
import { type Cleaned, damaged, fourLetters, mentions } from "./cleaned.ts";
import { readNotes, uprightNotes } from "./exif.ts";

const SIGNATURE_BYTES = 8;
/** Length, name and check value around each body. */
const AROUND_BYTES = 12;
const KEPT: ReadonlySet<string> = new Set([
  ..."IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB cICP sBIT bKGD pHYs acTL fcTL fdAT".split(" "),
]);
const CRC_POLYNOMIAL = 0xedb88320;

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1;
  }
  return ~crc >>> 0;
}

function chunk(name: string, body: Uint8Array): Bytes {
  const named = concat(utf8(name), body);
  return concat(uint(body.length, 4), named, uint(crc32(named), 4));
}

interface Chunk {
  readonly name: string;
  readonly body: Bytes;
  /** With its length and check value. */
  readonly whole: Bytes;
}

/** Every chunk up to the end of the picture; what follows it is none of it. */
function readChunks(bytes: Bytes): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; chunks.at(-1)?.name !== "IEND"; ) {
    const end = at + AROUND_BYTES + readUint(bytes, at, 4);
    if (end > bytes.length) damaged();
    const name = fourLetters(bytes, at + 4);
    chunks.push({ name, body: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) });
    at = end;
  }
  return chunks;
}

/** The camera's notes with all but which way is up taken out. */
function keptOf({ name, body, whole }: Chunk): readonly Uint8Array[] {
  if (KEPT.has(name)) return [whole];
  const upright = name === "eXIf" ? uprightNotes(readNotes(body).orientation) : null;
  return upright === null ? [] : [chunk("eXIf", upright)];
}

/** Copy what shows the picture, and which way is up. */
export function cleanPng(bytes: Bytes): Cleaned {
  const chunks = readChunks(bytes);
  const place = chunks.some(
    ({ name, body }) =>
      (name === "eXIf" && readNotes(body).place) || (name === "iTXt" && mentions(body, "GPSL")),
  );
  return { bytes: concat(bytes.subarray(0, SIGNATURE_BYTES), ...chunks.flatMap(keptOf)), place };
}
