/** The panic gesture: five quick taps on the page's heading. Pure; `views/guard.ts` listens. */

export const PANIC_TAPS = 5;
/** Slower than anyone taps in alarm, faster than anyone taps by chance. */
const WITHIN_MS = 2000;

/** The taps that still count after one more; times in ms of one clock. */
export function tapsAfter(taps: readonly number[], nowMs: number): readonly number[] {
  return [...taps, nowMs].filter((tap) => nowMs - tap <= WITHIN_MS).slice(-PANIC_TAPS);
}

export function isPanic(taps: readonly number[]): boolean {
  return taps.length === PANIC_TAPS;
}
