/** Boxes of ISO/IEC 14496-12: a size, four letters, a body. */
import { type Bytes, readUint } from "../bytes.ts";
import { damaged, fourLetters } from "./cleaned.ts";

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Box extends Range {
  readonly name: string;
  /** Where its body begins. */
  readonly body: number;
}

function boxAt(bytes: Bytes, start: number, limit: number): Box {
  if (start + 8 > limit) damaged();
  const name = fourLetters(bytes, start + 4);
  const short = readUint(bytes, start, 4);
  const isLong = short === 1;
  if (isLong && start + 16 > limit) damaged();
  const body = start + (isLong ? 16 : 8);
  const size = isLong
    ? readUint(bytes, start + 8, 4) * 2 ** 32 + readUint(bytes, start + 12, 4)
    : short;
  // Zero means "to the end of the file".
  const end = short === 0 ? limit : start + size;
  if (end < body || end > limit) damaged();
  return { name, start, body, end };
}

/** The boxes that fill a range, without a byte left over. */
export function boxesIn(bytes: Bytes, from: number, until: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < until; at = boxes.at(-1)?.end ?? until) {
    // QuickTime closes some lists with a zero in place of a box.
    if (until - at < 8 && bytes.subarray(at, until).every((byte) => byte === 0)) break;
    boxes.push(boxAt(bytes, at, until));
  }
  return boxes;
}

export function childrenOf(bytes: Bytes, { body, end }: Box): Box[] {
  return boxesIn(bytes, body, end);
}
