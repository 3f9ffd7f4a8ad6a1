import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp } from "../src/client.ts";
import { TransportError } from "../src/errors.ts";
import { nextSync } from "../src/wakeups.ts";
import { joined, settled } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, NOON_SECONDS, World } from "./support/surroundings.ts";

const NOTHING = { waiting: 0, unspoken: 0, retryAtSeconds: 0, isInFront: true };

test("the pace follows what is at stake", () => {
  const waiting = nextSync({ ...NOTHING, waiting: 1 }, NOON_SECONDS, 0.5);
  const unspoken = nextSync({ ...NOTHING, unspoken: 1 }, NOON_SECONDS, 0.5);
  const idle = nextSync(NOTHING, NOON_SECONDS, 0.5);
  assert.ok(waiting < unspoken && unspoken < idle);
});

test("phones that woke together do not call together", () => {
  assert.notEqual(nextSync(NOTHING, NOON_SECONDS, 0.1), nextSync(NOTHING, NOON_SECONDS, 0.9));
});

test("a pause after failures is kept", () => {
  const retryAtSeconds = NOON_SECONDS + 800;
  assert.equal(
    nextSync({ ...NOTHING, waiting: 3, retryAtSeconds }, NOON_SECONDS, 0),
    retryAtSeconds,
  );
});

test("in the background the pace is the same whether something was sent or not", () => {
  const hidden = { ...NOTHING, isInFront: false };
  for (const unit of [0, 0.1, 0.5, 0.99]) {
    const idle = nextSync(hidden, NOON_SECONDS, unit);
    assert.equal(nextSync({ ...hidden, unspoken: 2 }, NOON_SECONDS, unit), idle);
  }
});

test("idle pauses have no memory: their mean is their spread", () => {
  const units = Array.from({ length: 10_000 }, (_, at) => (at + 0.5) / 10_000);
  const pauses = units.map((unit) => nextSync(NOTHING, NOON_SECONDS, unit) - NOON_SECONDS);
  const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
  const spread = Math.sqrt(
    pauses.reduce((sum, pause) => sum + (pause - mean) ** 2, 0) / pauses.length,
  );
  assert.ok(Math.abs(mean - 900) < 9, `mean ${mean}`);
  assert.ok(Math.abs(spread - 900) < 27, `spread ${spread}`);
});

test("when the network comes back a sync that hangs is begun anew at once", async () => {
  const world = new World();
  const held: (() => void)[] = [];
  let isDead = true;
  const platform = world.platform({
    timer: { elapsedMs: () => 0, after: () => () => undefined },
    transport: {
      exchange: (url, request) => {
        if (!isDead) return world.network.exchange(url, request);
        return new Promise((_, reject) => held.push(() => reject(new TransportError("timeout"))));
      },
    },
  });
  const app = await openApp(platform);
  isDead = false;
  await app.join(world.invite());
  isDead = true;
  await saveReport(app, answers(), []);
  while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  isDead = false;
  for (const wake of platform.surroundings.wakes) wake(true);
  await settled(app);
  assert.equal(app.reports()[0]?.state, "handed-over");
  app.close();
});

test("a report saved without a network leaves by itself when the network is back", async () => {
  const world = new World();
  const platform = world.platform();
  const app = await openApp(platform);
  await app.join(world.invite());
  world.network.down = true;
  await saveReport(app, answers(), []);
  await settled(app);
  assert.equal(app.reports()[0]?.state, "waiting");
  world.network.down = false;
  world.pass(3600);
  for (const wake of platform.surroundings.wakes) wake(true);
  await settled(app);
  assert.equal(app.reports()[0]?.state, "handed-over");
  app.close();
});

test("after every run the next one is planned, and said", async () => {
  const world = new World();
  const platform = world.platform();
  const app = await openApp(platform);
  assert.equal(app.link().nextTryAt, null);
  await app.join(world.invite());
  assert.notEqual(app.link().nextTryAt, null);
  const before = world.network.requests.length;
  platform.surroundings.timers.at(-1)?.();
  await settled(app);
  assert.ok(world.network.requests.length > before);
  app.close();
});

test("a report saved while a sync runs does not wait for the timer", async () => {
  const world = new World();
  const app = await joined(world);
  const running = app.syncNow();
  await saveReport(app, answers(), []);
  await running;
  await settled(app);
  assert.equal(app.reports()[0]?.state, "handed-over");
  app.close();
});

test("asked to send while a sync runs that began without a network, the phone tries again", async () => {
  const world = new World();
  const app = await openApp(world.platform({ transport: world.slow }));
  await app.join(world.invite());
  const release = world.slow.hold();
  await saveReport(app, answers(), []);
  const asked = Promise.all([app.syncNow(), app.syncNow()]);
  release();
  const [one, two] = await asked;
  assert.equal(one, two);
  assert.ok(one.roundTrips > 0);
  assert.equal(app.reports()[0]?.state, "handed-over");
  app.close();
});

test("the link is what it is", async () => {
  const world = new World();
  const platform = world.platform();
  const app = await openApp(platform);
  await app.join(world.invite());
  assert.equal(app.link().status, "idle");
  platform.surroundings.isOnline = false;
  assert.equal(app.link().status, "offline");
  platform.surroundings.isOnline = true;
  world.network.down = true;
  await app.syncNow();
  assert.equal(app.link().status, "unreachable");
  assert.notEqual(app.link().lastExchangeAt, null);
  app.close();
});
