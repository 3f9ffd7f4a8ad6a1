import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp } from "../src/client.ts";
import { memoryFactory } from "../src/memory_factory.ts";
import { saveReport } from "./support/saving.ts";
import { answers, photo, World } from "./support/surroundings.ts";

test("an app that may keep nothing joins, seals and hands over while it is open", async () => {
  const world = new World();
  const app = await openApp({ ...world.platform(), factory: memoryFactory() });
  await app.join(world.invite());
  const { id } = await saveReport(app, answers(), [photo(40_000)]);
  await app.syncNow();
  assert.equal(app.reports()[0]?.id, id);
  assert.equal(app.reports()[0]?.state, "handed-over");
  app.close();
});

test("what a broken-off change wrote is not there", async () => {
  const world = new World();
  const factory = memoryFactory();
  const one = await openApp({ ...world.platform(), factory });
  const other = await openApp({ ...world.platform(), factory });
  await one.join(world.invite());
  await Promise.all([
    one.keepDraft(null, answers({ text: "one" })),
    other.keepDraft(null, answers({ text: "other" })),
  ]);
  // One of them was refused at first, read again and came second.
  const third = await openApp({ ...world.platform(), factory });
  const texts = third.drafts().map((draft) => draft.answers.text);
  assert.deepEqual(texts.toSorted(), ["one", "other"]);
  for (const app of [one, other, third]) app.close();
});

test("the person is told that nothing is kept, and not also that it may be cleared", async () => {
  const world = new World();
  const platform = world.platform();
  platform.surroundings.openedFrom = "file-unkept";
  platform.surroundings.isPersistent = false;
  const app = await openApp({ ...platform, factory: memoryFactory() });
  await app.join(world.invite());
  await app.keepDraft(null, answers());
  assert.deepEqual(app.warnings(), [{ kind: "nothing-kept" }]);
  app.close();
});

test("an app opened from a file asks for a passphrase, because other files may read along", async () => {
  const world = new World();
  const platform = world.platform();
  platform.surroundings.openedFrom = "file";
  const app = await openApp(platform);
  await app.join(world.invite());
  assert.deepEqual(app.warnings(), [{ kind: "copied-file" }]);
  await app.setPassphrase("orchard lamp seven stones");
  assert.deepEqual(app.warnings(), []);
  app.close();
});
