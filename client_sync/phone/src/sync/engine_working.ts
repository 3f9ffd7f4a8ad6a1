/**
 * A state that one step works on: taken apart, changed, put together again.
 *
 * Theory of operation. `step` promises not to change the state it was given, and rules read best when
 * they change things one after the other. So a step copies the state into this, lets the rules work
 * on the copy, and freezes the result.
 *
 * Spec: docs/spec/engine.md
 */
import { HELLO_MS, movingMs, whole } from "./backoff.ts";
import type { Action } from "./engine_actions.ts";
import {
  type EngineState,
  type Item,
  type Lane,
  type RelayFacts,
  warmName,
} from "./engine_state.ts";

/** Eight were slower than four: each handshake costs what a report does. */
export const MOST_LANES = 4;
/** Then a relay rests until the next run. */
export const MOST_RUN_FAILURES = 3;
/** Three lanes of 16384; the fourth is most often stuck. */
export const MOST_QUEUE_BYTES = 49_920;
/** An answer that took less was not worth asking twice for. */
const LATE_MS = 4000;
/** As much again as a lost packet takes on a far link. */
const STALL_MS = 3000;

/** One step's own copy of the state, and the actions it has decided on. */
export class Working {
  nowMs: number;
  items: Map<string, Item>;
  relays: Map<string, RelayFacts>;
  lanes: Map<number, Lane>;
  warm: Set<string>;
  requests: number;
  fruitless: number;
  isRunning: boolean;
  readonly actions: Action[] = [];

  constructor(state: EngineState) {
    this.nowMs = state.nowMs;
    this.items = new Map(state.items);
    this.relays = new Map(state.relays.map((relay) => [relay.key, relay]));
    this.lanes = new Map(state.lanes.map((lane) => [lane.number, lane]));
    this.warm = new Set(state.warm);
    this.requests = state.requests;
    this.fruitless = state.fruitless;
    this.isRunning = state.isRunning;
  }

  /** Put the state together again. */
  frozen(): EngineState {
    return {
      nowMs: this.nowMs,
      items: this.items,
      relays: [...this.relays.values()],
      lanes: [...this.lanes.values()].sort((a, b) => a.number - b.number),
      warm: this.warm,
      requests: this.requests,
      fruitless: this.fruitless,
      isRunning: this.isRunning,
    };
  }

  /** Replace what is known of a relay. */
  changeRelay(facts: RelayFacts): void {
    this.relays.set(facts.key, facts);
  }

  /** What is known of the relay that a lane is busy at. */
  relayOf(lane: Lane): RelayFacts {
    const relay = this.relays.get(lane.relay);
    if (relay === undefined) throw new RangeError("a lane leads to a relay of this run");
    return relay;
  }

  /** Find the lane that is busy with a request. */
  laneOf(request: number): Lane | undefined {
    return [...this.lanes.values()].find((lane) => lane.request === request);
  }

  /** List the lanes that are busy at a relay. */
  lanesAt(relay: string): Lane[] {
    return [...this.lanes.values()].filter((lane) => lane.relay === relay);
  }

  /** Name what any lane puts now. */
  carried(): Set<string> {
    return new Set([...this.lanes.values()].flatMap((lane) => lane.puts));
  }

  /** Add up the requests that are under way to a relay; what is late is stuck, not moving. */
  underWayBytes(relay: string): number {
    const moving = this.lanesAt(relay).filter((lane) => !this.isLate(lane));
    return moving.reduce((sum, lane) => sum + lane.classBytes, 0);
  }

  /** Reckon what still waits for the link of what was sent to a relay. */
  queuedBytes(relay: RelayFacts): number {
    if (this.lanesAt(relay.key).length === 0) return 0;
    const goneMs = this.nowMs - relay.queuedAtMs;
    return Math.max(relay.queuedBytes - whole(relay.rateBytesPerSecond * goneMs, 1000), 0);
  }

  /** Choose an idle lane: one whose connection to the relay stands, or the lowest. */
  freeLane(relay: string): number | null {
    const numbers = Array.from({ length: MOST_LANES }, (_, number) => number);
    const idle = numbers.filter((number) => !this.lanes.has(number));
    return idle.find((number) => this.warm.has(warmName(number, relay))) ?? idle[0] ?? null;
  }

  /** Tell whether a relay is left alone now. */
  rests(relay: RelayFacts): boolean {
    return relay.restUntilMs > this.nowMs || relay.runFailures >= MOST_RUN_FAILURES;
  }

  /** List the relays that may be asked now, the best first. */
  usable(): RelayFacts[] {
    const awake = [...this.relays.values()].filter((relay) => !this.rests(relay));
    return awake.sort(
      (a, b) => Number(b.isOpen) - Number(a.isOpen) || a.failures - b.failures || a.place - b.place,
    );
  }

  /** Tell whether a relay has answered in this run. */
  get isPolled(): boolean {
    return [...this.relays.values()].some((relay) => relay.hasAnswered);
  }

  /** Tell whether a connection to a relay stood in this run. */
  get hasOpenRelay(): boolean {
    return [...this.relays.values()].some((relay) => relay.isOpen);
  }

  /** Give what a lane puts and nobody has signed for yet. */
  livePuts(lane: Lane): Item[] {
    return lane.puts.flatMap((id) => this.items.get(id) ?? []);
  }

  /** Tell when a lane's answer is so late that what it carries may be repeated. */
  lateAtMs(lane: Lane): number {
    const tripMs = this.relayOf(lane).roundTripMs;
    return Math.max(lane.sentAtMs + Math.max(LATE_MS, 2 * tripMs), this.dueMs(lane));
  }

  /** Tell when an answer is due, by what is known now if nothing was when it was sent. */
  private dueMs(lane: Lane): number {
    const { rateBytesPerSecond, roundTripMs } = this.relayOf(lane);
    if (rateBytesPerSecond === 0) return lane.dueMs;
    const knownMs = 3 * roundTripMs + HELLO_MS + movingMs(MOST_QUEUE_BYTES, rateBytesPerSecond);
    return Math.min(lane.dueMs, lane.sentAtMs + knownMs);
  }

  /** Tell whether a lane's answer should have come by now. */
  isLate(lane: Lane): boolean {
    return this.nowMs >= this.lateAtMs(lane);
  }

  /** Tell a lane that is stuck: it is late, and one that began after it was answered. */
  isStalled(lane: Lane): boolean {
    return lane.isOvertaken && this.nowMs >= this.stalledAtMs(lane);
  }

  /** Tell when a lane that was overtaken is given up for a new connection. */
  stalledAtMs(lane: Lane): number {
    return this.lateAtMs(lane) + STALL_MS;
  }

  /** Free a lane; what it put and got no verdict for is in doubt at its relay. */
  loosen(lane: Lane): void {
    this.lanes.delete(lane.number);
    const carried = this.carried();
    for (const item of this.livePuts(lane)) {
      if (item.state !== "in_flight" || carried.has(item.id)) continue;
      this.items.set(item.id, { ...item, state: "in_doubt", relay: lane.relay });
    }
  }
}
