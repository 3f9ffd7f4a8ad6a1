/** How a file is cut into chunks, and how their number is rounded (envelope.md section 4). */
import { ChunkError } from "../errors.ts";
import { CHUNK_CLASSES_BYTES, CHUNK_OVERHEAD_BYTES } from "../generated/constants.ts";

/** Round a count up so that it leaks O(log log n) bits of itself (PURBs, PoPETs 2019, section 4). */
export function padme(length: number): number {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const freeBits = exponent - (Math.floor(Math.log2(exponent)) + 1);
  if (exponent === 0 || freeBits <= 0) return length;
  const step = 2 ** freeBits;
  return Math.ceil(length / step) * step;
}

export interface ChunkPlan {
  readonly sizeBytes: number;
  readonly classBytes: number;
  readonly chunkCount: number;
  /** File bytes per chunk. */
  readonly roomBytes: number;
}

export function planChunks(sizeBytes: number, classBytes: number): ChunkPlan {
  const known = (CHUNK_CLASSES_BYTES as readonly number[]).includes(classBytes);
  if (!known || !Number.isSafeInteger(sizeBytes) || sizeBytes < 1)
    throw new ChunkError("bad-chunk");
  const roomBytes = classBytes - CHUNK_OVERHEAD_BYTES;
  return { sizeBytes, classBytes, roomBytes, chunkCount: padme(Math.ceil(sizeBytes / roomBytes)) };
}
