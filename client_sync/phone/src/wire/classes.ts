/** The few sizes that requests and answers come in (docs/spec/sync.md section 1). */
import { type Bytes, concat } from "../bytes.ts";
import {
  FRAME_HEADER_BYTES,
  LARGEST_REQUEST_CLASS_BITS,
  MAX_REQUEST_PAYLOAD_BYTES,
  REQUEST_CLASS_ROOM_BYTES,
  SMALLEST_REQUEST_CLASS_BITS,
} from "../generated/constants.ts";
import { encodeFrame, FrameType } from "./frames.ts";

/** Ascending. */
export const REQUEST_CLASSES_BYTES: readonly number[] = Array.from(
  { length: LARGEST_REQUEST_CLASS_BITS - SMALLEST_REQUEST_CLASS_BITS + 1 },
  (_, step) => REQUEST_CLASS_ROOM_BYTES + 2 ** (SMALLEST_REQUEST_CLASS_BITS + step),
);

function reaches(sizeBytes: number, classBytes: number): boolean {
  return sizeBytes === classBytes || sizeBytes + FRAME_HEADER_BYTES <= classBytes;
}

/** The class a request of a size is padded to; the size itself above the largest. */
export function requestClassBytes(sizeBytes: number): number {
  return REQUEST_CLASSES_BYTES.find((classBytes) => reaches(sizeBytes, classBytes)) ?? sizeBytes;
}

/** The PAD frames that bring a request to a class. */
export function requestPadding(sizeBytes: number, classBytes: number): Bytes {
  const frames: Bytes[] = [];
  let missing = classBytes - sizeBytes;
  while (missing > 0) {
    let payload = Math.min(missing - FRAME_HEADER_BYTES, MAX_REQUEST_PAYLOAD_BYTES);
    const rest = missing - FRAME_HEADER_BYTES - payload;
    // Leave room for one more header.
    if (rest > 0 && rest < FRAME_HEADER_BYTES) payload -= FRAME_HEADER_BYTES;
    frames.push(encodeFrame(FrameType.PAD, new Uint8Array(payload)));
    missing -= FRAME_HEADER_BYTES + payload;
  }
  return concat(...frames);
}
