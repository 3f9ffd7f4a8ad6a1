import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newRow, type Row } from "../src/outbox/rows.ts";
import { permits, type State } from "../src/outbox/states.ts";
import {
  batchAfter,
  LARGEST_BATCH_BYTES,
  measuredRate,
  pauseSeconds,
  SMALLEST_BATCH_BYTES,
  smaller,
  timeoutSeconds,
} from "../src/sync/backoff.ts";
import { byUrgency, plan, type RelayView, type Situation } from "../src/sync/engine.ts";
import { Chance } from "./support/chance.ts";
import { NOON_SECONDS } from "./support/surroundings.ts";

const SEEDS = 300;
const STATES: readonly State[] = ["sealed", "queued", "in_doubt", "held", "in_flight"];
const KINDS: readonly Row["kind"][] = ["text", "chunk", "courier"];
const SIZES = [1024, 2048, 4096, 16_384];

function anyRow(chance: Chance, index: number, relays: readonly RelayView[]): Row {
  const kind = chance.of(KINDS);
  const state = chance.of(STATES);
  const signed = relays.filter(() => chance.below(3) === 0);
  return {
    ...newRow({
      id: String(index).padStart(64, "0"),
      kind,
      owner: kind === "courier" ? "" : `report ${chance.below(4)}`,
      part: "",
      urgency: chance.below(50),
      sizeBytes: kind === "text" ? chance.of(SIZES) : chance.of([4096, 16_384]),
      state,
    }),
    relay: chance.of(relays).key,
    receipts: signed.map(({ key }) => ({
      relay: key,
      untilDay: Math.floor(NOON_SECONDS / 86_400) + chance.below(40),
      atSeconds: NOON_SECONDS - chance.below(400_000),
      sync: chance.below(10),
    })),
    notBeforeSeconds: chance.below(4) === 0 ? NOON_SECONDS + 100 : 0,
  };
}

function anySituation(seed: number): Situation & { rows: readonly Row[] } {
  const chance = new Chance(seed);
  const relays = Array.from({ length: 1 + chance.below(3) }, (_, at) => ({
    key: `relay ${at}`,
    batchBytes: chance.of([4096, 8192, 16_384, 131_072]),
    maxBatchBytes: chance.of([0, 8192, 131_072]),
    retryAtSeconds: chance.below(3) === 0 ? NOON_SECONDS + 60 : 0,
    fullUntilSeconds: chance.below(4) === 0 ? NOON_SECONDS + 60 : 0,
    failures: chance.below(3),
  }));
  const rows = Array.from({ length: chance.below(40) }, (_, at) => anyRow(chance, at, relays));
  return {
    nowSeconds: NOON_SECONDS,
    rows,
    relays,
    syncs: chance.below(12),
    exchanges: chance.below(3),
    moreToFetch: chance.below(2) === 0,
  };
}

function forEachSituation(check: (situation: Situation & { rows: readonly Row[] }) => void): void {
  for (let seed = 1; seed <= SEEDS; seed += 1) check(anySituation(seed));
}

function rowsOf(rows: readonly Row[], ids: readonly string[]): Row[] {
  return ids.map((id) => rows.find((row) => row.id === id) as Row);
}

describe("whatever the situation", () => {
  test("the same question has the same answer", () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      assert.deepEqual(plan(anySituation(seed)), plan(anySituation(seed)));
    }
  });

  test("only what the table lets go is put", () => {
    forEachSituation((situation) => {
      const action = plan(situation);
      if (action.kind !== "exchange") return;
      for (const row of rowsOf(situation.rows, action.puts)) assert.ok(permits(row.state, "put"));
      assert.equal(new Set(action.puts).size, action.puts.length);
    });
  });

  test("a blob in doubt is asked for where it went", () => {
    forEachSituation((situation) => {
      const action = plan(situation);
      if (action.kind !== "exchange") return;
      for (const row of rowsOf(situation.rows, action.query)) {
        assert.equal(row.state, "in_doubt");
        assert.equal(row.relay, action.relay);
      }
    });
  });

  test("a relay that pauses is not asked, and one that is full is given nothing", () => {
    forEachSituation((situation) => {
      const action = plan(situation);
      if (action.kind !== "exchange") return;
      const relay = situation.relays.find((one) => one.key === action.relay);
      assert.ok(relay && relay.retryAtSeconds <= situation.nowSeconds);
      if (relay.fullUntilSeconds > situation.nowSeconds) assert.deepEqual(action.puts, []);
    });
  });

  test("a refused blob waits by itself", () => {
    forEachSituation((situation) => {
      const action = plan(situation);
      if (action.kind !== "exchange") return;
      for (const row of rowsOf(situation.rows, action.puts)) {
        assert.ok(row.notBeforeSeconds <= situation.nowSeconds);
      }
    });
  });

  test("no media goes while a text that could go with it stays", () => {
    forEachSituation((situation) => {
      const action = plan(situation);
      if (action.kind !== "exchange") return;
      const put = rowsOf(situation.rows, action.puts);
      if (!put.some((row) => row.kind === "chunk")) return;
      const queued = situation.rows.filter((row) => row.kind === "text" && row.state === "queued");
      for (const row of queued) {
        const waits = row.notBeforeSeconds > situation.nowSeconds;
        const signed = row.receipts.some((receipt) => receipt.relay === action.relay);
        assert.ok(waits || signed || action.puts.includes(row.id));
      }
    });
  });

  test("the first request is small unless one blob alone is larger", () => {
    forEachSituation((situation) => {
      const action = plan({ ...situation, exchanges: 0 });
      if (action.kind !== "exchange") return;
      const bytes = rowsOf(situation.rows, action.puts).reduce(
        (sum, row) => sum + row.sizeBytes,
        0,
      );
      assert.ok(bytes <= SMALLEST_BATCH_BYTES || action.puts.length === 1);
    });
  });

  test("own blobs stand before carried ones", () => {
    forEachSituation((situation) => {
      const action = plan(situation);
      if (action.kind !== "exchange") return;
      const carried = rowsOf(situation.rows, action.puts).map((row) => row.kind === "courier");
      assert.deepEqual(carried, [...carried].sort());
    });
  });

  test("a run that has handed over everything finishes", () => {
    forEachSituation((situation) => {
      const rows = situation.rows.filter((row) => row.state === "sealed");
      const open = situation.relays.some((relay) => relay.retryAtSeconds <= situation.nowSeconds);
      const action = plan({ ...situation, rows, exchanges: 1, moreToFetch: false });
      assert.equal(action.kind, open ? "finish" : "pause");
    });
  });
});

test("a report without a word of the desk for two days and three syncs goes another way", () => {
  const receipt = { relay: "one", untilDay: 30_000, atSeconds: NOON_SECONDS - 172_800, sync: 4 };
  const row = {
    ...newRow({
      id: "a",
      kind: "text",
      owner: "a",
      part: "",
      urgency: 0,
      sizeBytes: 1024,
      state: "held",
    }),
    receipts: [receipt],
  } as Row;
  const relay = {
    key: "one",
    batchBytes: 4096,
    maxBatchBytes: 0,
    retryAtSeconds: 0,
    fullUntilSeconds: 0,
    failures: 0,
  };
  const other = { ...relay, key: "two" };
  const situation = {
    nowSeconds: NOON_SECONDS,
    relays: [relay, other],
    exchanges: 1,
    moreToFetch: false,
  };
  const kind = (syncs: number, now = NOON_SECONDS) =>
    plan({ ...situation, nowSeconds: now, rows: [row], syncs }).kind;
  assert.equal(kind(7), "overdue");
  assert.equal(kind(6), "finish");
  assert.equal(kind(7, NOON_SECONDS - 1), "finish");
  const again = plan({ ...situation, rows: [{ ...row, state: "queued" }], syncs: 7 });
  assert.equal(again.kind === "exchange" && again.relay, "two");
});

test("the order is own text, carried text, own media, carried media", () => {
  const row = (kind: Row["kind"], sizeBytes: number) =>
    newRow({
      id: `${kind}${sizeBytes}`,
      kind,
      owner: "",
      part: "",
      urgency: 0,
      sizeBytes,
      state: "queued",
    });
  const rows = [
    row("courier", 16_384),
    row("chunk", 4096),
    row("courier", 1024),
    row("text", 16_384),
  ];
  const order = rows.sort(byUrgency).map(({ id }) => id);
  assert.deepEqual(order, ["text16384", "courier1024", "chunk4096", "courier16384"]);
});

test("pauses double up to a quarter of an hour and spread by half", () => {
  assert.equal(pauseSeconds(0, 0.5), 0);
  assert.equal(pauseSeconds(1, 0.5), 5);
  assert.equal(pauseSeconds(3, 0.5), 20);
  assert.equal(pauseSeconds(60, 0), 450);
  assert.ok(pauseSeconds(60, 0.999) < 1350);
});

test("batches double under eight seconds, halve over twenty, and grow on only on a quick link", () => {
  assert.equal(batchAfter(4096, 7), 8192);
  assert.equal(batchAfter(16_384, 7), 16_384);
  assert.equal(batchAfter(16_384, 1), 32_768);
  assert.equal(batchAfter(LARGEST_BATCH_BYTES, 1), LARGEST_BATCH_BYTES);
  assert.equal(batchAfter(LARGEST_BATCH_BYTES, 5), 16_384);
  assert.equal(batchAfter(8192, 10), 8192);
  assert.equal(batchAfter(8192, 21), 4096);
  assert.equal(smaller(SMALLEST_BATCH_BYTES), SMALLEST_BATCH_BYTES);
});

test("time-outs follow size and speed and have an end", () => {
  assert.ok(timeoutSeconds(131_072, 2000) > timeoutSeconds(4096, 2000));
  assert.ok(timeoutSeconds(4096, 200) > timeoutSeconds(4096, 20_000));
  assert.equal(timeoutSeconds(10_000_000, 0), 300);
});

test("a speed is learned from exchanges that say something about it", () => {
  assert.equal(measuredRate(2000, 1280, 1), 2000);
  assert.equal(measuredRate(2000, 20_000, 0), 2000);
  assert.equal(measuredRate(2000, 40_000, 2), 11_000);
});
