/** Work stamps: hashcash bound to one blob and one week (sync.md section 1, STAMP). */
import { type Bytes, concat, uint, uint64 } from "../bytes.ts";
import { ID_BYTES, PERSON_STAMP } from "../generated/constants.ts";
import { blake2bOf } from "./primitives.ts";

function leadingZeroBits(digest: Uint8Array): number {
  let bits = 0;
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}

export function stampBits(id: Uint8Array, week: number, nonce: number): number {
  const message = concat(id, uint(week, 4), uint64(nonce));
  return leadingZeroBits(blake2bOf(message, { bytes: ID_BYTES, person: PERSON_STAMP }));
}

/**
 * Try at most `tries` nonces from `from` on.
 *
 * Returns the nonce that proves the work, or null: then ask again with `from + tries`, so that the
 * search can be cut into pieces that leave the page responsive.
 */
export function searchStamp(
  id: Bytes,
  week: number,
  bits: number,
  from: number,
  tries: number,
): number | null {
  for (let nonce = from; nonce < from + tries; nonce += 1) {
    if (stampBits(id, week, nonce) >= bits) return nonce;
  }
  return null;
}
