import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { step } from "../src/sync/engine.ts";
import type { Action, Send } from "../src/sync/engine_actions.ts";
import type { Event } from "../src/sync/engine_events.ts";
import {
  type EngineState,
  type Item,
  NOTHING_KNOWN,
  newItem,
  newRelayFacts,
  Rank,
} from "../src/sync/engine_state.ts";
import { Chance } from "./support/chance.ts";

const SEEDS = 150;
const EVENTS = 120;
const RANKS = Object.values(Rank);

function anyItem(chance: Chance, index: number): Item {
  const rank = chance.of(RANKS);
  const sizeBytes = rank >= Rank.CHUNK ? 16_384 : chance.of([1024, 2048, 4096]);
  const id = String(index).padStart(64, "0");
  return newItem({ id, rank, urgency: chance.below(50), sizeBytes });
}

/** A run in which anything may happen to what is under way. */
class Trial {
  readonly sends: Send[] = [];
  readonly items = new Map<string, Item>();
  state: EngineState = NOTHING_KNOWN;
  finished = false;
  private readonly open = new Map<number, Send>();
  private readonly chance: Chance;
  private nowMs = 1_000_000;
  private waitMs = 0;

  constructor(seed: number) {
    this.chance = new Chance(seed);
    const items = Array.from({ length: this.chance.below(40) }, (_, at) =>
      anyItem(this.chance, at),
    );
    for (const item of items) this.items.set(item.id, item);
    const relays = ["a", "b", "c"].map((key, place) => newRelayFacts({ key, place }));
    this.tell({ kind: "begin", nowMs: this.nowMs, items, relays, isManual: true });
  }

  go(): this {
    for (let event = 0; event < EVENTS && !this.finished; event += 1) this.happen();
    return this;
  }

  private happen(): void {
    const { chance } = this;
    const [send] = [...this.open.values()].slice(chance.below(Math.max(1, this.open.size)));
    this.nowMs += chance.below(6000);
    if (send === undefined || chance.below(6) === 0) {
      this.nowMs = Math.max(this.nowMs, this.waitMs);
      this.tell({ kind: "tick", nowMs: this.nowMs });
      return;
    }
    this.open.delete(send.request);
    this.tell(chance.below(3) === 0 ? this.failure(send) : this.answer(send));
  }

  private failure({ request }: Send): Event {
    const chance = this.chance.below(65_536);
    return { kind: "failed", nowMs: this.nowMs, request, failure: "timeout", chance };
  }

  private answer(send: Send): Event {
    return {
      kind: "answered",
      nowMs: this.nowMs,
      request: send.request,
      isWhole: true,
      movedBytes: send.classBytes + 256,
      verdicts: new Map(send.puts.map((id) => [id, "held"])),
      have: new Map(send.queries.map((id) => [id, this.chance.below(2) === 0])),
      hasMoved: false,
      behind: new Set(),
      mostBatchBytes: 131_072,
      restMs: 0,
      chance: this.chance.below(65_536),
    };
  }

  private tell(event: Event): void {
    const before = structuredClone(this.state);
    const stepped = step(this.state, event);
    assert.deepEqual(this.state, before, "a step never changes the state it was given");
    this.state = stepped.state;
    for (const action of stepped.actions) this.note(action);
    assert.ok(this.open.size <= 4, "at most four lanes");
  }

  private note(action: Action): void {
    if (action.kind === "stop") this.open.delete(action.request);
    if (action.kind === "wait") this.waitMs = action.untilMs;
    if (action.kind === "finish") this.finished = true;
    if (action.kind !== "send") return;
    this.sends.push(action);
    this.open.set(action.request, action);
  }
}

describe("whatever happens on the way", () => {
  const trials = Array.from({ length: SEEDS }, (_, seed) => new Trial(seed + 1).go());

  test("words never share a request with media", () => {
    for (const { sends, items } of trials) {
      for (const { puts } of sends) {
        const ranks = puts.map((id) => items.get(id)?.rank ?? Rank.TEXT);
        const isMixed = ranks.some((rank) => rank >= Rank.CHUNK) && ranks.includes(Rank.TEXT);
        assert.ok(!isMixed);
      }
    }
  });

  test("the first request is small and on one lane", () => {
    for (const { sends, items } of trials) {
      const [first] = sends;
      const bytes = first?.puts.reduce((sum, id) => sum + (items.get(id)?.sizeBytes ?? 0), 0) ?? 0;
      assert.ok(bytes <= 4096 || first?.puts.length === 1);
    }
  });

  test("the same run has the same decisions", () => {
    for (const seed of [1, 2, 3]) {
      assert.deepEqual(new Trial(seed).go().sends, new Trial(seed).go().sends);
    }
  });

  test("most runs come to an end by themselves, with nothing left to hand over", () => {
    const ended = trials.filter(({ finished, state }) => finished && state.items.size === 0);
    assert.ok(ended.length > SEEDS / 2, `${ended.length} of ${SEEDS}`);
  });
});
