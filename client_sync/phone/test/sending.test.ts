import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../src/bytes.ts";
import { openApp } from "../src/client.ts";
import { tokensOf } from "../src/envelope/tokens.ts";
import {
  AckStatus,
  MAX_REQUEST_PAYLOAD_BYTES,
  REQUEST_HEADER_BYTES,
  REST_STEP_BYTES,
  RESUMABLE_BYTES,
} from "../src/generated/constants.ts";
import { localSealer, type Sealer } from "../src/sealer.ts";
import { FrameType, readFrames } from "../src/wire/frames.ts";
import { joined, settled } from "./support/app.ts";
import { tokenHash } from "./support/relay_side.ts";
import { saveReport } from "./support/saving.ts";
import { answers, photo, World } from "./support/surroundings.ts";

test("a report with a photo goes the whole way and the phone says only what is proven", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const saved = await saveReport(app, answers(), [photo(40_000)]);
  const state = () => app.reports().find((report) => report.id === saved.id);
  assert.equal(state()?.state, "waiting");
  assert.deepEqual(state()?.media, { total: 3, handedOver: 0 });

  world.network.down = false;
  await app.syncNow();
  assert.equal(state()?.state, "handed-over");
  assert.deepEqual(state()?.media, { total: 3, handedOver: 3 });

  world.desk.pull(world.relays);
  await app.syncNow();
  assert.equal(state()?.state, "at-desk");
  assert.equal(state()?.complete, true);
  assert.equal(app.link().waiting, 0);

  const received = world.desk.expect(saved.id);
  assert.equal(received.copies, 1);
  assert.equal(received.report.attachments.length, 1);
  assert.ok(received.report.attachments.every((manifest) => world.desk.file(manifest) !== null));
});

test("text goes before media, and small files before large ones", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  await saveReport(app, answers(), [photo(90_000), photo(5_000, "small.jpg")]);
  await saveReport(app, answers({ text: "The second report." }), []);
  world.network.down = false;
  await app.syncNow();
  const sizes = [...(world.relays[0]?.blobs.values() ?? [])].map((blob) => blob.length);
  assert.ok(sizes.slice(0, 2).every((size) => size < 4096));
  assert.ok(sizes.slice(2).every((size) => size === 4096 || size === 16_384));
});

test("a reply is fetched, opened, and read", async () => {
  const world = new World();
  const app = await joined(world);
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  world.desk.pull(world.relays);
  world.desk.reply(world.relays, id, 1, "Thank you. Stay away from the road.");
  const summary = await app.syncNow();
  assert.equal(summary.replies, 1);
  assert.equal(app.reports()[0]?.state, "reply");
  assert.equal(app.reports()[0]?.unread, 1);
  assert.equal(app.replies(id)[0]?.text, "Thank you. Stay away from the road.");
  await app.markRead(id);
  assert.equal(app.reports()[0]?.unread, 0);
});

test("the same reply from two relays is shown once", async () => {
  const world = new World(2);
  const app = await joined(world);
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  world.desk.pull(world.relays);
  world.desk.reply(world.relays, id, 1, "Thank you.");
  await app.syncNow();
  world.network.dead.add(world.relays[0]?.url ?? "");
  await app.syncNow();
  await app.syncNow();
  assert.equal(app.replies(id).length, 1);
});

test("a drop after the receipt is noticed, and the report goes another way", async () => {
  const world = new World(2);
  const app = await joined(world);
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  const first = world.relays.find((relay) => relay.blobs.has(id));
  assert.ok(first);
  first.blobs.delete(id);
  for (const _ of [1, 2, 3]) {
    world.pass(86_400);
    await app.syncNow();
  }
  const other = world.relays.find((relay) => relay !== first);
  assert.ok(other?.blobs.has(id));
  world.desk.pull(world.relays);
  await app.syncNow();
  assert.equal(app.reports()[0]?.state, "at-desk");
});

test("attachment bytes that the desk wants again are sent again", async () => {
  const world = new World(2);
  const app = await joined(world);
  const { id } = await saveReport(app, answers(), [photo(40_000)]);
  await app.syncNow();
  for (const relay of world.relays) {
    for (const blobId of relay.blobs.keys()) if (blobId !== id) relay.blobs.delete(blobId);
  }
  world.desk.pull(world.relays);
  await app.syncNow();
  assert.equal(app.reports()[0]?.complete, false);
  world.desk.publish(world.relays, [world.desk.tag(id, AckStatus.NEED_MORE)]);
  await app.syncNow();
  await app.syncNow();
  world.desk.pull(world.relays);
  await app.syncNow();
  assert.equal(app.reports()[0]?.complete, true);
});

test("a relay that wants work is given it", async () => {
  const world = new World();
  const app = await joined(world);
  for (const relay of world.relays) relay.workBits = 6;
  await saveReport(app, answers(), []);
  await app.syncNow();
  assert.equal(app.reports()[0]?.state, "handed-over");
});

test("a phone that the desk knows spends a token where work is asked, each once", async () => {
  const world = new World();
  const [relay] = world.relays;
  assert.ok(relay);
  const asked: number[] = [];
  const sealer: Sealer = {
    ...localSealer,
    stamp: (id, week, bits) => {
      asked.push(bits);
      return localSealer.stamp(id, week, bits);
    },
  };
  const app = await openApp(world.platform({ sealer }));
  await app.join(world.invite());
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  world.desk.pull(world.relays);
  await app.syncNow();
  const { keys } = world.desk.expect(id);
  for (const token of tokensOf(keys.reply, relay.key)) relay.tokens.add(hex(tokenHash(token)));
  relay.workBits = 8;
  await app.syncNow();
  asked.length = 0;
  await saveReport(app, answers({ text: "The second." }), []);
  await saveReport(app, answers({ text: "The third." }), []);
  await app.syncNow();
  assert.equal(relay.blobs.size + relay.purged.size, 3);
  assert.equal(relay.spent.length, 2);
  assert.deepEqual(asked, []);
  assert.equal(new Set(relay.spent).size, relay.spent.length);
  app.close();
});

test("a full relay does not hold the report back from another", async () => {
  const world = new World(2);
  const app = await joined(world);
  const [first, second] = world.relays;
  if (first) first.full = true;
  await saveReport(app, answers(), []);
  await app.syncNow();
  assert.equal(second?.blobs.size, 1);
  assert.equal(app.reports()[0]?.state, "handed-over");
});

for (const fault of ["unreachable", "answer-lost", "request-cut", "portal", "forged"] as const) {
  test(`after an exchange that is ${fault} nothing is lost and nothing is there twice`, async () => {
    const world = new World();
    const app = await joined(world);
    world.network.faults.push(fault, null, fault, fault);
    await saveReport(app, answers(), [photo(20_000)]);
    for (let round = 0; round < 8; round += 1) {
      await app.syncNow();
      world.pass(60);
    }
    world.desk.pull(world.relays);
    await app.syncNow();
    const [report] = app.reports();
    assert.equal(report?.state, "at-desk");
    assert.equal(world.desk.received.size, 1);
    assert.equal(world.desk.expect(report?.id ?? "").copies, 1);
  });
}

test("a portal's page is no receipt", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.faults.push(...Array.from({ length: 20 }, () => "portal" as const));
  await saveReport(app, answers(), []);
  const summary = await app.syncNow();
  assert.equal(summary.receipts, 0);
  assert.equal(app.reports()[0]?.state, "waiting");
});

test("every request is at least as long as one with a report", async () => {
  const world = new World();
  const app = await joined(world);
  await app.syncNow();
  assert.ok(world.network.requests.length > 0);
  assert.ok(world.network.requests.every(({ request }) => request.length >= 1280));
});

test("a clock that was a year ahead does not hold the phone back for a year", async () => {
  const world = new World();
  const app = await joined(world);
  world.pass(365 * 86_400);
  world.network.down = true;
  await saveReport(app, answers(), []);
  await app.syncNow();
  world.network.down = false;
  world.pass(-365 * 86_400);
  app.close();
  const again = await openApp(world.platform());
  await settled(again);
  assert.equal(again.reports()[0]?.state, "handed-over");
});

/** Frames of every request made so far. */
function framesOf(world: World) {
  return world.network.requests.map(({ request }) => ({
    size: request.length,
    frames: readFrames(request.subarray(REQUEST_HEADER_BYTES), MAX_REQUEST_PAYLOAD_BYTES).frames,
  }));
}

test("a photograph whose connection is cut goes on where it was cut", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await saveReport(app, answers(), [photo(40_000)]);
  world.network.down = false;
  world.network.requests.length = 0;
  world.network.faults.push(null, "request-cut", null, "request-cut");
  for (let syncs = 0; syncs < 4; syncs += 1) {
    await app.syncNow();
    world.pass(60);
  }
  const report = app.reports().find((one) => one.id === id);
  assert.deepEqual(report?.media, { total: 3, handedOver: 3 });
  const sent = framesOf(world);
  const rests = sent.flatMap(({ frames }) => frames.filter(({ type }) => type === FrameType.REST));
  assert.ok(rests.length > 0);
  assert.ok(rests.every(({ payload }) => payload.length < RESUMABLE_BYTES));
  const long = sent.filter(({ frames }) =>
    frames.some(
      ({ type, payload }) => type === FrameType.PUT && payload.length === RESUMABLE_BYTES,
    ),
  );
  assert.ok(long.every(({ size }) => size % REST_STEP_BYTES === 0));
  assert.ok(long.every(({ frames }) => frames.some(({ type }) => type === FrameType.ANNOUNCE)));
});

test("a beginning that the relay does not have makes the blob go whole", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await saveReport(app, answers(), [photo(40_000)]);
  world.network.down = false;
  const [relay] = world.relays;
  world.network.faults.push(null, "request-cut");
  relay?.beginnings.lie(5000);
  for (let syncs = 0; syncs < 6; syncs += 1) {
    await app.syncNow();
    world.pass(60);
  }
  const report = app.reports().find((one) => one.id === id);
  assert.deepEqual(report?.media, { total: 3, handedOver: 3 });
});
