import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp } from "../src/client.ts";
import { joined, refusedWith } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, World } from "./support/surroundings.ts";

test("a new phone has joined nobody and joins by an invite", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  assert.equal(app.state(), "new");
  const desk = await app.join(world.invite());
  assert.equal(app.state(), "joined");
  assert.equal(desk.ready, true);
  assert.equal(desk.name, "The desk");
  assert.equal(desk.fingerprint.length, 32);
});

test("an invite can be read before anybody agrees to it", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  assert.equal(app.readInvite(world.invite()).name, "The desk");
  assert.equal(app.state(), "new");
});

test("a phone of one desk does not join another", async () => {
  const app = await joined(new World());
  assert.equal(await refusedWith(app.join(new World().invite())), "already-joined");
});

test("joining without a network waits for the directory and keeps drafts", async () => {
  const world = new World();
  world.network.down = true;
  const app = await openApp(world.platform());
  assert.equal((await app.join(world.invite())).ready, false);
  const draft = await app.keepDraft(null, answers());
  assert.equal(await refusedWith(app.sealDraft(draft.id)), "no-directory");
  assert.equal(app.drafts().length, 1);
  world.network.down = false;
  await app.syncNow();
  await app.sealDraft(draft.id);
  assert.equal(app.drafts().length, 0);
});

test("a directory that was rolled back or forked is refused and said", async () => {
  const world = new World();
  const app = await joined(world);
  world.desk.publishDirectory(3, world.relays);
  await app.syncNow();
  assert.equal(app.desk()?.directoryVersion, 3);
  for (const relay of world.relays) {
    relay.directory = world.desk.directory(3, world.relays, { name: "Another name" });
    relay.directoryVersion = 9;
  }
  await app.syncNow();
  assert.ok(app.warnings().some((warning) => warning.kind === "fork"));
  for (const relay of world.relays) relay.directory = world.desk.directory(2, world.relays);
  await app.syncNow();
  assert.ok(app.warnings().some((warning) => warning.kind === "rollback"));
  assert.equal(app.desk()?.directoryVersion, 3);
});

test("another invite of the same desk brings another relay", async () => {
  const world = new World(2);
  const [first, second] = world.relays;
  assert.ok(first && second);
  world.desk.publishDirectory(1, world.relays, { relays: [first.line()] });
  const app = await joined(world);
  assert.equal(app.desk()?.relays, 1);
  world.network.dead.add(first.url);
  await saveReport(app, answers(), []);
  await app.join(second.invite(world.desk.rootKey, world.desk.name));
  assert.equal(app.desk()?.relays, 2);
  await app.syncNow();
  assert.equal(second.blobs.size, 1);
  app.close();
});
