/** The one source of randomness: the browser's CSPRNG. Tests pass their own `Entropy`. */
import type { Bytes } from "../bytes.ts";

export type Entropy = (length: number) => Bytes;

/** Largest request that `getRandomValues` accepts at once. */
const QUOTA_BYTES = 65_536;

export const randomBytes: Entropy = (length) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += QUOTA_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + QUOTA_BYTES)));
  }
  return bytes;
};

/** A float in [0, 1) for jitter; 32 bits are plenty to spread phones in time. */
export function randomUnit(entropy: Entropy): number {
  return new DataView(entropy(4).buffer).getUint32(0) / 2 ** 32;
}
