/**
 * MP4 and QuickTime: boxes within boxes, and samples that are found by their distance from the start.
 *
 * Source: ISO/IEC 14496-12. Because of those distances nothing may move: a box that goes becomes a `free`
 * box of the same size filled with zeros, times and names are overwritten with zeros. Only tracks of
 * picture and sound stay; what no such track points at in `mdat` (positions noted during the film, for
 * one) is overwritten too. In files cut into fragments such other tracks are refused instead.
 */
import { type Bytes, readUint } from "../bytes.ts";
import { type Box, boxesIn, childrenOf, type Range } from "./boxes.ts";
import { type Cleaned, damaged, fourLetters, mentions } from "./cleaned.ts";
import { samplesOf } from "./samples.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const HOLDERS = words("moov trak mdia minf dinf stbl edts mvex moof traf mfra");
const KEPT = words(
  "ftyp styp mdat mvhd tkhd mdhd hdlr vmhd smhd nmhd dref stsd stts ctts cslg stsc stsz stco co64 " +
    "stss sdtp sgpd sbgp elst trex mehd mfhd tfhd tfdt trun sidx tfra mfro",
);
/** A sample table lies five boxes deep; a file that goes on and on is no film. */
const DEEPEST = 8;
const TRACK_KINDS = words("vide soun");
/** Boxes that begin with creation and modification time, after version and flags. */
const TIMED = words("mvhd tkhd mdhd");
/** In `hdlr` after version, flags, two kinds: reserved (a maker's code in QuickTime) and a name. */
const HANDLER_NAME_AT = 12;
/** In a picture's sample entry: the maker's code, and the 32 bytes of the coder's name. */
const MAKER_AT = 20;
const CODER_AT = 50;
const CODER_BYTES = 32;

function handlerOf(bytes: Bytes, track: Box): string {
  const [media] = childrenOf(bytes, track).filter(({ name }) => name === "mdia");
  if (media === undefined) damaged();
  const handler = childrenOf(bytes, media).find(({ name }) => name === "hdlr") ?? damaged();
  return fourLetters(bytes, handler.body + 8);
}

function free(bytes: Bytes, { start, body, end }: Box): void {
  bytes.set([0x66, 0x72, 0x65, 0x65], start + 4);
  bytes.fill(0, body, end);
}

/** Overwrite with zeros, as far as the box goes. */
function blank({ end }: Box, bytes: Bytes, from: number, until: number): void {
  bytes.fill(0, Math.min(end, from), Math.min(end, until));
}

function cleanTimes(bytes: Bytes, box: Box): void {
  const width = bytes[box.body] === 1 ? 16 : 8;
  blank(box, bytes, box.body + 4, box.body + 4 + width);
}

/** Where other files lie, by their paths: all that is needed stands in this one. */
function cleanPaths(bytes: Bytes, { body, end }: Box): void {
  for (const entry of boxesIn(bytes, Math.min(end, body + 8), end)) {
    blank(entry, bytes, entry.body + 4, entry.end);
  }
}

function cleanCoders(bytes: Bytes, { body, end }: Box): void {
  for (const entry of boxesIn(bytes, Math.min(end, body + 8), end)) {
    blank(entry, bytes, entry.start + MAKER_AT, entry.start + MAKER_AT + 4);
    blank(entry, bytes, entry.start + CODER_AT, entry.start + CODER_AT + CODER_BYTES);
  }
}

function cleanLeaf(bytes: Bytes, box: Box, track: string): void {
  if (TIMED.has(box.name)) cleanTimes(bytes, box);
  else if (box.name === "hdlr") blank(box, bytes, box.body + HANDLER_NAME_AT, box.end);
  else if (box.name === "dref") cleanPaths(bytes, box);
  else if (box.name === "stsd" && track === "vide") cleanCoders(bytes, box);
}

class Film {
  readonly bytes: Bytes;
  readonly shown: Range[] = [];
  tracks = 0;
  others = 0;
  isCut = false;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  clean(box: Box, track = "", depth = 0): void {
    if (depth > DEEPEST) damaged();
    const kind = box.name === "trak" ? handlerOf(this.bytes, box) : track;
    if (box.name === "moof") this.isCut = true;
    if (box.name === "trak" && !this.#keepsTrack(box, kind)) free(this.bytes, box);
    else if (HOLDERS.has(box.name))
      for (const child of childrenOf(this.bytes, box)) this.clean(child, kind, depth + 1);
    else if (KEPT.has(box.name)) cleanLeaf(this.bytes, box, kind);
    else free(this.bytes, box);
  }

  #keepsTrack(box: Box, kind: string): boolean {
    const isKept = TRACK_KINDS.has(kind);
    if (isKept) this.tracks += 1;
    else this.others += 1;
    if (isKept) this.shown.push(...samplesOf(this.bytes, box));
    return isKept;
  }
}

/** Overwrite what no track of picture or sound points at. */
function blankBetween(bytes: Bytes, { body, end }: Box, shown: readonly Range[]): void {
  let at = body;
  for (const range of shown) {
    if (range.start > at) bytes.fill(0, at, Math.min(range.start, end));
    at = Math.max(at, range.end);
    if (at >= end) return;
  }
  bytes.fill(0, at, end);
}

/** The same film in as many bytes, saying nothing but picture and sound. */
export function cleanMp4(original: Bytes): Cleaned {
  const bytes = original.slice();
  const boxes = boxesIn(bytes, 0, bytes.length);
  const film = new Film(bytes);
  for (const box of boxes) film.clean(box);
  if (film.tracks === 0 || (film.isCut && film.others > 0)) damaged();
  const shown = film.shown.sort((one, other) => one.start - other.start);
  if (!film.isCut)
    for (const box of boxes) if (box.name === "mdat") blankBetween(bytes, box, shown);
  return { bytes, place: saysPlace(original, boxes) };
}

/** Android and QuickTime write `©xyz`, Apple a key that ends in `ISO6709`, 3GPP `loci`. */
function saysPlace(bytes: Bytes, boxes: readonly Box[]): boolean {
  return boxes
    .filter(({ name }) => name !== "mdat")
    .map(({ start, end }) => bytes.subarray(start, end))
    .some((part) => ["\u00a9xyz", "ISO6709", "loci"].some((word) => mentions(part, word)));
}

/** Pictures in the same kind of box (HEIC, AVIF) are laid out otherwise. */
export function isFilm(bytes: Uint8Array): boolean {
  if (fourLetters(bytes, 4) !== "ftyp" || readUint(bytes, 0, 4) < 12) return false;
  return !/^(?:hei|hev|mif|msf|avi|j2k|crx)/.test(fourLetters(bytes, 8));
}
