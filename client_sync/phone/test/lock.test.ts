import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp } from "../src/client.ts";
import { IllegalTransitionError } from "../src/errors.ts";
import { costFor, STRONG_COST } from "../src/lock.ts";
import {
  canLock,
  LOCK_TRANSITIONS,
  type LockHappening,
  type LockState,
  nextLock,
} from "../src/lock_states.ts";
import { isPanic, PANIC_TAPS, tapsAfter } from "../src/panic.ts";
import { strengthOf } from "../src/strength.ts";
import { PASSPHRASE_COST } from "../src/vault_passphrase.ts";
import { joined, refusedWith } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, World } from "./support/surroundings.ts";

const REAL = "a long walk home";
const DECOY = "blue bread";
const SUGGESTED = ["Bread", "Soap", "Bus at six", "Ladder"];

async function guarded(world: World, hasDecoy = true) {
  const app = await joined(world);
  world.network.down = true;
  await saveReport(app, answers(), []);
  await app.setPassphrase(REAL);
  if (hasDecoy) await (await app.guard()).setDecoy(DECOY);
  return app;
}

test("what the table does not have is refused", () => {
  const states = Object.keys(LOCK_TRANSITIONS) as LockState[];
  const happenings = new Set(
    states.flatMap((state) => Object.keys(LOCK_TRANSITIONS[state]) as LockHappening[]),
  );
  for (const state of states) {
    for (const happening of happenings) {
      const to = LOCK_TRANSITIONS[state][happening];
      if (to === undefined) assert.throws(() => nextLock(state, happening), IllegalTransitionError);
      else assert.equal(nextLock(state, happening), to);
    }
  }
});

test("the gesture works in every state, and nothing leads from a decoy to the app but its lock", () => {
  for (const state of Object.keys(LOCK_TRANSITIONS) as LockState[]) {
    assert.equal(nextLock(state, "panic"), "notes");
  }
  const ways = Object.values(LOCK_TRANSITIONS.decoy);
  assert.deepEqual([...new Set(ways)].sort(), ["notes", "shut"]);
  assert.equal(canLock("bare"), false);
});

test("the decoy's passphrase opens notes that work, and neither report nor desk", async () => {
  const world = new World();
  const app = await guarded(world);
  app.lock();
  assert.equal(app.state(), "locked");
  await app.unlock(DECOY);
  assert.equal(app.state(), "notes");
  assert.equal(app.desk(), null);
  assert.throws(() => app.reports());
  assert.equal(app.carried(), 0);
  const guard = await app.guard();
  const first = await guard.openNotes(SUGGESTED);
  assert.equal(first.length, 3);
  const note = await guard.keepNote(null, "Call the plumber");
  await guard.dropNote(first[0]?.id ?? "");
  app.lock();
  await app.unlock(DECOY);
  const again = await guard.openNotes(SUGGESTED);
  assert.deepEqual([again[0], again.length], [note, 3]);
  app.lock();
  await app.unlock(REAL);
  assert.equal(app.state(), "joined");
  assert.equal(app.reports().length, 1);
});

test("nothing is sent while the decoy is open", async () => {
  const world = new World();
  const app = await guarded(world);
  app.lock();
  await app.unlock(DECOY);
  world.network.down = false;
  const before = world.network.requests.length;
  await app.syncNow();
  assert.equal(world.network.requests.length, before);
});

test("a changed passphrase leaves the decoy's as it was", async () => {
  const world = new World();
  const app = await guarded(world);
  await app.setPassphrase("another long walk");
  app.lock();
  await app.unlock(DECOY);
  assert.equal(app.state(), "notes");
  app.lock();
  assert.equal(await refusedWith(app.unlock(REAL)), "wrong-passphrase");
  await app.unlock("another long walk");
  assert.equal(app.reports().length, 1);
});

test("the panic leaves notes, also for who opens the app again, until an invite is opened", async () => {
  const world = new World();
  const app = await guarded(world);
  await app.changeGuard({ panics: true, wipeAfter: 5 });
  await app.panic();
  assert.equal(app.state(), "notes");
  assert.equal(app.hasPassphrase(), false);
  assert.equal(app.guardSettings().panics, false);
  app.close();
  const again = await openApp(world.platform());
  assert.equal(again.state(), "notes");
  assert.equal((await (await again.guard()).openNotes(SUGGESTED)).length, 3);
  await again.comeBack();
  assert.equal(again.state(), "new");
  world.network.down = false;
  await again.join(world.invite());
  assert.deepEqual(again.reports(), []);
  again.close();
});

test("a panic in one tab is a panic in all", async () => {
  const world = new World();
  const [one, other] = [await joined(world), await openApp(world.platform())];
  assert.equal(other.state(), "joined");
  const told = new Promise<void>((resolve) => {
    other.onChange(() => {
      if (other.state() === "notes") resolve();
    });
  });
  await one.panic();
  await told;
  assert.equal(other.state(), "notes");
});

test("the last wrong try that was allowed erases everything, and closing the app gives none back", async () => {
  const world = new World();
  const app = await guarded(world);
  await app.changeGuard({ wipeAfter: 5 });
  app.close();
  for (let count = 1; count < 5; count += 1) {
    const opened = await openApp(world.platform());
    assert.equal(await refusedWith(opened.unlock("guess")), "wrong-passphrase");
    assert.equal(opened.state(), "locked");
    opened.close();
  }
  const last = await openApp(world.platform());
  await last.unlock("guess");
  assert.equal(last.state(), "notes");
  last.close();
});

test("a right try forgives the wrong ones", async () => {
  const world = new World();
  const app = await guarded(world);
  await app.changeGuard({ wipeAfter: 5 });
  for (let round = 0; round < 3; round += 1) {
    app.lock();
    for (let count = 0; count < 4; count += 1) await refusedWith(app.unlock("guess"));
    await app.unlock(REAL);
  }
  assert.equal(app.reports().length, 1);
});

test("a phone that is quick gets the dearer cost, and no phone makes a person wait over two seconds", () => {
  assert.deepEqual(costFor(100), STRONG_COST);
  assert.deepEqual(costFor(390), STRONG_COST);
  assert.deepEqual(costFor(400), PASSPHRASE_COST);
  assert.deepEqual(costFor(5000), PASSPHRASE_COST);
});

test("five quick taps are the gesture; four, or five slow ones, are not", () => {
  const after = (times: readonly number[]) => times.reduce<readonly number[]>(tapsAfter, []);
  assert.equal(isPanic(after([0, 200, 400, 600, 800])), true);
  assert.equal(isPanic(after([0, 200, 400, 600])), false);
  assert.equal(isPanic(after([0, 600, 1200, 1800, 2400])), false);
  assert.equal(after([0, 1, 2, 3, 4, 5, 6]).length, PANIC_TAPS);
});

test("a PIN is called what it is, and a phrase of four words is called strong", () => {
  assert.equal(strengthOf("123"), "none");
  for (const pin of ["1234", "111111", "19841122", "password"])
    assert.equal(strengthOf(pin), "pin");
  assert.equal(strengthOf("ladder onion river"), "weak");
  assert.equal(strengthOf("a long walk home"), "strong");
  assert.equal(strengthOf("home home home home"), "pin");
});
