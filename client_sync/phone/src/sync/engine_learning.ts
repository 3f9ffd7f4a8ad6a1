/**
 * What the engine learns from an event: verdicts, the speed of the link, failures.
 *
 * Theory of operation. A relay's word moves an item only if the runner has verified it, and a word
 * that comes late counts as much as one in time. A failure counts against a relay only if nothing
 * came from it since that request was sent: when four lanes die with one mast, that is one failure,
 * and when one connection of four is reset while the others work, it is none.
 *
 * The rate is the link's, not a lane's: what all lanes together were answered for, over the time in
 * which at least one of them was busy.
 *
 * Spec: docs/spec/engine.md sections 2 and 4
 */
import {
  BELIEVED_REST_MS,
  FULL_REST_MS,
  LEAST_RATE,
  LEAST_TELLING_BYTES,
  nextBatchBytes,
  restMs,
  SHORTEST_SPAN_MS,
  SMALLEST_BATCH_BYTES,
  smallerBatchBytes,
  whole,
} from "./backoff.ts";
import type { Answered, Begin, Connected, Failed, Verdict } from "./engine_events.ts";
import { type Item, type Lane, newRelayFacts, type RelayFacts, warmName } from "./engine_state.ts";
import type { Working } from "./engine_working.ts";

/** A moving phone's link is another one after this long. */
const MEMORY_MS = 20_000;
/** A sooner connection is one of an earlier run that was used again. */
const LEAST_SAMPLE_MS = 10;

/** Start a run: nothing of an earlier one is left but what the event brings. */
export function begin(work: Working, event: Begin): void {
  work.nowMs = event.nowMs;
  work.items = new Map(event.items.map((item) => [item.id, grounded(item)]));
  work.relays = new Map(event.relays.map((relay) => [relay.key, rested(relay, event)]));
  work.lanes = new Map();
  work.warm = new Set();
  work.requests = 0;
  work.fruitless = 0;
  work.isRunning = true;
}

/** Take in what was saved; what is known already stays as it is. */
export function add(work: Working, items: readonly Item[]): void {
  for (const item of items) {
    if (!work.items.has(item.id)) work.items.set(item.id, grounded(item));
  }
}

/** Learn the round trip, and that the relay's other lanes may open. */
export function connected(work: Working, event: Connected): void {
  const lane = work.laneOf(event.request);
  if (lane === undefined || work.warm.has(warmName(lane.number, lane.relay))) return;
  const isAlone = work.lanesAt(lane.relay).length === 1;
  // TCP's round trip and TLS's.
  const sampleMs = whole(work.nowMs - lane.sentAtMs, 2);
  const relay = tripLearnt(work.relayOf(lane), sampleMs, isAlone, work.nowMs);
  work.changeRelay({ ...relay, isOpen: true });
  work.lanes.set(lane.number, { ...lane, startedAtMs: work.nowMs });
  work.warm.add(warmName(lane.number, lane.relay));
}

/** A sample behind other lanes' bytes can only lower the round trip. */
function tripLearnt(
  relay: RelayFacts,
  sampleMs: number,
  isAlone: boolean,
  nowMs: number,
): RelayFacts {
  if (sampleMs < LEAST_SAMPLE_MS) return relay;
  const knownMs = relay.roundTripMs || sampleMs;
  if (!isAlone) return { ...relay, roundTripMs: Math.min(knownMs, sampleMs) };
  const roundTripMs = whole(knownMs + sampleMs, 2);
  return { ...relay, roundTripMs, countedAtMs: nowMs + roundTripMs };
}

/** Take in an answer. */
export function answered(work: Working, event: Answered): void {
  const lane = work.laneOf(event.request);
  const before = work.items.size;
  for (const [id, verdict] of event.verdicts) judge(work, lane, id, verdict);
  for (const [id, isHeld] of event.have) hear(work, lane, id, isHeld);
  if (lane === undefined) return;
  const owed = work.livePuts(lane).some((item) => !event.verdicts.has(item.id));
  const spoke = event.verdicts.size > 0 || event.have.size > 0;
  const hasMoved = event.hasMoved || spoke || before > work.items.size;
  work.fruitless = hasMoved ? 0 : work.fruitless + 1;
  settle(work, lane, event);
  if (hasMoved || (event.isWhole && !owed)) succeed(work, lane, event);
  else fail(work, lane, event.chance);
}

/** Free the lane of an answer; where there is more to read is known anew. */
function settle(work: Working, lane: Lane, event: Answered): void {
  work.loosen(lane);
  work.warm.delete(warmName(lane.number, lane.relay));
  if (event.isWhole) work.warm.add(warmName(lane.number, lane.relay));
  for (const relay of [...work.relays.values()]) {
    work.changeRelay({ ...relay, isBehind: event.behind.has(relay.key) });
  }
}

/** Take in that no answer came. */
export function failed(work: Working, event: Failed): void {
  const lane = work.laneOf(event.request);
  if (lane !== undefined) giveUp(work, lane, event.chance);
}

/** Free a lane whose request failed. */
export function giveUp(work: Working, lane: Lane, chance: number): void {
  work.loosen(lane);
  work.warm.delete(warmName(lane.number, lane.relay));
  fail(work, lane, chance);
}

// --- verdicts ----------------------------------------------------------------------------

/** Let a relay's word on one blob happen; only `held` counts for what this lane did not put. */
function judge(work: Working, lane: Lane | undefined, id: string, verdict: Verdict): void {
  const item = work.items.get(id);
  if (item === undefined) return;
  if (verdict === "held") work.items.delete(id);
  else if (lane?.puts.includes(id)) work.items.set(id, turnedAway(work, item, lane, verdict));
}

/** Give an item that a relay would not take; it waits for another one, or for work. */
function turnedAway(work: Working, before: Item, lane: Lane, verdict: Verdict): Item {
  const others = [...work.lanes.values()].filter((other) => other.number !== lane.number);
  const isElsewhere = others.some((other) => other.puts.includes(before.id));
  const item: Item = isElsewhere ? before : { ...before, state: "queued", relay: null };
  if (verdict === "full") {
    work.changeRelay({ ...work.relayOf(lane), fullUntilMs: work.nowMs + FULL_REST_MS });
    return item;
  }
  if (verdict === "unstamped" && !item.unstamped.has(lane.relay)) {
    return { ...item, unstamped: new Set([...item.unstamped, lane.relay]) };
  }
  return { ...item, refused: new Set([...item.refused, lane.relay]) };
}

/** Let what a relay says it has, or has not, happen. */
function hear(work: Working, lane: Lane | undefined, id: string, isHeld: boolean): void {
  const item = work.items.get(id);
  if (item === undefined) return;
  if (isHeld) {
    work.items.delete(id);
    return;
  }
  const wasAsked = lane?.queries.includes(id) && item.relay === lane.relay;
  if (wasAsked && item.state === "in_doubt") {
    work.items.set(id, { ...item, state: "queued", relay: null });
  }
}

// --- relays ------------------------------------------------------------------------------

function succeed(work: Working, lane: Lane, event: Answered): void {
  const before = work.relayOf(lane);
  const tookMs = work.nowMs - lane.sentAtMs;
  const batchBytes =
    lane.puts.length > 0
      ? nextBatchBytes(before.batchBytes, before.mostBatchBytes, tookMs)
      : before.batchBytes;
  const relay = measured(timed(before, tookMs), work.nowMs, event.movedBytes);
  const isInOrder = !overtake(work, lane) && !work.isLate(lane);
  const rest = Math.min(Math.max(event.restMs, 0), BELIEVED_REST_MS);
  work.changeRelay({
    ...relay,
    failures: 0,
    runFailures: 0,
    isOpen: true,
    hasAnswered: relay.hasAnswered || event.isWhole,
    answeredAtMs: work.nowMs,
    calm: isInOrder ? relay.calm + 1 : 0,
    batchBytes,
    mostBatchBytes: event.mostBatchBytes || relay.mostBatchBytes,
    restUntilMs: rest > 0 ? work.nowMs + rest : relay.restUntilMs,
  });
}

/** Note which lanes were overtaken by a request that began after theirs; was any? */
function overtake(work: Working, answeredLane: Lane): boolean {
  const sinceMs = answeredLane.startedAtMs - work.relayOf(answeredLane).roundTripMs;
  const overtaken = work
    .lanesAt(answeredLane.relay)
    .filter((lane) => lane.startedAtMs >= 0 && lane.startedAtMs < sinceMs);
  for (const lane of overtaken) work.lanes.set(lane.number, { ...lane, isOvertaken: true });
  return overtaken.length > 0;
}

/** Bound the round trip from above: an answer cannot come sooner than one. */
function timed(relay: RelayFacts, tookMs: number): RelayFacts {
  if (relay.roundTripMs > 0 && relay.roundTripMs <= tookMs) return relay;
  return { ...relay, roundTripMs: Math.max(tookMs, 1) };
}

/** Take one more answer into the rate of the link. */
function measured(relay: RelayFacts, nowMs: number, answeredBytes: number): RelayFacts {
  const movedBytes = relay.movedBytes + Math.max(answeredBytes, 0);
  const movedMs = relay.movedMs + Math.max(nowMs - relay.countedAtMs, 0);
  const isTelling = movedBytes >= LEAST_TELLING_BYTES;
  const known = relay.rateBytesPerSecond;
  const found = whole(movedBytes * 1000, Math.max(movedMs, SHORTEST_SPAN_MS));
  const rate = Math.max(found, LEAST_RATE, known - whole(known, 16));
  const isOld = movedMs > MEMORY_MS;
  return {
    ...relay,
    rateBytesPerSecond: isTelling ? rate : known,
    movedBytes: isOld ? whole(movedBytes, 2) : movedBytes,
    movedMs: isOld ? whole(movedMs, 2) : movedMs,
    countedAtMs: Math.max(nowMs, relay.countedAtMs),
  };
}

/** Let a relay rest, if nothing came from it since this request was sent. */
function fail(work: Working, lane: Lane, chance: number): void {
  const relay = { ...work.relayOf(lane), isLossy: true, calm: 0 };
  const isNews = relay.answeredAtMs <= lane.sentAtMs && relay.failedAtMs <= lane.sentAtMs;
  if (!isNews) {
    work.changeRelay(relay);
    return;
  }
  work.changeRelay({
    ...relay,
    failures: relay.failures + 1,
    runFailures: relay.runFailures + 1,
    failedAtMs: work.nowMs,
    batchBytes: smallerBatchBytes(relay.batchBytes),
    isOpen: false,
    restUntilMs: work.nowMs + restMs(relay.failures + 1, chance),
  });
}

// --- at the start ------------------------------------------------------------------------

/** Give an item as it stands when no lane is busy: nothing is in flight then. */
function grounded(item: Item): Item {
  if (item.relay === null) return { ...item, state: "queued" };
  return item.state === "in_flight" ? { ...item, state: "in_doubt" } : item;
}

/** Give what is remembered of a relay; forget the rest of an earlier run. */
function rested(relay: RelayFacts, event: Begin): RelayFacts {
  const until = (timeMs: number) =>
    timeMs - event.nowMs <= BELIEVED_REST_MS && !event.isManual ? timeMs : 0;
  return newRelayFacts({
    key: relay.key,
    place: relay.place,
    failures: relay.failures,
    restUntilMs: until(relay.restUntilMs),
    fullUntilMs: until(relay.fullUntilMs),
    rateBytesPerSecond: relay.rateBytesPerSecond,
    roundTripMs: relay.roundTripMs,
    batchBytes: Math.max(relay.batchBytes, SMALLEST_BATCH_BYTES),
    mostBatchBytes: relay.mostBatchBytes,
  });
}
