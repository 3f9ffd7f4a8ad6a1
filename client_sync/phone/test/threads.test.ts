import assert from "node:assert/strict";
import { test } from "node:test";
import type { App, Purpose } from "../src/app.ts";
import { readBundle } from "../src/bundle/reader.ts";
import { hex } from "../src/bytes.ts";
import { envelopeIdOf } from "../src/envelope/keys.ts";
import { type Thread, threadsOf } from "../src/views/threads.ts";
import { joined, settled } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, photo, World } from "./support/surroundings.ts";

async function follow(app: App, about: string, purpose: Purpose, text = "More."): Promise<string> {
  const report = await saveReport(app, answers({ about, purpose, text, place: null }), []);
  return report.id;
}

function only(app: App): Thread {
  const threads = threadsOf(app);
  assert.equal(threads.length, 1);
  return threads[0] as Thread;
}

/** A report that is at the desk, and a phone that knows it. */
async function atDesk(world: World): Promise<{ app: App; id: string }> {
  const app = await joined(world);
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  world.desk.pull(world.relays);
  await app.syncNow();
  return { app, id };
}

for (const purpose of ["answer", "correction", "withdrawal", "unsafe"] as const) {
  test(`a follow-up (${purpose}) reaches the desk with its purpose and joins its thread`, async () => {
    const world = new World();
    const { app, id } = await atDesk(world);
    const followUp = await follow(app, id, purpose);
    await app.syncNow();
    world.desk.pull(world.relays);
    const { report } = world.desk.expect(followUp);
    assert.deepEqual([report.about, report.purpose], [id, purpose]);
    assert.deepEqual(
      only(app).followUps.map(({ follows }) => follows?.purpose),
      [purpose],
    );
    assert.equal(only(app).report.id, id);
  });
}

test("an open question needs the person until it is answered", async () => {
  const world = new World();
  const { app, id } = await atDesk(world);
  world.desk.reply(world.relays, id, 1, "Where was it?", "question");
  await app.syncNow();
  assert.equal(only(app).state, "needs-you");
  await app.markRead(id);
  assert.equal(only(app).state, "needs-you");
  await follow(app, id, "correction");
  assert.equal(only(app).state, "needs-you");
  await follow(app, id, "answer");
  assert.equal(only(app).state, "reply");
  await settled(app);
  world.desk.reply(world.relays, id, 2, "And when?", "question");
  await app.syncNow();
  assert.equal(only(app).state, "needs-you");
});

test("whoever said that contact is not safe is not asked to answer", async () => {
  const world = new World();
  const { app, id } = await atDesk(world);
  world.desk.reply(world.relays, id, 1, "Where was it?", "question");
  await app.syncNow();
  await follow(app, id, "unsafe");
  assert.equal(only(app).state, "reply");
});

test("an answer of the desk to a follow-up stands in its thread", async () => {
  const world = new World();
  const { app, id } = await atDesk(world);
  const followUp = await follow(app, id, "answer");
  await app.syncNow();
  world.desk.pull(world.relays);
  world.desk.reply(world.relays, followUp, 1, "Thank you.");
  await app.syncNow();
  assert.deepEqual(
    only(app).replies.map(({ text }) => text),
    ["Thank you."],
  );
  assert.equal(only(app).unread, 1);
  await app.markRead(id);
  assert.equal(only(app).unread, 0);
});

test("removing a thread leaves nothing of it, and removing a follow-up leaves the rest", async () => {
  const world = new World();
  const { app, id } = await atDesk(world);
  world.network.down = true;
  const [first, second] = [await follow(app, id, "answer"), await follow(app, id, "withdrawal")];
  await app.forget(second);
  assert.deepEqual(
    only(app).followUps.map((report) => report.id),
    [first],
  );
  assert.equal(app.link().waiting, 1);
  await app.forget(id);
  assert.deepEqual(threadsOf(app), []);
  assert.deepEqual(app.reports(), []);
  assert.equal(app.link().waiting, 0);
});

test("of one report a file is made that holds its thread and nothing else", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const wanted = await saveReport(app, answers(), [photo(20_000)]);
  await saveReport(app, answers({ text: "Another." }), []);
  const more = await follow(app, wanted.id, "correction");
  const file = await app.exportBundle(wanted.id);
  const { blobs } = readBundle(new Uint8Array(await file.arrayBuffer()));
  const ids = blobs.map((blob) => hex(envelopeIdOf(blob)));
  assert.equal(ids.length, 4);
  assert.deepEqual(ids.slice(0, 2).sort(), [wanted.id, more].sort());
  assert.equal(app.link().waiting, 5);
});

test("what a relay signed for and the desk has not confirmed can still be carried by hand", async () => {
  const world = new World();
  const app = await joined(world);
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  assert.equal(only(app).report.portable, true);
  const file = await app.exportBundle(id);
  const { blobs } = readBundle(new Uint8Array(await file.arrayBuffer()));
  assert.equal(blobs.length, 1);
  world.desk.pull(world.relays);
  await app.syncNow();
  assert.equal(only(app).report.portable, false);
});
