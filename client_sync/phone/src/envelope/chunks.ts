/**
 * Attachments as independent chunks: any order, any path, nothing to resume (envelope.md section 4).
 */
import { type Bytes, concat, uint } from "../bytes.ts";
import type { ChunkPlan } from "../domain/lengths.ts";
import { ChunkError } from "../errors.ts";
import {
  AEAD_NONCE_BYTES,
  CHUNK_TAG_BYTES,
  PERSON_CHUNK_NONCE,
  PERSON_CHUNK_TAG,
} from "../generated/constants.ts";
import { aeadSeal, blake2bOf } from "./primitives.ts";

function position(index: number, chunkCount: number): Bytes {
  if (index < 0 || index >= chunkCount) throw new ChunkError("bad-chunk");
  return concat(uint(index, 4), uint(index === chunkCount - 1 ? 1 : 0, 1));
}

/** The desk's 16-byte handle on one chunk. */
export function chunkTag(key: Uint8Array, index: number, chunkCount: number): Bytes {
  const at = position(index, chunkCount);
  return blake2bOf(at, { bytes: CHUNK_TAG_BYTES, person: PERSON_CHUNK_TAG, key });
}

export function chunkNonce(key: Uint8Array, index: number, chunkCount: number): Bytes {
  const at = position(index, chunkCount);
  return blake2bOf(at, { bytes: AEAD_NONCE_BYTES, person: PERSON_CHUNK_NONCE, key });
}

function filled(part: Uint8Array, roomBytes: number): Uint8Array {
  if (part.length === roomBytes) return part;
  const whole = new Uint8Array(roomBytes);
  whole.set(part);
  return whole;
}

/** Seal at most `roomBytes` of the file; shorter parts are filled up with zeros. `into` is what it returns. */
export function sealChunk(
  key: Uint8Array,
  index: number,
  plan: ChunkPlan,
  part: Uint8Array,
  into: Bytes = new Uint8Array(plan.classBytes),
): Bytes {
  if (part.length > plan.roomBytes) throw new ChunkError("bad-chunk");
  const tag = chunkTag(key, index, plan.chunkCount);
  into.set(tag);
  const nonce = chunkNonce(key, index, plan.chunkCount);
  aeadSeal(key, nonce, tag, filled(part, plan.roomBytes), into.subarray(CHUNK_TAG_BYTES));
  return into;
}
