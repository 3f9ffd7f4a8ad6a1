/**
 * Frames: type, length, payload; bytes in, frames out (sync.md section 1).
 *
 * Whatever came whole before a cut counts: blobs and signed words stand by themselves. A length over
 * the limit is refused from its header alone, so that nothing is buffered for it.
 */
import { type Bytes, concat, readUint, uint } from "../bytes.ts";
import { FrameError } from "../errors.ts";
import { FRAME_HEADER_BYTES } from "../generated/constants.ts";

export const FrameType = {
  PAD: 0x00,
  PUT: 0x01,
  QUERY: 0x02,
  STAMP: 0x03,
  COURIER: 0x04,
  INVITE: 0x05,
  TOKEN: 0x06,
  ANNOUNCE: 0x07,
  REST: 0x08,
  END: 0x7f,
  PAD_BACK: 0x80,
  RECEIPT: 0x81,
  HAVE: 0x82,
  DIRECTORY: 0x83,
  BOARD: 0x84,
  MAILBOX: 0x85,
  POLICY: 0x86,
  PROBLEM: 0x87,
  BEGUN: 0x88,
} as const;

const MOST_LENGTH = 2 ** 24 - 1;

export interface Frame {
  /** May be a type that this version does not know. */
  readonly type: number;
  readonly payload: Bytes;
}

export function encodeFrame(type: number, payload: Uint8Array = new Uint8Array(0)): Bytes {
  if (payload.length > MOST_LENGTH) throw new FrameError("malformed-frame");
  return concat(uint(type, 1), uint(payload.length, 3), payload);
}

/** Whole frames at the front of `bytes`, and why the rest is none. */
export interface FramesRead {
  readonly frames: readonly Frame[];
  /** `whole`: nothing is left; `cut`: the end is missing; `oversize`: a length is over the limit. */
  readonly end: "whole" | "cut" | "oversize";
}

/** Read every whole frame; what is behind the first broken one is not looked at. */
export function readFrames(bytes: Uint8Array, maxPayloadBytes: number): FramesRead {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= FRAME_HEADER_BYTES) {
    const length = readUint(bytes, at + 1, 3);
    if (length > maxPayloadBytes) return { frames, end: "oversize" };
    const start = at + FRAME_HEADER_BYTES;
    if (bytes.length - start < length) return { frames, end: "cut" };
    frames.push({ type: bytes[at] as number, payload: bytes.slice(start, start + length) });
    at = start + length;
  }
  return { frames, end: at === bytes.length ? "whole" : "cut" };
}

/** Read a byte string that must hold whole frames only. */
export function decodeFrames(bytes: Uint8Array, maxPayloadBytes: number): readonly Frame[] {
  const { frames, end } = readFrames(bytes, maxPayloadBytes);
  if (end !== "whole") throw new FrameError("malformed-frame");
  return frames;
}
