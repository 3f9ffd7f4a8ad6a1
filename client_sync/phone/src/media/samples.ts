/** Where the samples of a film's track lie in the file (ISO/IEC 14496-12, sample table). */
import { type Bytes, readUint } from "../bytes.ts";
import { type Box, childrenOf, type Range } from "./boxes.ts";
import { damaged } from "./cleaned.ts";

/** Entries of a table: after version, flags and `head` bytes a count, then `width` bytes each. */
function tableAt(bytes: Bytes, { body, end }: Box, head: number, width: number): number {
  const count = readUint(bytes, body + 4 + head, 4);
  if (body + 8 + head + count * width > end) damaged();
  return count;
}

function find(boxes: readonly Box[], ...names: readonly string[]): Box | undefined {
  return boxes.find(({ name }) => names.includes(name));
}

/** Bytes that a run of samples takes. */
function lengthsOf(bytes: Bytes, boxes: readonly Box[]): (from: number, until: number) => number {
  // Sizes of less than a byte (`stz2`) come from no camera; what they cover is not told.
  const box = find(boxes, "stsz") ?? damaged();
  const same = readUint(bytes, box.body + 4, 4);
  const count = same > 0 ? readUint(bytes, box.body + 8, 4) : tableAt(bytes, box, 4, 4);
  return (from, until) => {
    if (until > count) damaged();
    if (same > 0) return (until - from) * same;
    let sum = 0;
    for (let at = from; at < until; at += 1) sum += readUint(bytes, box.body + 12 + 4 * at, 4);
    return sum;
  };
}

/** How many samples the chunk with each number (from 1) has. */
function countsOf(bytes: Bytes, box: Box, chunks: number): number[] {
  const runs = tableAt(bytes, box, 0, 12);
  const counts = new Array<number>(chunks).fill(0);
  for (let run = 0; run < runs; run += 1) {
    const at = box.body + 8 + 12 * run;
    const first = readUint(bytes, at, 4);
    const next = run + 1 < runs ? readUint(bytes, at + 12, 4) : chunks + 1;
    if (first < 1 || next < first) damaged();
    counts.fill(readUint(bytes, at + 4, 4), first - 1, next - 1);
  }
  return counts;
}

function startsOf(bytes: Bytes, box: Box): number[] {
  const width = box.name === "co64" ? 8 : 4;
  const count = tableAt(bytes, box, 0, width);
  return Array.from({ length: count }, (_, index) => {
    const at = box.body + 8 + width * index;
    const high = width === 8 ? readUint(bytes, at, 4) * 2 ** 32 : 0;
    return high + readUint(bytes, at + width - 4, 4);
  });
}

function sampleTable(bytes: Bytes, track: Box): Box[] {
  let boxes = childrenOf(bytes, track);
  for (const name of ["mdia", "minf", "stbl"]) {
    boxes = childrenOf(bytes, find(boxes, name) ?? damaged());
  }
  return boxes;
}

/** One range for each chunk of the track; none in a film cut into fragments. */
export function samplesOf(bytes: Bytes, track: Box): Range[] {
  const boxes = sampleTable(bytes, track);
  const starts = startsOf(bytes, find(boxes, "stco", "co64") ?? damaged());
  const counts = countsOf(bytes, find(boxes, "stsc") ?? damaged(), starts.length);
  const lengthOf = lengthsOf(bytes, boxes);
  let sample = 0;
  return starts.map((start, chunk) => {
    const until = sample + (counts[chunk] ?? 0);
    const end = start + lengthOf(sample, until);
    sample = until;
    if (end > bytes.length) damaged();
    return { start, end };
  });
}
