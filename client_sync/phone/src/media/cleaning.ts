/** Which cleaner a file wants, by what it is and not by what it is called. */
import { type Bytes, sameBytes } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { type Cleaned, fourLetters } from "./cleaned.ts";
import { cleanJpeg } from "./jpeg.ts";
import { cleanMp4, isFilm } from "./mp4.ts";
import { cleanPng } from "./png.ts";
import { cleanWebm } from "./webm.ts";
import { cleanWebp } from "./webp.ts";

type Cleaner = (bytes: Bytes) => Cleaned;

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff);
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const EBML = Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3);

function begins(bytes: Bytes, magic: Uint8Array): boolean {
  return sameBytes(bytes.subarray(0, magic.length), magic);
}

function isWebp(bytes: Bytes): boolean {
  return fourLetters(bytes, 0) === "RIFF" && fourLetters(bytes, 8) === "WEBP";
}

function cleanerFor(bytes: Bytes): Cleaner | null {
  if (begins(bytes, JPEG)) return cleanJpeg;
  if (begins(bytes, PNG)) return cleanPng;
  if (begins(bytes, EBML)) return cleanWebm;
  if (isWebp(bytes)) return cleanWebp;
  return isFilm(bytes) ? cleanMp4 : null;
}

/** The file without its notes; a kind that is not known raises `MediaError`. */
export function cleaned(bytes: Bytes): Cleaned {
  const cleaner = cleanerFor(bytes);
  if (cleaner === null) throw new MediaError("media-unknown");
  return cleaner(bytes);
}

/** What was found in a file. */
export interface Examined {
  /** `silent`: nothing beside what it shows; `speaks`: `without` is it without; `unknown`: cannot be told. */
  readonly kind: "silent" | "speaks" | "unknown";
  readonly place: boolean;
  readonly without: File | null;
}

const UNKNOWN: Examined = { kind: "unknown", place: false, without: null };

/** Look into a file; it is read whole, which its largest size allows (25 MiB). */
export async function examine(file: File): Promise<Examined> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { bytes: without, place } = cleaned(bytes);
    if (sameBytes(bytes, without)) return { kind: "silent", place: false, without: null };
    return { kind: "speaks", place, without: namedLike(file, without) };
  } catch {
    // Not a kind we clean, or damaged, or gone: all of it means that nothing can be promised.
    return UNKNOWN;
  }
}

/** The same name for the same file; a time of change would say when it was made. */
function namedLike(file: File, content: Bytes): File {
  return new File([content], file.name, { type: file.type, lastModified: 0 });
}
