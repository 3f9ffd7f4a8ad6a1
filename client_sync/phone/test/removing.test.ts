import assert from "node:assert/strict";
import { test } from "node:test";
import type { App, Draft } from "../src/app.ts";
import { openApp } from "../src/client.ts";
import { Session } from "../src/session.ts";
import { joined, refusedWith } from "./support/app.ts";
import { answers, CANARY, photo, World } from "./support/surroundings.ts";

async function withFiles(world: World): Promise<{ app: App; draft: Draft }> {
  const app = await joined(world);
  const { id } = await app.keepDraft(null, answers());
  for (const size of [20_001, 20_002, 20_003]) await app.attach(id, photo(size));
  return { app, draft: app.drafts()[0] as Draft };
}

const idsOf = (app: App) => app.drafts()[0]?.attachments.map(({ id }) => id);

/** What the vault of this world holds, read by a session of its own that sweeps nothing. */
async function inVault(world: World) {
  const derive = () => Promise.reject(new Error("not asked"));
  const session = await Session.open({ factory: world.factory, derive });
  const { content, rows } = session.held();
  session.close();
  return { text: JSON.stringify(content), removed: content.removed, rows: rows.size };
}

test("a removed attachment is gone at once and comes back to its place", async () => {
  const { app, draft } = await withFiles(new World());
  const removals = await app.removals();
  const [first, second, third] = draft.attachments.map(({ id }) => id) as [string, string, string];
  await removals.removeAttachment(draft.id, second);
  assert.deepEqual(idsOf(app), [first, third]);
  assert.deepEqual(removals.last(), { id: second, kind: "attachment" });
  await removals.undo();
  assert.deepEqual(idsOf(app), [first, second, third]);
  assert.equal(removals.last(), null);
});

test("what comes back is sealed and handed over whole", async () => {
  const world = new World();
  const { app, draft } = await withFiles(world);
  const removals = await app.removals();
  await removals.removeAttachment(draft.id, draft.attachments[0]?.id ?? "");
  await removals.undo();
  await removals.removeDraft(draft.id);
  assert.deepEqual(app.drafts(), []);
  await removals.undo();
  const { id } = await app.sealDraft(draft.id);
  await app.syncNow();
  world.desk.pull(world.relays);
  await app.syncNow();
  assert.ok(app.reports().some((report) => report.id === id && report.complete));
});

test("the way back closes by itself, and then nothing of it is in the vault", async () => {
  const world = new World();
  const platform = world.platform();
  const app = await openApp(platform);
  await app.join(world.invite());
  const draft = await app.keepDraft(null, answers());
  await app.attach(draft.id, photo(20_001));
  const removals = await app.removals();
  await removals.removeDraft(draft.id);
  assert.ok((await inVault(world)).text.includes(CANARY));
  const closed = new Promise<void>((resolve) => {
    app.onChange(() => removals.last() === null && resolve());
  });
  platform.surroundings.timers.at(-1)?.();
  await closed;
  const { text, rows } = await inVault(world);
  assert.deepEqual([text.includes(CANARY), rows], [false, 0]);
  assert.equal(await refusedWith(removals.undo()), "no-such-draft");
});

test("one more removal lets go of the one before", async () => {
  const world = new World();
  const { app, draft } = await withFiles(world);
  const removals = await app.removals();
  const [first, second, third] = draft.attachments.map(({ id }) => id) as [string, string, string];
  const before = (await inVault(world)).rows;
  await removals.removeAttachment(draft.id, first);
  await removals.removeAttachment(draft.id, second);
  await removals.undo();
  assert.deepEqual(idsOf(app), [second, third]);
  assert.equal((await inVault(world)).rows, (before / 3) * 2);
});

test("an app that is killed meanwhile lets go of it when it is opened again", async () => {
  const world = new World();
  const { app, draft } = await withFiles(world);
  await (await app.removals()).removeDraft(draft.id);
  app.close();
  const again = await openApp(world.platform());
  assert.deepEqual(again.drafts(), []);
  const { removed, rows } = await inVault(world);
  assert.deepEqual([removed, rows], [null, 0]);
});

test("a report that is sealed takes with it what was removed from it", async () => {
  const world = new World();
  const { app, draft } = await withFiles(world);
  world.network.down = true;
  const removals = await app.removals();
  await removals.removeAttachment(draft.id, draft.attachments[0]?.id ?? "");
  await app.sealDraft(draft.id);
  assert.equal(removals.last(), null);
  assert.ok(!(await inVault(world)).text.includes(CANARY));
});

test("a file for which there is no room any more does not come back, and the way stays open", async () => {
  const app = await joined(new World());
  const { id } = await app.keepDraft(null, answers());
  for (let count = 0; count < 8; count += 1) await app.attach(id, photo(2_000 + count));
  const removals = await app.removals();
  const [first] = idsOf(app) ?? [];
  await removals.removeAttachment(id, first ?? "");
  await app.attach(id, photo(3_000));
  assert.equal(await refusedWith(removals.undo()), "bad-attachments");
  assert.equal(removals.last()?.id, first);
});

test("while the app is locked nothing can be brought back, and opening it lets go", async () => {
  const world = new World();
  const { app, draft } = await withFiles(world);
  await app.setPassphrase("a long walk home");
  const removals = await app.removals();
  await removals.removeDraft(draft.id);
  app.lock();
  assert.equal(removals.last(), null);
  assert.equal(await refusedWith(removals.undo()), "locked");
  await app.unlock("a long walk home");
  assert.equal(removals.last(), null);
  assert.deepEqual(app.drafts(), []);
});
