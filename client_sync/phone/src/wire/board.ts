/** Board pages: sorted acknowledgement tags (sync.md section 3); signature and chain are `envelope/signing.ts`. */
import { type Bytes, compareBytes, readUint } from "../bytes.ts";
import type { BoardPage } from "../domain/sync.ts";
import { BoardError } from "../errors.ts";
import {
  BOARD_VERSION,
  ID_BYTES,
  MAX_TAGS,
  SIGNATURE_BYTES,
  TAG_BYTES,
} from "../generated/constants.ts";

const HEAD_BYTES = 1 + 4 + 4 + ID_BYTES + 2;
const PREV_AT = 9;

function ascending(tags: readonly Bytes[]): boolean {
  return tags.every((tag, index) => index === 0 || compareBytes(tags[index - 1] as Bytes, tag) < 0);
}

/** Read a page; it counts only once signature and chain are verified. */
export function decodePage(raw: Bytes): BoardPage {
  if (raw.length < HEAD_BYTES + SIGNATURE_BYTES) throw new BoardError("bad-page");
  const seq = readUint(raw, 1, 4);
  const count = readUint(raw, HEAD_BYTES - 2, 2);
  const expected = HEAD_BYTES + count * TAG_BYTES + SIGNATURE_BYTES;
  if (raw[0] !== BOARD_VERSION || seq < 1 || count > MAX_TAGS || raw.length !== expected) {
    throw new BoardError("bad-page");
  }
  const tags = Array.from({ length: count }, (_, index) => {
    const start = HEAD_BYTES + index * TAG_BYTES;
    return raw.slice(start, start + TAG_BYTES);
  });
  if (!ascending(tags)) throw new BoardError("bad-page");
  return { seq, day: readUint(raw, 5, 4), prev: raw.slice(PREV_AT, PREV_AT + ID_BYTES), tags, raw };
}
