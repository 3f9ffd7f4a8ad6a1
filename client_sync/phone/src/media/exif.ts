/** The two things read in a camera's notes (Exif, a TIFF directory): which way is up, and whether it names a place. */
import { type Bytes, concat } from "../bytes.ts";

const ORIENTATION = 0x0112;
const GPS = 0x8825;
const ENTRY_BYTES = 12;
const SHORT = 3;
/** 1 is upright as it lies; 2 to 8 are turned or mirrored. */
const UPRIGHT = 1;
const LAST_ORIENTATION = 8;

export interface CameraNotes {
  readonly orientation: number;
  readonly place: boolean;
}

/** Where the entries of the first directory lie, and how numbers are written; null for what is none. */
function entriesOf(tiff: Uint8Array): { view: DataView; little: boolean; places: number[] } | null {
  const order = String.fromCharCode(tiff[0] ?? 0, tiff[1] ?? 0);
  const little = order === "II";
  if ((!little && order !== "MM") || tiff.length < 8) return null;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const start = view.getUint32(4, little);
  if (start + 2 > tiff.length) return null;
  const fitting = Math.floor((tiff.length - start - 2) / ENTRY_BYTES);
  const count = Math.min(fitting, view.getUint16(start, little));
  const places = Array.from({ length: count }, (_, index) => start + 2 + index * ENTRY_BYTES);
  return { view, little, places };
}

/** Read a TIFF directory; what is not one says nothing. */
export function readNotes(tiff: Uint8Array): CameraNotes {
  const entries = entriesOf(tiff);
  if (entries === null) return { orientation: UPRIGHT, place: false };
  const { view, little, places } = entries;
  const at = (tag: number) => places.find((entry) => view.getUint16(entry, little) === tag);
  const turned = at(ORIENTATION);
  const orientation = turned === undefined ? UPRIGHT : view.getUint16(turned + 8, little);
  const isKnown = orientation > UPRIGHT && orientation <= LAST_ORIENTATION;
  return { orientation: isKnown ? orientation : UPRIGHT, place: at(GPS) !== undefined };
}

/** A TIFF directory that says which way is up and nothing else; null when the picture lies upright. */
export function uprightNotes(orientation: number): Bytes | null {
  if (orientation === UPRIGHT) return null;
  const head = Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1);
  const entry = Uint8Array.of(0x01, 0x12, 0, SHORT, 0, 0, 0, 1, 0, orientation, 0, 0);
  return concat(head, entry, new Uint8Array(4));
}
