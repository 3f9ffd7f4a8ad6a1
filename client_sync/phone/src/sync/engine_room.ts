/**
 * How much one request may put now, so that links are full and their queues short.
 *
 * Theory of operation. A slow link has a queue of some seconds in front of it. If less is under way
 * than the link carries in a round trip, the link idles; if more than the queue holds, packets are
 * dropped, and all connections stall; and whatever is under way stands before a text that is saved
 * next. How much is right depends on loss, which nobody can see directly. What can be seen is order:
 * on a link that loses nothing, answers come in the order of their requests.
 *
 * So a link is *calm* after four answers in order. Then two lanes suffice, with large batches, each
 * sent when the queue, reckoned from the rate, has room for it. Else four lanes share what is under
 * way, more of it once one of them was stuck: a connection that waits for a lost packet fills no
 * queue. Media never take the last lane and never queue up more than the link carries in two seconds.
 *
 * Towards the end a batch is a fair share of what is left, so that lanes finish together.
 *
 * Spec: docs/spec/engine.md rules 2 to 5; figures: docs/adr/0054-queues-short-lanes-full.md
 */
import { REQUEST_CLASS_ROOM_BYTES } from "../generated/constants.ts";
import { SMALLEST_BATCH_BYTES, whole } from "./backoff.ts";
import { type Item, isMedia, type Lane, type RelayFacts } from "./engine_state.ts";
import { MOST_LANES, MOST_QUEUE_BYTES, type Working } from "./engine_working.ts";

/** One is left for text. */
const MEDIA_LANES = MOST_LANES - 1;
/** Half of the four seconds in which text shall be held. */
const MEDIA_QUEUE_MS = 2000;
/** Half a chunk: the other half may wait for the link. */
const LEAST_MEDIA_BYTES = 8192;
/** What a queue of a slow link holds, and no more. */
const QUEUE_MS = 6000;
/** Three lanes of 4096, until a rate is known. */
const FIRST_QUEUE_BYTES = 13_056;
/** A batch of 16384 that goes out, and half of the next one. */
const CALM_QUEUE_BYTES = 25_088;
/** Three lanes of 8192. */
const ROUGH_QUEUE_BYTES = 25_088;
const CALM_ANSWERS = 4;
const CALM_LANES = 2;

/** How much one request may put; `alike` is not empty and all media or none. 0: nothing now. */
export function roomBytesOf(work: Working, relay: RelayFacts, alike: readonly Item[]): number {
  const [first] = alike;
  const batchBytes = batchOf(relay);
  if (first !== undefined && isMedia(first)) return mediaRoomBytes(work, relay, batchBytes);
  const leftBytes = alike.reduce((sum, item) => sum + item.sizeBytes, 0);
  const share = Math.min(batchBytes, shareBytes(leftBytes, MOST_LANES));
  if (work.lanesAt(relay.key).length === 0) return share;
  if (isCalm(relay)) {
    const wanted = Math.min(batchBytes, shareBytes(leftBytes, CALM_LANES));
    return overBytes(work, relay, wanted) <= 0 ? wanted : 0;
  }
  return Math.min(share, fillingBytes(roughRoomBytes(work, relay)));
}

/** Tell when the queues of calm links have room for another full batch. */
export function drainedAtMs(work: Working): number[] {
  if (![...work.items.values()].some((item) => item.state === "queued")) return [];
  return [...work.relays.values()].filter(isCalm).flatMap((relay) => {
    const over = overBytes(work, relay, relay.batchBytes);
    return over > 0 ? [work.nowMs + whole(over * 1000, relay.rateBytesPerSecond) + 1] : [];
  });
}

/** Tell whether a lane puts chunks. */
export function carriesMedia(work: Working, lane: Lane): boolean {
  return work.livePuts(lane).some(isMedia);
}

function batchOf(relay: RelayFacts): number {
  const batchBytes = Math.min(relay.batchBytes, relay.mostBatchBytes || relay.batchBytes);
  return relay.hasAnswered ? batchBytes : Math.min(batchBytes, SMALLEST_BATCH_BYTES);
}

function isCalm(relay: RelayFacts): boolean {
  return relay.calm >= CALM_ANSWERS && relay.rateBytesPerSecond > 0;
}

/** By how much the queue would be too long with one more request. */
function overBytes(work: Working, relay: RelayFacts, wantedBytes: number): number {
  const drained = whole(relay.rateBytesPerSecond * QUEUE_MS, 1000);
  const mostBytes = Math.max(drained, CALM_QUEUE_BYTES);
  return work.queuedBytes(relay) + REQUEST_CLASS_ROOM_BYTES + wantedBytes - mostBytes;
}

/** How much more may be under way on a link that loses packets, or may. */
function roughRoomBytes(work: Working, relay: RelayFacts): number {
  const usedBytes = work.underWayBytes(relay.key);
  if (relay.rateBytesPerSecond === 0 && !relay.isLossy) return FIRST_QUEUE_BYTES - usedBytes;
  const leastBytes = relay.isLossy ? MOST_QUEUE_BYTES : ROUGH_QUEUE_BYTES;
  return Math.max(whole(relay.rateBytesPerSecond * QUEUE_MS, 1000), leastBytes) - usedBytes;
}

/** The largest size that fills a request class and has room; 0: none has. */
function fillingBytes(roomBytes: number): number {
  if (roomBytes < SMALLEST_BATCH_BYTES) return 0;
  let size = SMALLEST_BATCH_BYTES;
  while (size * 2 <= roomBytes) size *= 2;
  return size;
}

/** A lane's fair share of what is left, as a size that fills a request class. */
function shareBytes(leftBytes: number, lanes: number): number {
  let share = SMALLEST_BATCH_BYTES;
  while (share * lanes < leftBytes) share *= 2;
  return share;
}

/** Keep the queue of media short; at least one chunk is always under way. */
function mediaRoomBytes(work: Working, relay: RelayFacts, batchBytes: number): number {
  const media = [...work.lanes.values()].filter((lane) => carriesMedia(work, lane));
  const mostBytes = whole(relay.rateBytesPerSecond * MEDIA_QUEUE_MS, 1000);
  const leftBytes = mostBytes - media.reduce((sum, lane) => sum + lane.classBytes, 0);
  if (media.length > 0 && (media.length >= MEDIA_LANES || leftBytes < LEAST_MEDIA_BYTES)) return 0;
  return Math.min(batchBytes, Math.max(leftBytes, 1));
}
