/**
 * WebP: chunks of a RIFF file.
 *
 * Source: RFC 9649. What stays: points, transparency, animation and the header that announces them;
 * profiles, notes and unknown chunks go, inside the frames of an animation too.
 */
import { type Bytes, concat, utf8 } from "../bytes.ts";
import { type Cleaned, damaged, fourLetters, mentions } from "./cleaned.ts";
import { readNotes, uprightNotes } from "./exif.ts";

const HEADER_BYTES = 12;
const FRAME_HEADER_BYTES = 16;
const KEPT: ReadonlySet<string> = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"]);
/** Flags of VP8X: profile, Exif and XMP are announced there. */
const [PROFILE, EXIF, XMP] = [0x20, 0x08, 0x04];

interface Chunk {
  readonly name: string;
  readonly body: Bytes;
}

function littleEndian(value: number): Bytes {
  return Uint8Array.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
}

function readChunks(bytes: Bytes): Chunk[] {
  const chunks: Chunk[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    if (at + 8 > bytes.length) damaged();
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length;
    if (end > bytes.length) damaged();
    chunks.push({ name: fourLetters(bytes, at), body: bytes.subarray(at + 8, end) });
    at = end + (length % 2);
  }
  return chunks;
}

function written({ name, body }: Chunk): Bytes {
  return concat(utf8(name), littleEndian(body.length), body, new Uint8Array(body.length % 2));
}

function cleanFrame(body: Bytes): Bytes {
  if (body.length < FRAME_HEADER_BYTES) damaged();
  const inner = readChunks(body.subarray(FRAME_HEADER_BYTES)).filter(({ name }) => KEPT.has(name));
  return concat(body.subarray(0, FRAME_HEADER_BYTES), ...inner.map(written));
}

function cleanChunk({ name, body }: Chunk, hasNotes: boolean): Chunk {
  if (name === "ANMF") return { name, body: cleanFrame(body) };
  if (name !== "VP8X") return { name, body };
  const flags = body.slice();
  flags[0] = ((flags[0] ?? 0) & ~(PROFILE | EXIF | XMP)) | (hasNotes ? EXIF : 0);
  return { name, body: flags };
}

/** Copy what shows the picture, and which way is up. */
export function cleanWebp(bytes: Bytes): Cleaned {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length || end < HEADER_BYTES) damaged();
  const chunks = readChunks(bytes.subarray(HEADER_BYTES, end));
  const notes = chunks.filter(({ name }) => name === "EXIF").map(({ body }) => notesIn(body));
  const turned = notes.find(({ orientation }) => orientation !== 1)?.orientation ?? 1;
  const isExtended = chunks.some(({ name }) => name === "VP8X");
  const upright = isExtended ? uprightNotes(turned) : null;
  const kept = chunks
    .filter(({ name }) => KEPT.has(name))
    .map((one) => written(cleanChunk(one, upright !== null)));
  if (kept.length === 0) damaged();
  if (upright !== null) kept.push(written({ name: "EXIF", body: upright }));
  const body = concat(utf8("WEBP"), ...kept);
  const place =
    notes.some((one) => one.place) ||
    chunks.some(({ name, body: text }) => name === "XMP " && mentions(text, "GPSL"));
  return { bytes: concat(utf8("RIFF"), littleEndian(body.length), body), place };
}

/** Some programs write the JPEG's name before the notes. */
function notesIn(body: Bytes): ReturnType<typeof readNotes> {
  return readNotes(fourLetters(body, 0) === "Exif" ? body.subarray(6) : body);
}
