/**
 * What waits on this phone, cut into parts that a screen can show.
 *
 * Theory of operation. One source has at most 200 pieces (symbols.md), so more than that is shown in
 * several parts, one after the other: what people wrote first, photos and files behind, as in
 * every other way out. A part is read from the store and sealed into a bundle only when it is opened.
 */
import type { Fineness, ShownPart } from "../app.ts";
import { writeBundle } from "../bundle/writer.ts";
import { type Bytes, concat } from "../bytes.ts";
import {
  BUNDLE_END_BYTES,
  BUNDLE_MAGIC,
  FRAME_HEADER_BYTES,
  MAX_PIECES,
  QR_SYMBOL_BYTES,
  SYMBOL_HEADER_BYTES,
} from "../generated/constants.ts";
import type { Row } from "../outbox/rows.ts";
import { drawCode } from "./picture.ts";
import { bundleWriter } from "./symbols.ts";

const SYMBOL_BYTES: Readonly<Record<Fineness, number>> = {
  fine: QR_SYMBOL_BYTES[0],
  middle: QR_SYMBOL_BYTES[1],
  coarse: QR_SYMBOL_BYTES[2],
};
const AROUND_BYTES = BUNDLE_MAGIC.length + FRAME_HEADER_BYTES + BUNDLE_END_BYTES;
/** A carried blob of the largest size is most likely a piece of a photo. */
const MEDIA_BYTES = 16_384;

type Part = readonly Row[];

function isMedia(row: Row): boolean {
  return row.kind === "chunk" || (row.kind === "courier" && row.sizeBytes >= MEDIA_BYTES);
}

/** Cut rows, the most urgent first, into parts of one kind that fit one source each. */
export function cutIntoParts(rows: readonly Row[], fineness: Fineness): readonly Part[] {
  const room = MAX_PIECES * (SYMBOL_BYTES[fineness] - SYMBOL_HEADER_BYTES) - AROUND_BYTES;
  const parts: Row[][] = [];
  let left = 0;
  const ordered = [...rows.filter((row) => !isMedia(row)), ...rows.filter(isMedia)];
  for (const row of ordered) {
    const needed = FRAME_HEADER_BYTES + row.sizeBytes;
    const last = parts.at(-1);
    const isSameKind = last?.[0] !== undefined && isMedia(last[0]) === isMedia(row);
    if (last !== undefined && isSameKind && needed <= left) {
      last.push(row);
      left -= needed;
    } else {
      parts.push([row]);
      left = room - needed;
    }
  }
  return parts;
}

/** Read one part and make it ready to be shown; blobs that went away in the meantime are left out. */
export async function openPart(
  part: Part,
  fineness: Fineness,
  blobOf: (id: string) => Promise<Bytes | undefined>,
): Promise<ShownPart> {
  async function* blobs(): AsyncGenerator<Bytes> {
    for (const row of part) {
      const blob = await blobOf(row.id);
      if (blob !== undefined) yield blob;
    }
  }
  const bytes: Bytes[] = [];
  for await (const piece of writeBundle(blobs())) bytes.push(piece);
  const writer = bundleWriter(concat(...bytes), SYMBOL_BYTES[fineness]);
  return {
    blobs: part.length,
    isMedia: part[0] !== undefined && isMedia(part[0]),
    pieces: writer.pieces,
    picture: (index) => drawCode(writer.symbol(index)),
  };
}
