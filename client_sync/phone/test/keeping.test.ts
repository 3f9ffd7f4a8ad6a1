import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp } from "../src/client.ts";
import { joined, refusedWith } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, photo, World } from "./support/surroundings.ts";

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
  await app.attach(draft.id, photo(40_001));
  await app.dropDraft(draft.id);
  assert.equal(app.drafts().length, 0);
});

test("a passphrase locks the app and only it opens it", async () => {
  const world = new World();
  const app = await joined(world);
  await saveReport(app, answers(), []);
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
  await saveReport(app, answers(), []);
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
  const { id } = await saveReport(app, answers(), [photo(20_000)]);
  await app.forget(id);
  assert.equal(app.reports().length, 0);
  assert.equal(app.link().waiting, 0);
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
