/**
 * WebM and Matroska: elements with a number and a size.
 *
 * Source: RFC 8794 and RFC 9559. Elements are found by their distance from the start, so nothing moves:
 * what goes becomes a Void element of the same size, texts that must be there become zeros. A recorder
 * that writes as it records leaves sizes open; the elements inside follow one another all the same, so
 * the file is read as one row of elements. Other tracks than picture and sound are refused.
 */
import type { Bytes } from "../bytes.ts";
import { type Cleaned, damaged, mentions } from "./cleaned.ts";

const numbers = (text: string): ReadonlySet<number> =>
  new Set(text.split(" ").map((one) => Number.parseInt(one, 16)));
/** Segment, Cluster, Info, Tracks, TrackEntry, BlockGroup: what is inside is looked at one by one. */
const HOLDERS = numbers("18538067 1f43b675 1549a966 1654ae6b ae a0");
const OPEN_ENDED = numbers("18538067 1f43b675");
/** EBML, SeekHead, Cues; times and blocks of a Cluster; scale and length of the film. */
const FRAME = "1a45dfa3 114d9b74 1c53bb6b e7 a3 a1 ab a7 9b fb 75a1 75a2 2ad7b1 4489";
/** Number, kind, codec and looks of a track. */
const TRACK =
  "d7 73c5 83 b9 88 55aa 9c 22b59c 86 63a2 56aa 56bb 23e383 23314f 6de7 6df8 55ee e0 e1 6d80";
const KEPT = numbers(`${FRAME} ${TRACK}`);
/** Names of the programs that wrote the file: must be there, may be empty. */
const BLANKED = numbers("4d80 5741");
const [TRACK_KIND, CODEC, VOID] = [0x83, 0x86, 0xec];
const [PICTURE, SOUND] = [1, 2];

interface Element {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  /** Where it ends; null when its size is open. */
  readonly end: number | null;
}

/** Length of a number by the zeros before its first one. */
function widthAt(bytes: Bytes, at: number, most: number): number {
  const width = Math.clz32(bytes[at] ?? 0) - 23;
  if (width > most || at + width > bytes.length) damaged();
  return width;
}

function numberAt(bytes: Bytes, at: number, width: number, first: number): number {
  let value = first;
  for (let index = 1; index < width; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

function elementAt(bytes: Bytes, start: number): Element {
  const idBytes = widthAt(bytes, start, 4);
  const id = numberAt(bytes, start, idBytes, bytes[start] ?? 0);
  const at = start + idBytes;
  const sizeBytes = widthAt(bytes, at, 8);
  const size = numberAt(bytes, at, sizeBytes, (bytes[at] ?? 0) & (0xff >> sizeBytes));
  const body = at + sizeBytes;
  if (size === 2 ** (7 * sizeBytes) - 1) {
    if (!OPEN_ENDED.has(id)) damaged();
    return { id, start, body, end: null };
  }
  const end = body + size;
  if (end > bytes.length) damaged();
  return { id, start, body, end };
}

function voidOver(bytes: Bytes, start: number, end: number): void {
  bytes.fill(0, start, end);
  bytes[start] = VOID;
  const length = end - start;
  // One byte tells a size of up to 126; eight bytes any.
  if (length - 2 <= 126) {
    bytes[start + 1] = 0x80 | (length - 2);
    return;
  }
  bytes[start + 1] = 0x01;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(start + 5, length - 9);
}

/** Sound coded as Vorbis carries a text of its own in the codec's set-up. */
function checkTrack(bytes: Bytes, { id, body, end }: Element): void {
  const value = bytes.subarray(body, end ?? body);
  const isShown = value.at(-1) === PICTURE || value.at(-1) === SOUND;
  if (id === TRACK_KIND && !isShown) damaged();
  if (id === CODEC && mentions(value, "VORBIS")) damaged();
}

/** The same film in as many bytes, saying nothing but picture and sound. */
export function cleanWebm(original: Bytes): Cleaned {
  const bytes = original.slice();
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    const { id, start, body, end } = element;
    checkTrack(bytes, element);
    if (end === null || HOLDERS.has(id)) {
      at = body;
      continue;
    }
    if (BLANKED.has(id)) bytes.fill(0, body, end);
    else if (!KEPT.has(id)) voidOver(bytes, start, end);
    at = end;
  }
  return { bytes, place: mentions(original, "LOCATION") };
}
