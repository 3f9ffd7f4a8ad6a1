/** How long to wait, how much to send, how long to hope: pure rules with the reason beside each number. */

/** No pause is longer than this, whoever asked for it: a longer one comes from a clock put right. */
const LONGEST_WAIT_SECONDS = 7200;

/** Enough for one report; lost whole when the link breaks. */
export const SMALLEST_BATCH_BYTES = 4096;
/** As far as batches grow on a slow link. */
export const LARGE_BATCH_BYTES = 16_384;
/** As far as they grow when exchanges take under two seconds: media on a good link. */
export const LARGEST_BATCH_BYTES = 131_072;

/**
 * Tell whether to wait still.
 *
 * A phone whose clock was a year ahead wrote times that would pause it for a year once the clock is
 * right, and a hostile relay may ask for any pause: what lies too far ahead does not count.
 */
export function waits(untilSeconds: number, nowSeconds: number): boolean {
  return untilSeconds > nowSeconds && untilSeconds - nowSeconds <= LONGEST_WAIT_SECONDS;
}

// --- the engine's rules, in whole numbers --------------------------------------------------------

const FIRST_REST_MS = 1000;
/** Past five minutes a person has noticed and acts. */
const LONGEST_REST_MS = 300_000;
/** A longer one was noted by a clock that has been put right. */
export const BELIEVED_REST_MS = 7_200_000;
/** A full relay is offered something again after a quarter of an hour. */
export const FULL_REST_MS = 900_000;
export const MOST_CHANCE = 0xffff;
const QUICK_MS = 2000;
const FAST_MS = 16_000;
/** Bytes a second: 8 kbit/s, a bad GPRS link, until one is measured. */
const ASSUMED_RATE = 1000;
/** A geostationary hop twice, or Tor. */
export const ASSUMED_ROUND_TRIP_MS = 2000;
/** Three round trips of TLS at 600 ms with heavy loss, or Tor. */
const FIRST_CONTACT_MS = 20_000;
/** What a lost first packet adds to a new connection: one second, then two. */
export const HELLO_MS = 3000;
/** On a standing connection: three retransmissions of one packet. */
const LEAST_TIMEOUT_MS = 8000;
const MOST_TIMEOUT_MS = 300_000;
/** Links change: a request may take four times what was measured. */
const TIMEOUT_PATIENCE = 4;
/** Less than this measures the round trip, not the link. */
export const LEAST_TELLING_BYTES = 4096;
export const LEAST_RATE = 100;
/** A shorter span measures buffers, not the link. */
export const SHORTEST_SPAN_MS = 50;

/** Divide and round down: both languages must take the same decisions. */
export function whole(dividend: number, divisor: number): number {
  return Math.floor(dividend / divisor);
}

/** The rest of a relay after a failure: doubled with each, spread over its upper half by `chance`. */
export function restMs(failures: number, chance: number): number {
  const doubled = FIRST_REST_MS * 2 ** Math.min(Math.max(failures, 1) - 1, 16);
  const half = whole(Math.min(LONGEST_REST_MS, doubled), 2);
  return half + whole(half * Math.min(Math.max(chance, 0), MOST_CHANCE), MOST_CHANCE);
}

/** Halve a batch: what was cut shall cost less next time. */
export function smallerBatchBytes(batchBytes: number): number {
  return Math.max(whole(batchBytes, 2), SMALLEST_BATCH_BYTES);
}

/** The next batch after a request that was answered; `mostBytes` is 0 when the relay has not said. */
export function nextBatchBytes(batchBytes: number, mostBytes: number, tookMs: number): number {
  const most = tookMs < QUICK_MS ? LARGEST_BATCH_BYTES : LARGE_BATCH_BYTES;
  const grown = tookMs < FAST_MS && batchBytes < most ? batchBytes * 2 : batchBytes;
  const ceiling = tookMs < QUICK_MS ? Math.max(most, grown) : most;
  return Math.min(grown, ceiling, mostBytes || ceiling);
}

/** The time that bytes need on a link; 0 as a rate: none was measured. */
export function movingMs(sizeBytes: number, rateBytesPerSecond: number): number {
  return whole(sizeBytes * 1000, rateBytesPerSecond || ASSUMED_RATE);
}

/**
 * Give a request the time that it needs on this link, four times over.
 *
 * `sizeBytes` is everything under way to this relay, this request and its answer included; `isFirst`
 * when no connection stands on this lane.
 */
export function timeoutMs(
  sizeBytes: number,
  rateBytesPerSecond: number,
  roundTripMs: number,
  isFirst: boolean,
): number {
  const helloMs = TIMEOUT_PATIENCE * (roundTripMs || ASSUMED_ROUND_TRIP_MS);
  const leastMs = isFirst ? FIRST_CONTACT_MS : LEAST_TIMEOUT_MS;
  const moving = TIMEOUT_PATIENCE * movingMs(sizeBytes, rateBytesPerSecond);
  return Math.min(Math.max(helloMs, leastMs) + moving, MOST_TIMEOUT_MS);
}
