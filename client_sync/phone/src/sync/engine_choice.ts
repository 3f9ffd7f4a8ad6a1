/**
 * What goes where: the next ordinary request, or none.
 *
 * Theory of operation. The most urgent item that may go decides. A relay gets one lane until a
 * connection to it stood in this run; then up to four, each with the next items up to a batch. Text
 * and media never share a request, media never take the last lane and never queue up more than the
 * link carries in two seconds, so text that is saved meanwhile finds a free lane and a short queue.
 * What is in doubt is asked about at the relay where it was lost, on the back of the next request
 * there. Towards the end the batches shrink to a fair share of what is left, so that lanes finish
 * together.
 *
 * Spec: docs/spec/engine.md section 4
 */
import {
  FRAME_HEADER_BYTES,
  ID_BYTES,
  LARGEST_REQUEST_CLASS_BITS,
  MAX_PUTS,
  MAX_QUERY_IDS,
  REQUEST_CLASS_ROOM_BYTES,
  REQUEST_HEADER_BYTES,
  SMALLEST_REQUEST_CLASS_BITS,
} from "../generated/constants.ts";
import { SMALLEST_BATCH_BYTES, whole } from "./backoff.ts";
import {
  byOrder,
  type Item,
  isMedia,
  type Lane,
  type RelayFacts,
  warmName,
} from "./engine_state.ts";
import { MOST_LANES, type Working } from "./engine_working.ts";

/** Then what is in doubt there is put elsewhere. */
const FAILURES_UNTIL_ELSEWHERE = 2;
/** One is left for text. */
const MEDIA_LANES = MOST_LANES - 1;
/** Half of the four seconds in which text shall be held. */
const MEDIA_QUEUE_MS = 2000;
/** Less goes sooner on a connection that stands. */
const LEAST_FOR_NEW_LANE_BYTES = 4096;

/** A request to make. */
export interface Choice {
  readonly lane: number;
  readonly relay: RelayFacts;
  readonly puts: readonly Item[];
  readonly queries: readonly string[];
  readonly isRepeat: boolean;
}

/** Choose the next request that repeats nothing; null when no lane has anything to do now. */
export function ordinaryChoice(work: Working): Choice | null {
  if (work.lanes.size > 0 && !work.hasOpenRelay) return null;
  const waiting = [...work.items.values()].sort(byOrder);
  for (const relay of work.usable()) {
    const choice = atRelay(work, relay, waiting);
    if (choice !== null) return choice;
  }
  return null;
}

/** Tell whether a relay is a new way for an item, or there is no new way at all. */
export function takes(work: Working, item: Item, relay: RelayFacts): boolean {
  if (item.refused.has(relay.key) || relay.fullUntilMs > work.nowMs) return false;
  if (item.state === "in_doubt" && item.relay === relay.key) return false;
  const others = [...work.relays.keys()].filter((key) => !item.refused.has(key));
  return !item.holders.has(relay.key) || others.every((key) => item.holders.has(key));
}

function atRelay(work: Working, relay: RelayFacts, waiting: readonly Item[]): Choice | null {
  const busy = work.lanesAt(relay.key);
  const lane = work.freeLane(relay.key);
  if (lane === null || (busy.length > 0 && !relay.isOpen)) return null;
  const queries = doubtful(work, relay, waiting);
  const mayGo = waiting.filter((item) => isFor(work, item, relay));
  const puts = fill(work, relay, mayGo, queries.length);
  const isFirstPoll = !work.isPolled && work.lanes.size === 0;
  const isPoll = isFirstPoll || (relay.isBehind && busy.length === 0);
  if (puts.length === 0 && queries.length === 0 && !isPoll) return null;
  const isWarm = work.warm.has(warmName(lane, relay.key));
  if (busy.length > 0 && !isWarm && !isWorthALane(work, busy, mayGo)) return null;
  return { lane, relay, puts, queries, isRepeat: false };
}

/** Tell whether it is worth a handshake not to wait for a connection that stands. */
function isWorthALane(work: Working, busy: readonly Lane[], mayGo: readonly Item[]): boolean {
  const [first] = mayGo;
  if (first === undefined) return busy.every((lane) => work.isLate(lane));
  if (isMedia(first)) return true;
  const texts = mayGo.filter((item) => !isMedia(item));
  if (sizeOf(texts) >= LEAST_FOR_NEW_LANE_BYTES) return true;
  return busy.every((lane) => work.isLate(lane) || carriesMedia(work, lane));
}

/** Name what is in doubt at a relay and is not being asked about. */
function doubtful(work: Working, relay: RelayFacts, waiting: readonly Item[]): readonly string[] {
  const asked = new Set(work.lanesAt(relay.key).flatMap((lane) => lane.queries));
  const carried = work.carried();
  return waiting
    .filter(
      ({ id, state, relay: at }) => state === "in_doubt" && at === relay.key && !asked.has(id),
    )
    .map((item) => item.id)
    .filter((id) => !carried.has(id))
    .slice(0, MAX_QUERY_IDS);
}

/** Tell whether an item goes to this relay now, and to no better one. */
function isFor(work: Working, item: Item, relay: RelayFacts): boolean {
  if (item.state === "in_flight") return false;
  if (item.state === "in_doubt" && !isGivenUp(work, item)) return false;
  if ([...work.lanes.values()].some((lane) => lane.puts.includes(item.id))) return false;
  return work.usable().find((other) => takes(work, item, other))?.key === relay.key;
}

/** Tell whether there is no use in asking the relay where an item is in doubt. */
function isGivenUp(work: Working, item: Item): boolean {
  const asked = item.relay === null ? undefined : work.relays.get(item.relay);
  return asked === undefined || asked.failures >= FAILURES_UNTIL_ELSEWHERE;
}

// --- how much ----------------------------------------------------------------------------

function sizeOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.sizeBytes, 0);
}

/** Take the most urgent items up to the batch, text apart from media; one always goes. */
function fill(work: Working, relay: RelayFacts, mayGo: readonly Item[], asked: number): Item[] {
  const [first] = mayGo;
  if (first === undefined) return [];
  const alike = mayGo.filter((item) => isMedia(item) === isMedia(first));
  const roomBytes = isMedia(first) ? mediaRoomBytes(work, relay) : textRoomBytes(relay, alike);
  if (roomBytes === 0) return [];
  const mostBytes = REQUEST_CLASS_ROOM_BYTES + roomBytes;
  const chosen: Item[] = [];
  for (const item of alike.slice(0, MAX_PUTS)) {
    if (chosen.length > 0 && requestBytes([...chosen, item], asked) > mostBytes) break;
    chosen.push(item);
  }
  return chosen;
}

function batchOf(relay: RelayFacts): number {
  const batchBytes = Math.min(relay.batchBytes, relay.mostBatchBytes || relay.batchBytes);
  return relay.hasAnswered ? batchBytes : Math.min(batchBytes, SMALLEST_BATCH_BYTES);
}

function textRoomBytes(relay: RelayFacts, alike: readonly Item[]): number {
  return Math.min(batchOf(relay), shareBytes(sizeOf(alike)));
}

/** Give a lane's fair share of what is left, as a size that fills a request class. */
function shareBytes(leftBytes: number): number {
  let share = SMALLEST_BATCH_BYTES;
  while (share * MOST_LANES < leftBytes) share *= 2;
  return share;
}

/** Keep the queue of media short; at least one chunk is always under way. 0: none now. */
function mediaRoomBytes(work: Working, relay: RelayFacts): number {
  const media = [...work.lanes.values()].filter((lane) => carriesMedia(work, lane));
  if (media.length === 0) return batchOf(relay);
  const mostBytes = whole(relay.rateBytesPerSecond * MEDIA_QUEUE_MS, 1000);
  const leftBytes = mostBytes - media.reduce((sum, lane) => sum + lane.classBytes, 0);
  if (media.length >= MEDIA_LANES || leftBytes <= 0) return 0;
  return Math.min(batchOf(relay), leftBytes);
}

function carriesMedia(work: Working, lane: Lane): boolean {
  return work.livePuts(lane).some(isMedia);
}

/** Add up a request without its padding and without work. */
function requestBytes(puts: readonly Item[], queries: number): number {
  const askedBytes = queries > 0 ? FRAME_HEADER_BYTES + ID_BYTES * queries : 0;
  return REQUEST_HEADER_BYTES + askedBytes + FRAME_HEADER_BYTES * puts.length + sizeOf(puts);
}

/** Give the request class that a choice fits into; its own size above the largest. */
export function classBytesOf({ puts, queries }: Choice): number {
  const sizeBytes = requestBytes(puts, queries.length);
  for (let bits = SMALLEST_REQUEST_CLASS_BITS; bits <= LARGEST_REQUEST_CLASS_BITS; bits += 1) {
    const classBytes = REQUEST_CLASS_ROOM_BYTES + 2 ** bits;
    const isExact = sizeBytes === classBytes;
    if (isExact || sizeBytes + FRAME_HEADER_BYTES <= classBytes) return classBytes;
  }
  return sizeBytes;
}
