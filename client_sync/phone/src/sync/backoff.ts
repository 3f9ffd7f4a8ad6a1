/** How long to wait, how much to send, how long to hope: pure rules with the reason beside each number. */

/** First pause after a failure; doubles with each further one. */
const FIRST_PAUSE_SECONDS = 5;
/** Never longer: a link that opens for a few minutes a day should be met. */
const LONGEST_PAUSE_SECONDS = 900;

/** No pause is longer than this, whoever asked for it: a longer one comes from a clock put right. */
const LONGEST_WAIT_SECONDS = 7200;

/** A relay that is full is offered something again after this long. */
export const FULL_PAUSE_SECONDS = 900;

/** Enough for one report; lost whole when the link breaks. */
export const SMALLEST_BATCH_BYTES = 4096;
/** As far as batches grow on a slow link. */
export const LARGE_BATCH_BYTES = 16_384;
/** As far as they grow when exchanges take under two seconds: media on a good link. */
export const LARGEST_BATCH_BYTES = 131_072;
const QUICK_SECONDS = 2;
const FAST_SECONDS = 8;
const SLOW_SECONDS = 20;

/** Before anything was measured: 16 kbit/s. */
export const FIRST_GUESS_BYTES_PER_SECOND = 2000;
const LEAST_BYTES_PER_SECOND = 200;
/** Connection and TLS over a bad link, before the first byte moves. */
const SETUP_SECONDS = 20;
const LONGEST_TIMEOUT_SECONDS = 300;
/** A relay's answer without media: pages, a mailbox of fifty, a directory. */
const ANSWER_BYTES = 16_384;
/** Links change: give three times what the last measurement says. */
const PATIENCE = 3;
const NEWEST_WEIGHT = 0.5;
/** Less than this measures the round trip, not the link. */
const TELLING_BYTES = 4096;

/** Pause after `failures` failures in a row; `unit` in [0, 1) spreads phones in time. */
export function pauseSeconds(failures: number, unit: number): number {
  if (failures <= 0) return 0;
  const doubled = FIRST_PAUSE_SECONDS * 2 ** Math.min(failures - 1, 16);
  return Math.min(doubled, LONGEST_PAUSE_SECONDS) * (0.5 + unit);
}

/**
 * Tell whether to wait still.
 *
 * A phone whose clock was a year ahead wrote times that would pause it for a year once the clock is
 * right, and a hostile relay may ask for any pause: what lies too far ahead does not count.
 */
export function waits(untilSeconds: number, nowSeconds: number): boolean {
  return untilSeconds > nowSeconds && untilSeconds - nowSeconds <= LONGEST_WAIT_SECONDS;
}

/** The next batch after an exchange that worked. */
export function batchAfter(batchBytes: number, elapsedSeconds: number): number {
  if (elapsedSeconds > SLOW_SECONDS) return smaller(batchBytes);
  const most = elapsedSeconds < QUICK_SECONDS ? LARGEST_BATCH_BYTES : LARGE_BATCH_BYTES;
  if (elapsedSeconds >= FAST_SECONDS || batchBytes >= most) return Math.min(batchBytes, most);
  return Math.min(batchBytes * 2, most);
}

/** The next batch after one that failed. */
export function smaller(batchBytes: number): number {
  return Math.max(SMALLEST_BATCH_BYTES, Math.floor(batchBytes / 2));
}

/** How long to wait for the answer to a request of this size on a link of this speed. */
export function timeoutSeconds(requestBytes: number, bytesPerSecond: number): number {
  const rate = Math.max(bytesPerSecond, LEAST_BYTES_PER_SECOND);
  const moving = (PATIENCE * (requestBytes + ANSWER_BYTES)) / rate;
  return Math.min(SETUP_SECONDS + moving, LONGEST_TIMEOUT_SECONDS);
}

/** Blend a measurement into what was known of a link's speed. */
export function measuredRate(known: number, movedBytes: number, elapsedSeconds: number): number {
  if (elapsedSeconds <= 0 || movedBytes < TELLING_BYTES) return known;
  const measured = movedBytes / elapsedSeconds;
  return Math.max(LEAST_BYTES_PER_SECOND, Math.round(known + NEWEST_WEIGHT * (measured - known)));
}
