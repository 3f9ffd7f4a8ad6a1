/**
 * What goes where: the next ordinary request, or none.
 *
 * Theory of operation. The most urgent item that may go decides. A relay gets one lane until a
 * connection to it stood in this run; then up to four, each with the next items up to a batch. Text
 * and media never share a request. What is in doubt is asked about at the relay where it was lost, on
 * the back of the next request there, but not by a new connection while one stands.
 *
 * Spec: docs/spec/engine.md section 4
 */
import {
  ANNOUNCE_TAG_BYTES,
  FRAME_HEADER_BYTES,
  ID_BYTES,
  LARGEST_REQUEST_CLASS_BITS,
  MAX_PUTS,
  MAX_QUERY_IDS,
  REQUEST_CLASS_ROOM_BYTES,
  REQUEST_HEADER_BYTES,
  SMALLEST_REQUEST_CLASS_BITS,
} from "../generated/constants.ts";
import { SMALLEST_BATCH_BYTES } from "./backoff.ts";
import { carriesMedia, roomBytesOf } from "./engine_room.ts";
import {
  byOrder,
  type Item,
  isMedia,
  type Lane,
  type RelayFacts,
  warmName,
} from "./engine_state.ts";
import type { Working } from "./engine_working.ts";

/** Then what is in doubt there is put elsewhere. */
const FAILURES_UNTIL_ELSEWHERE = 2;
/** One more pays where answers overtake each other. */
const SURE_LANES = 3;
/** Less goes sooner on a connection that stands. */
const LEAST_FOR_NEW_LANE_BYTES = 4096;

/** A request to make. */
export interface Choice {
  readonly lane: number;
  readonly relay: RelayFacts;
  readonly puts: readonly Item[];
  readonly queries: readonly string[];
  readonly isRepeat: boolean;
  /** Asked of more than one connection because none has answered yet. */
  readonly isRace?: boolean;
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
  const doubts = doubtful(work, relay, waiting);
  const mayGo = waiting.filter((item) => isFor(work, item, relay));
  const puts = fill(work, relay, mayGo, doubts.length);
  const put = new Set(puts.map((item) => item.id));
  const queries = riding(
    puts,
    doubts.filter((id) => !put.has(id)),
  );
  if (puts.length + queries.length === 0 && !isPoll(work, relay, busy)) return null;
  const isWarm = work.warm.has(warmName(lane, relay.key));
  if (isWarm || busy.length === 0) return { lane, relay, puts, queries, isRepeat: false };
  if (!isWorthALane(work, relay, busy, mayGo)) return null;
  // A connection that stands will carry the questions sooner.
  return { lane, relay, puts, queries: puts.length > 0 ? [] : queries, isRepeat: false };
}

/** Tell whether a relay is asked though there is nothing to hand over. */
function isPoll(work: Working, relay: RelayFacts, busy: readonly Lane[]): boolean {
  return (!work.isPolled && work.lanes.size === 0) || (relay.isBehind && busy.length === 0);
}

/** Tell whether it is worth a handshake not to wait for a connection that stands. */
function isWorthALane(
  work: Working,
  relay: RelayFacts,
  busy: readonly Lane[],
  mayGo: readonly Item[],
): boolean {
  const [first] = mayGo;
  if (busy.length >= SURE_LANES && relay.calm > 0 && !relay.isLossy) return false;
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
  if ([...work.lanes.values()].some((lane) => lane.puts.includes(item.id))) return false;
  if (item.state === "in_doubt" && item.relay === relay.key && isPutAnew(work)) {
    return !isMedia(item) && relay.fullUntilMs <= work.nowMs;
  }
  if (item.state === "in_doubt" && !isGivenUp(work, item)) return false;
  return work.usable().find((other) => takes(work, item, other))?.key === relay.key;
}

/** Tell whether to put again costs less than to ask: a small request is as large as a poll. */
function isPutAnew(work: Working): boolean {
  const texts = [...work.items.values()].filter((item) => !isMedia(item));
  return !work.isPolled && sizeOf(texts) <= SMALLEST_BATCH_BYTES;
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
  const roomBytes = roomBytesOf(work, relay, alike);
  if (roomBytes === 0) return [];
  const mostBytes = REQUEST_CLASS_ROOM_BYTES + roomBytes;
  const chosen: Item[] = [];
  for (const item of alike.slice(0, MAX_PUTS)) {
    const queries = isMedia(first) ? 0 : asked;
    if (chosen.length > 0 && requestBytes([...chosen, item], queries) > mostBytes) break;
    chosen.push(item);
  }
  return chosen;
}

/** Ask beside media only about what fits into their class: the next one is mostly padding. */
function riding(puts: readonly Item[], queries: readonly string[]): readonly string[] {
  const [first] = puts;
  if (first === undefined || !isMedia(first)) return queries;
  const announcedBytes = FRAME_HEADER_BYTES + ANNOUNCE_TAG_BYTES * puts.length;
  const sizeBytes = requestBytes(puts, 0) + announcedBytes + FRAME_HEADER_BYTES;
  const roomBytes = classOf(sizeBytes) - sizeBytes - FRAME_HEADER_BYTES;
  return queries.slice(0, Math.floor(Math.max(roomBytes, 0) / ID_BYTES));
}

/** Add up a request without its padding and without work. */
function requestBytes(puts: readonly Item[], queries: number): number {
  const askedBytes = queries > 0 ? FRAME_HEADER_BYTES + ID_BYTES * queries : 0;
  return REQUEST_HEADER_BYTES + askedBytes + FRAME_HEADER_BYTES * puts.length + sizeOf(puts);
}

/** Give the request class that a choice fits into; its own size above the largest. */
export function classBytesOf({ puts, queries }: Choice): number {
  return classOf(requestBytes(puts, queries.length));
}

function classOf(sizeBytes: number): number {
  for (let bits = SMALLEST_REQUEST_CLASS_BITS; bits <= LARGEST_REQUEST_CLASS_BITS; bits += 1) {
    const classBytes = REQUEST_CLASS_ROOM_BYTES + 2 ** bits;
    const isExact = sizeBytes === classBytes;
    if (isExact || sizeBytes + FRAME_HEADER_BYTES <= classBytes) return classBytes;
  }
  return sizeBytes;
}
