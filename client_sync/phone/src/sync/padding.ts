/**
 * The size of a poll: the one that a report's sync would have. Pure.
 *
 * Lengths are what a watcher of the line sees. A request with something to put is padded to the class
 * it fits; one with nothing to put draws its class as reports fall, so that it could be either.
 *
 * Spec: docs/spec/sync.md section 1
 */
import { readUint } from "../bytes.ts";
import type { Entropy } from "../envelope/entropy.ts";
import { POLL_CLASS_WEIGHTS, POLL_CLASSES_BYTES } from "../generated/constants.ts";

const CHANCE_BYTES = 2;
const CHANCES = 2 ** (8 * CHANCE_BYTES);

/** Draw the class of a poll, each as often as its weight says. */
export function pollClassBytes(entropy: Entropy): number {
  const whole = POLL_CLASS_WEIGHTS.reduce<number>((sum, weight) => sum + weight, 0);
  let left = Math.floor((readUint(entropy(CHANCE_BYTES), 0, CHANCE_BYTES) * whole) / CHANCES);
  for (const [at, classBytes] of POLL_CLASSES_BYTES.entries()) {
    left -= POLL_CLASS_WEIGHTS[at] ?? 0;
    if (left < 0) return classBytes;
  }
  return POLL_CLASSES_BYTES[0];
}
