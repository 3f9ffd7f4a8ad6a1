/**
 * JPEG: segments behind markers, then scans.
 *
 * Source: ITU-T T.81 annex B; JFIF 1.02 for APP0, Adobe technical note 5116 for APP14. What stays is
 * what a decoder needs; of the camera's notes only which way is up. What follows the end of the picture
 * (second pictures, the film of a "motion photo", makers' trailers) goes.
 */
import { type Bytes, concat, readUint, uint, utf8 } from "../bytes.ts";
import { type Cleaned, damaged, fourLetters, mentions } from "./cleaned.ts";
import { readNotes, uprightNotes } from "./exif.ts";

const MARK = 0xff;
const [SOF0, SOI, EOI, SOS] = [0xc0, 0xd8, 0xd9, 0xda];
const [APP0, APP1, APP14] = [0xe0, 0xe1, 0xee];
/** Length field of an Adobe segment: longer ones carry more than the colour transform. */
const ADOBE_BYTES = 14;
const EXIF_NAME = utf8("Exif\0\0");
/** Name, version and density of a JFIF segment; after them stand a thumbnail's width, height and points. */
const JFIF_BYTES = 12;

/** Frames, tables, restart interval, line count: SOF0-15, DHT, DAC, DQT, DNL, DRI. */
function isNeeded(marker: number): boolean {
  const isFrameOrTable = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8;
  return isFrameOrTable || (marker >= 0xdb && marker <= 0xdd);
}

function segment(marker: number, body: Uint8Array): Bytes {
  return concat(Uint8Array.of(MARK, marker), uint(body.length + 2, 2), body);
}

/** Where the coded points of a scan end: at the first marker that is no restart and no stuffed byte. */
function endOfScan(bytes: Bytes, from: number): number {
  for (let at = bytes.indexOf(MARK, from); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const next = bytes[at + 1] ?? damaged();
    const isCoded = next === 0 || next === MARK || (next >= 0xd0 && next <= 0xd7);
    if (!isCoded) return at;
  }
  return damaged();
}

class Segments {
  readonly kept: Uint8Array[] = [];
  place = false;
  orientation = 1;

  take(marker: number, body: Bytes): void {
    if (isNeeded(marker) || marker === SOS) this.kept.push(segment(marker, body));
    else if (marker === APP0 && fourLetters(body, 0) === "JFIF")
      this.kept.push(segment(APP0, concat(body.subarray(0, JFIF_BYTES), new Uint8Array(2))));
    else if (marker === APP14 && fourLetters(body, 0) === "Adob")
      this.kept.push(segment(APP14, body.subarray(0, ADOBE_BYTES - 2)));
    else if (marker === APP1) this.#read(body);
  }

  #read(body: Bytes): void {
    if (fourLetters(body, 0) !== "Exif") {
      this.place ||= mentions(body, "GPSL");
      return;
    }
    const notes = readNotes(body.subarray(EXIF_NAME.length));
    this.place ||= notes.place;
    if (notes.orientation !== 1) this.orientation = notes.orientation;
  }
}

interface Segment {
  readonly marker: number;
  readonly body: Bytes;
  readonly end: number;
}

function segmentAt(bytes: Bytes, from: number): Segment {
  if (bytes[from] !== MARK) damaged();
  let at = from + 1;
  // Any number of fill bytes may stand before a marker.
  while (bytes[at] === MARK) at += 1;
  const marker = bytes[at] ?? damaged();
  if (marker === EOI) return { marker, body: bytes.subarray(at, at), end: at + 1 };
  const length = readUint(bytes, at + 1, 2);
  const end = at + 1 + length;
  if (marker < SOF0 || length < 2 || end > bytes.length) damaged();
  return { marker, body: bytes.subarray(at + 3, end), end };
}

/** Copy the picture and which way is up. */
export function cleanJpeg(bytes: Bytes): Cleaned {
  const segments = new Segments();
  let { marker, body, end } = segmentAt(bytes, 2);
  while (marker !== EOI) {
    segments.take(marker, body);
    let at = end;
    if (marker === SOS) {
      at = endOfScan(bytes, end);
      segments.kept.push(bytes.subarray(end, at));
    }
    ({ marker, body, end } = segmentAt(bytes, at));
  }
  const notes = uprightNotes(segments.orientation);
  const upright = notes === null ? [] : [segment(APP1, concat(EXIF_NAME, notes))];
  const kept = [...jfifFirst(segments.kept, upright), Uint8Array.of(MARK, EOI)];
  return { bytes: concat(Uint8Array.of(MARK, SOI), ...kept), place: segments.place };
}

/** JFIF must follow the start; the notes come next. */
function jfifFirst(kept: readonly Uint8Array[], upright: readonly Uint8Array[]): Uint8Array[] {
  const isJfif = kept[0]?.[1] === APP0;
  return isJfif ? [...kept.slice(0, 1), ...upright, ...kept.slice(1)] : [...upright, ...kept];
}
