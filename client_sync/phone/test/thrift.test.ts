import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../src/app.ts";
import {
  counted,
  isMedia,
  mediaGate,
  monthOf,
  NO_THRIFT,
  overridden,
  spent,
  type Thrift,
} from "../src/thrift.ts";
import { joined, settled } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, NOON_SECONDS, photo, seededEntropy, World } from "./support/surroundings.ts";

const MONTH_SECONDS = 31 * 86_400;
const NOW = { nowSeconds: NOON_SECONDS, network: "cellular", isPressed: false };

function thrift(change: Partial<Thrift>): Thrift {
  return { ...NO_THRIFT, month: monthOf(NOON_SECONDS), ...change };
}

test("bytes are counted by month and begin at nothing in the next", () => {
  const after = counted(thrift({ bytes: 100 }), 11, NOON_SECONDS);
  assert.equal(spent(after, NOON_SECONDS), 111);
  assert.equal(spent(after, NOON_SECONDS + MONTH_SECONDS), 0);
  assert.equal(
    spent(counted(after, 5, NOON_SECONDS + MONTH_SECONDS), NOON_SECONDS + MONTH_SECONDS),
    5,
  );
});

test("photos and files wait once the month's budget is spent, until the next or until the person says so", () => {
  const full = thrift({ budgetBytes: 1000, bytes: 1000 });
  assert.equal(mediaGate(thrift({ budgetBytes: 1000, bytes: 999 }), NOW), "open");
  assert.equal(mediaGate(full, NOW), "budget");
  assert.equal(mediaGate(full, { ...NOW, isPressed: true }), "budget");
  const over = overridden(full, NOW);
  assert.equal(mediaGate(over, NOW), "open");
  const next = { ...NOW, nowSeconds: NOON_SECONDS + MONTH_SECONDS };
  assert.equal(mediaGate(full, next), "open");
  const spentAgain = counted(over, 2000, next.nowSeconds);
  assert.equal(mediaGate(spentAgain, next), "budget");
});

test("with Wi-Fi only, photos and files wait on any other network and on one that is not told", () => {
  const rule = thrift({ wifiOnly: true });
  for (const [network, gate] of [
    ["wifi", "open"],
    ["ethernet", "open"],
    ["cellular", "wifi"],
    ["any", "wifi"],
  ] as const) {
    assert.equal(mediaGate(rule, { ...NOW, network }), gate);
    assert.equal(mediaGate(rule, { ...NOW, network, isPressed: true }), "open");
    assert.equal(mediaGate(NO_THRIFT, { ...NOW, network }), "open");
  }
});

test("what is carried counts as a file when it has the size of a piece of one", () => {
  assert.equal(isMedia({ kind: "courier", sizeBytes: 1024 }), false);
  assert.equal(isMedia({ kind: "courier", sizeBytes: 16_384 }), true);
  assert.equal(isMedia({ kind: "text", sizeBytes: 16_384 }), false);
  assert.equal(isMedia({ kind: "thumbnail", sizeBytes: 4096 }), true);
});

function handedOver(app: App): unknown {
  const [report] = app.reports();
  return [report?.state, report?.media.handedOver];
}

test("words go while files wait, a press lets them go, and every byte is counted in the vault", async () => {
  const world = new World();
  const app = await joined(world);
  await app.setThrift({ wifiOnly: true });
  await saveReport(app, answers(), [photo(40_000)]);
  await settled(app);
  await app.syncNow();
  assert.deepEqual(handedOver(app), ["handed-over", 0]);
  const before = app.thrift().kept.bytes ?? 0;
  assert.ok(before > 1024);

  const summary = await app.syncNow(true);
  assert.deepEqual(handedOver(app), ["handed-over", 3]);
  const spentNow = (app.thrift().kept.bytes ?? 0) - before;
  assert.equal(spentNow, summary.bytesUp + summary.bytesDown);
});

test("files stop where the budget ends, and words written afterwards still go", async () => {
  const world = new World();
  const app = await joined(world);
  await settled(app);
  const bytes = app.thrift().kept.bytes ?? 0;
  await app.setThrift({ budgetBytes: bytes + 40_000 });
  await saveReport(app, answers(), [photo(400_000)]);
  await settled(app);
  await app.syncNow();
  const [first] = app.reports();
  assert.equal(first?.state, "handed-over");
  assert.ok((first?.media.handedOver ?? 0) < (first?.media.total ?? 0));
  // What was under way when the budget ended is let through: at most four lanes of one batch.
  assert.ok((app.thrift().kept.bytes ?? 0) < bytes + 40_000 + 4 * 65_536);
  await saveReport(app, answers({ text: "Words." }), []);
  await settled(app);
  await app.syncNow();
  assert.deepEqual(
    app.reports().map(({ state }) => state),
    ["handed-over", "handed-over"],
  );
});

test("what waits by the person's rule is no reason to ask again soon", async () => {
  const world = new World(1, seededEntropy(7));
  const app = await joined(world);
  await app.setThrift({ wifiOnly: true });
  await saveReport(app, answers(), [photo(40_000)]);
  await settled(app);
  world.desk.pull(world.relays);
  await app.syncNow();
  await settled(app);
  assert.equal(app.reports()[0]?.state, "at-desk");
  const wait = Date.parse(app.link().nextTryAt ?? "") / 1000 - world.nowSeconds;
  assert.ok(app.link().waiting > 0);
  // What waits for a link is tried again within 30 s.
  assert.ok(wait > 30);
});
