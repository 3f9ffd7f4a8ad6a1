/**
 * The sync engine: what is sent next, where, on how many connections, and how long to wait.
 *
 * Theory of operation. `step` is a pure function. It does no I/O, keeps no clock and draws no chance:
 * times, measurements and drawn numbers come in with events, and what shall be done goes out as
 * actions. So a phone in a browser and a program in Python take the same decisions, and a night on a
 * bad link can be replayed in a millisecond.
 *
 * What an event says is learnt first (`engine_learning`); then requests are chosen until no lane has
 * anything to do (`engine_choice`); then either something is under way, or there is a time to wait
 * for, or the run is over. An event that fits nothing (a late verdict, an unknown request, a clock
 * that goes back) changes nothing.
 *
 * Spec: docs/spec/engine.md
 */
import { ASSUMED_ROUND_TRIP_MS, HELLO_MS, MOST_CHANCE, movingMs, timeoutMs } from "./backoff.ts";
import type { Action, Finish, Wait } from "./engine_actions.ts";
import { type Choice, classBytesOf, ordinaryChoice } from "./engine_choice.ts";
import { repeatable, repeatChoice } from "./engine_endgame.ts";
import type { Event } from "./engine_events.ts";
import { add, answered, begin, connected, failed, giveUp } from "./engine_learning.ts";
import { raceChoice, raceTimesMs } from "./engine_race.ts";
import { drainedAtMs } from "./engine_room.ts";
import { type EngineState, type Lane, type RelayFacts, warmName } from "./engine_state.ts";
import { MOST_LANES, MOST_RUN_FAILURES, Working } from "./engine_working.ts";

/** A run that needs more is not converging; the next one goes on. */
const MOST_REQUESTS = 4000;
/** No answer, however odd, keeps a run going for ever. */
const MOST_FRUITLESS = 64;
const LONGEST_REST_IN_RUN_MS = 8000;
/** A transport that forgets its deadline is reminded after this. */
const GRACE_MS = 5000;
/** Board pages and a quarter of a mailbox page. */
const FIRST_ANSWER_BYTES = 16_384;
const ANSWER_BYTES = 1024;

export interface Stepped {
  readonly state: EngineState;
  /** In this order. */
  readonly actions: readonly Action[];
}

/**
 * Take in one event and decide what to do.
 *
 * The state given is not changed; `NOTHING_KNOWN` stands before the first event.
 */
export function step(state: EngineState, event: Event): Stepped {
  if (!state.isRunning && event.kind !== "begin") return { state, actions: [] };
  const work = new Working(state);
  work.nowMs = Math.max(work.nowMs, event.nowMs);
  learn(work, event);
  remind(work);
  while (!isOverLimit(work)) {
    const choice = nextChoice(work);
    if (choice === null) break;
    send(work, choice);
  }
  conclude(work);
  return { state: work.frozen(), actions: work.actions };
}

function learn(work: Working, event: Event): void {
  switch (event.kind) {
    case "begin":
      begin(work, event);
      break;
    case "added":
      add(work, event.items);
      break;
    case "dropped":
      for (const id of event.ids) work.items.delete(id);
      break;
    case "connected":
      connected(work, event);
      break;
    case "answered":
      answered(work, event);
      break;
    case "failed":
      failed(work, event);
      break;
    case "tick":
      break;
  }
}

/** Give up what is past its deadline though nobody said so, and what is stuck. */
function remind(work: Working): void {
  const lanes = [...work.lanes.values()].sort((a, b) => a.number - b.number);
  for (const lane of lanes) {
    if (!work.isStalled(lane) && work.nowMs < lane.deadlineMs + GRACE_MS) continue;
    work.actions.push({ kind: "stop", lane: lane.number, request: lane.request });
    giveUp(work, lane, MOST_CHANCE);
  }
}

function nextChoice(work: Working): Choice | null {
  if (work.lanes.size >= MOST_LANES) return null;
  return ordinaryChoice(work) ?? raceChoice(work) ?? repeatChoice(work);
}

function isOverLimit(work: Working): boolean {
  return work.requests >= MOST_REQUESTS || work.fruitless >= MOST_FRUITLESS;
}

// --- sending -----------------------------------------------------------------------------

/** Note a request as under way, and tell the runner to make it. */
function send(work: Working, choice: Choice): void {
  const lane = begun(work, choice);
  const { relay } = choice;
  const isAlone = work.lanesAt(relay.key).length === 0;
  const trips = work.warm.has(warmName(choice.lane, relay.key)) ? 1 : 3;
  work.changeRelay({
    ...relay,
    queuedBytes: work.queuedBytes(relay) + lane.classBytes,
    queuedAtMs: work.nowMs,
    countedAtMs: isAlone ? work.nowMs + trips * relay.roundTripMs : relay.countedAtMs,
  });
  mark(work, choice);
  work.requests = lane.request;
  work.lanes.set(lane.number, lane);
  work.actions.push({
    kind: "send",
    lane: lane.number,
    request: lane.request,
    relay: lane.relay,
    puts: lane.puts,
    queries: lane.queries,
    classBytes: lane.classBytes,
    timeoutMs: lane.deadlineMs - lane.sentAtMs,
    isRepeat: lane.isRepeat,
  });
}

/** Give the lane that a choice makes busy. */
function begun(work: Working, choice: Choice): Lane {
  const { relay, puts, queries, isRepeat } = choice;
  const classBytes = classBytesOf(choice);
  const underWayBytes = work.underWayBytes(relay.key) + classBytes;
  const isCold = !work.warm.has(warmName(choice.lane, relay.key));
  const answerBytes = relay.hasAnswered ? ANSWER_BYTES : FIRST_ANSWER_BYTES;
  const { rateBytesPerSecond, roundTripMs } = relay;
  const size = underWayBytes + answerBytes;
  return {
    number: choice.lane,
    request: work.requests + 1,
    relay: relay.key,
    puts: puts.map((item) => item.id),
    queries,
    classBytes,
    sentAtMs: work.nowMs,
    dueMs: work.nowMs + neededMs(relay, underWayBytes, isCold),
    deadlineMs: work.nowMs + timeoutMs(size, rateBytesPerSecond, roundTripMs, isCold),
    isRepeat,
    startedAtMs: isCold ? -1 : work.nowMs,
    isOvertaken: false,
  };
}

/** Give the time until an answer if nothing is lost: what is under way goes out first. */
function neededMs(relay: RelayFacts, underWayBytes: number, isCold: boolean): number {
  const tripMs = relay.roundTripMs || ASSUMED_ROUND_TRIP_MS;
  const helloMs = isCold ? 2 * tripMs + HELLO_MS : 0;
  return helloMs + tripMs + movingMs(underWayBytes, relay.rateBytesPerSecond);
}

/** Note where items are under way; a repeat leaves them where they are. */
function mark(work: Working, { puts, relay, isRepeat, isRace }: Choice): void {
  if (isRace) return;
  for (const item of puts) {
    work.items.set(
      item.id,
      isRepeat
        ? { ...item, repeats: item.repeats + 1 }
        : { ...item, state: "in_flight", relay: relay.key },
    );
  }
}

// --- waiting and ending ------------------------------------------------------------------

/** Wait for a time, or end the run, or only for what is under way. */
function conclude(work: Working): void {
  if (isBusy(work)) {
    const at = times(work);
    if (at.length > 0) work.actions.push({ kind: "wait", untilMs: Math.min(...at) });
    return;
  }
  const last = ending(work);
  if (last.kind === "finish") {
    work.isRunning = false;
    work.lanes = new Map();
    work.warm = new Set();
  }
  work.actions.push(last);
}

/** Tell whether anything under way is worth waiting for. */
function isBusy(work: Working): boolean {
  return [...work.lanes.values()].some((lane) => {
    const isOpen = [...lane.puts, ...lane.queries].some((id) => work.items.has(id));
    return isOpen || isPollWorthWaiting(work, lane);
  });
}

/** Tell whether a lane asks something else that no other one has brought. */
function isPollWorthWaiting(work: Working, lane: Lane): boolean {
  const relay = work.relayOf(lane);
  const isPoll = lane.puts.length + lane.queries.length === 0;
  if (!work.isPolled || relay.isBehind) return isPoll;
  if (lane.isRepeat || !relay.hasAnswered) return false;
  // The first request asks for the mailbox, whether it puts something or not.
  return isPoll || (lane.request === 1 && !work.isLate(lane));
}

/** List the times at which something could be done that cannot be done now. */
function times(work: Working): number[] {
  const at = [...work.lanes.values()].map((lane) => lane.deadlineMs + GRACE_MS);
  at.push(...[...work.relays.values()].map((relay) => relay.restUntilMs));
  for (const lane of work.lanes.values()) if (lane.isOvertaken) at.push(work.stalledAtMs(lane));
  if (work.lanes.size < MOST_LANES) at.push(...timesForIdleLanes(work));
  return at.filter((timeMs) => timeMs > work.nowMs);
}

/** List the times at which a lane that is idle now might have something to do. */
function timesForIdleLanes(work: Working): number[] {
  const late = [...work.lanes.values()].filter((lane) => repeatable(work, lane).length > 0);
  return [...drainedAtMs(work), ...late.map((lane) => work.lateAtMs(lane)), ...raceTimesMs(work)];
}

/** End the run, unless a relay that rests is worth waiting for. */
function ending(work: Working): Finish | Wait {
  const finish = (reason: Finish["reason"], againAtMs = 0): Finish => ({
    kind: "finish",
    reason,
    againAtMs,
  });
  if (isOverLimit(work)) return finish("limit");
  if (work.isPolled && !isWanting(work)) return finish("done");
  const resting = [...work.relays.values()].filter((relay) => work.rests(relay));
  const soon = resting.filter(
    (relay) =>
      relay.runFailures < MOST_RUN_FAILURES &&
      relay.restUntilMs - work.nowMs <= LONGEST_REST_IN_RUN_MS,
  );
  const first = (relays: readonly RelayFacts[]) =>
    Math.min(...relays.map((relay) => relay.restUntilMs));
  if (soon.length > 0) return { kind: "wait", untilMs: first(soon) };
  const againAtMs = resting.length > 0 ? first(resting) : 0;
  return finish(work.isPolled ? "resting" : "unreachable", againAtMs);
}

/** Tell whether a relay that rests could take, tell or give something. */
function isWanting(work: Working): boolean {
  const items = [...work.items.values()];
  return [...work.relays.values()].some((relay) => {
    const isOpenTo = (item: { readonly refused: ReadonlySet<string> }) =>
      !item.refused.has(relay.key) && relay.fullUntilMs <= work.nowMs;
    return work.rests(relay) && (relay.isBehind || items.some(isOpenTo));
  });
}
