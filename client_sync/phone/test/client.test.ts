import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../src/app.ts";
import { readBundle } from "../src/bundle/reader.ts";
import { openApp } from "../src/client.ts";
import { PhoneError } from "../src/errors.ts";
import { AckStatus } from "../src/generated/constants.ts";
import { answers, photo, World } from "./support/surroundings.ts";

async function joined(world: World): Promise<App> {
  const app = await openApp(world.platform());
  await app.join(world.invite());
  return app;
}

/** Wait until a sync that the app began by itself is over. */
async function settled(app: App): Promise<void> {
  while (app.link().status === "syncing") {
    await new Promise<void>((resolve) => {
      const end = app.onChange(() => {
        end();
        resolve();
      });
    });
  }
}

async function refusedWith(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof PhoneError) return error.slug;
    throw error;
  }
  return "not refused";
}

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

test("a report with a photo goes the whole way and the phone says only what is proven", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const saved = await app.saveReport(answers(), [photo(40_000)]);
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
  await app.saveReport(answers(), [photo(90_000), photo(5_000, "small.jpg")]);
  await app.saveReport(answers({ text: "The second report." }), []);
  world.network.down = false;
  await app.syncNow();
  const sizes = [...(world.relays[0]?.blobs.values() ?? [])].map((blob) => blob.length);
  assert.ok(sizes.slice(0, 2).every((size) => size < 4096));
  assert.ok(sizes.slice(2).every((size) => size === 4096 || size === 16_384));
});

test("a reply is fetched, opened, and read", async () => {
  const world = new World();
  const app = await joined(world);
  const { id } = await app.saveReport(answers(), []);
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
  const { id } = await app.saveReport(answers(), []);
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
  const { id } = await app.saveReport(answers(), []);
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
  const { id } = await app.saveReport(answers(), [photo(40_000)]);
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
  await app.saveReport(answers(), []);
  await app.syncNow();
  assert.equal(app.reports()[0]?.state, "handed-over");
});

test("a full relay does not hold the report back from another", async () => {
  const world = new World(2);
  const app = await joined(world);
  const [first, second] = world.relays;
  if (first) first.full = true;
  await app.saveReport(answers(), []);
  await app.syncNow();
  assert.equal(second?.blobs.size, 1);
  assert.equal(app.reports()[0]?.state, "handed-over");
});

for (const fault of ["unreachable", "answer-lost", "request-cut", "portal", "forged"] as const) {
  test(`after an exchange that is ${fault} nothing is lost and nothing is there twice`, async () => {
    const world = new World();
    const app = await joined(world);
    world.network.faults.push(fault, null, fault, fault);
    await app.saveReport(answers(), [photo(20_000)]);
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
  world.network.faults.push("portal", "portal", "portal");
  await app.saveReport(answers(), []);
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

test("a bundle file carries reports to the desk with no relay at all", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await app.saveReport(answers(), [photo(20_000)]);
  const file = await app.exportBundle();

  const courier = await openApp(new World().platform());
  const taken = await courier.importBundle(file);
  assert.equal(taken.carried, 3);
  assert.equal(courier.carried(), 3);
  assert.deepEqual(await courier.importBundle(file), { ...taken, carried: 0, known: 3 });

  const handedOn = await courier.exportBundle();
  world.desk.takeBlobs(readBundle(new Uint8Array(await handedOn.arrayBuffer())).blobs);
  assert.equal(world.desk.expect(id).complete, true);
});

test("a courier hands over what it carries, and says that it is carried", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await app.saveReport(answers(), []);
  const file = await app.exportBundle();
  world.network.down = false;
  const courier = await openApp(
    new World().platform({
      transport: world.network,
      clock: { nowSeconds: () => world.nowSeconds },
    }),
  );
  await courier.join(world.invite());
  await courier.importBundle(file);
  await courier.syncNow();
  assert.ok(world.relays[0]?.blobs.has(id));
  assert.ok(world.relays[0]?.carried.has(id));
});

test("answers that make no report are refused by the question they belong to, and the draft stays", async () => {
  const app = await joined(new World());
  const wrong = {
    "bad-category": { category: null },
    "bad-text": { text: "   " },
    "bad-observed": { observedAt: "yesterday" },
    "bad-place": { place: { latitude: 12 } },
  } as const;
  for (const [slug, change] of Object.entries(wrong)) {
    const draft = await app.keepDraft(null, answers(change));
    assert.equal(await refusedWith(app.sealDraft(draft.id)), slug);
    assert.ok(app.drafts().some((other) => other.id === draft.id));
  }
});

test("an empty or too large file is refused and the draft is as it was", async () => {
  const app = await joined(new World());
  const draft = await app.keepDraft(null, answers());
  assert.equal(await refusedWith(app.attach(draft.id, photo(0))), "attachment-empty");
  assert.equal(await refusedWith(app.attach(draft.id, photo(1_000_001))), "attachment-too-large");
  assert.equal(app.drafts()[0]?.attachments.length, 0);
});

test("a dropped draft takes its sealed attachments with it", async () => {
  const world = new World();
  const app = await joined(world);
  const draft = await app.keepDraft(null, answers());
  const kept = await app.attach(draft.id, photo(40_000));
  await app.attach(draft.id, photo(40_001));
  await app.detach(draft.id, kept.id);
  assert.equal(app.drafts()[0]?.attachments.length, 1);
  await app.dropDraft(draft.id);
  assert.equal(app.drafts().length, 0);
});

test("a passphrase locks the app and only it opens it", async () => {
  const world = new World();
  const app = await joined(world);
  await app.saveReport(answers(), []);
  await app.setPassphrase("a long walk home");
  app.close();
  const again = await openApp(world.platform());
  assert.equal(again.state(), "locked");
  assert.equal(await refusedWith(again.unlock("another")), "wrong-passphrase");
  await again.unlock("a long walk home");
  assert.equal(again.reports().length, 1);
  await again.setPassphrase(null);
  again.close();
  assert.equal((await openApp(world.platform())).state(), "joined");
});

test("a wiped app is as new", async () => {
  const world = new World();
  const platform = world.platform();
  const app = await openApp(platform);
  await app.join(world.invite());
  await app.saveReport(answers(), []);
  await app.setLanguage("fr");
  await app.wipe();
  assert.equal(app.state(), "new");
  assert.equal(app.language(), null);
  assert.equal(platform.surroundings.erased, true);
  app.close();
  assert.equal((await openApp(world.platform())).state(), "new");
});

test("two tabs do not lose each other's drafts", async () => {
  const world = new World();
  const one = await joined(world);
  const two = await openApp(world.platform());
  await Promise.all([one.keepDraft(null, answers()), two.keepDraft(null, answers())]);
  one.close();
  two.close();
  assert.equal((await openApp(world.platform())).drafts().length, 2);
});

test("a forgotten report leaves nothing behind", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await app.saveReport(answers(), [photo(20_000)]);
  await app.forget(id);
  assert.equal(app.reports().length, 0);
  assert.equal(app.link().waiting, 0);
});

test("a clock that was a year ahead does not hold the phone back for a year", async () => {
  const world = new World();
  const app = await joined(world);
  world.pass(365 * 86_400);
  world.network.down = true;
  await app.saveReport(answers(), []);
  await app.syncNow();
  world.network.down = false;
  world.pass(-365 * 86_400);
  app.close();
  const again = await openApp(world.platform());
  await settled(again);
  assert.equal(again.reports()[0]?.state, "handed-over");
});

test("a report sealed while a file is still being attached knows nothing of the file", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const draft = await app.keepDraft(null, answers());
  const attaching = refusedWith(app.attach(draft.id, photo(400_000)));
  const saved = await app.sealDraft(draft.id);
  assert.equal(await attaching, "no-such-draft");
  assert.equal(saved.attachments, 0);
  assert.equal(app.link().waiting, 1);
});

test("what is wrong around the phone is said", async () => {
  const world = new World();
  const app = await joined(world);
  for (const relay of world.relays) relay.day += 40;
  await app.syncNow();
  assert.ok(app.warnings().some((warning) => warning.kind === "clock" && warning.daysOff === -40));
  world.nowSeconds += 86_400 * 60;
  const kinds = app.warnings().map((warning) => warning.kind);
  assert.ok(kinds.includes("directory-expired"));
  assert.ok(kinds.includes("week-not-listed"));
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
