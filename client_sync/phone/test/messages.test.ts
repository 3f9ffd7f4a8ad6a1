import assert from "node:assert/strict";
import { test } from "node:test";
import { readBundle } from "../src/bundle/reader.ts";
import { joined, refusedWith } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { collectSms } from "./support/sms_side.ts";
import { answers, photo, World } from "./support/surroundings.ts";

const NUMBER = "+250788000111";

async function offering(number: string | null = NUMBER) {
  const world = new World();
  world.desk.smsNumber = number;
  world.desk.publishDirectory(2, world.relays);
  const app = await joined(world);
  world.network.down = true;
  return { world, app };
}

test("a report leaves as text messages of which one may be lost", async () => {
  const { world, app } = await offering();
  const draft = await app.keepDraft(null, answers({ text: "Soldiers burned two houses." }));
  const { id, state } = await app.sealDraftForSms(draft.id);
  assert.equal(state, "waiting");
  const texts = (await app.smsTexts(id)) ?? [];
  assert.ok(texts.length >= 3 && texts.length <= 5, `${texts.length} messages`);
  assert.ok(texts.every((text) => /^[A-Za-z0-9.-]{160}$/.test(text)));
  for (const lost of texts) {
    const arrived = collectSms(texts.filter((text) => text !== lost));
    world.desk.takeBlobs([arrived]);
  }
  assert.equal(world.desk.expect(id).report.text, "Soldiers burned two houses.");
});

test("the same report goes by a link or a file too, under the same id", async () => {
  const { world, app } = await offering();
  const draft = await app.keepDraft(null, answers());
  const { id } = await app.sealDraftForSms(draft.id);
  const file = new Uint8Array(await (await app.exportBundle()).arrayBuffer());
  world.desk.takeBlobs(readBundle(file).blobs);
  assert.ok(world.desk.expect(id));
  world.network.down = false;
  await app.syncNow();
  assert.ok(world.relays[0]?.blobs.has(id));
});

test("text messages are not spoken of unless the desk names a number", async () => {
  const { app } = await offering(null);
  assert.equal(app.smsNumber(), null);
  const draft = await app.keepDraft(null, answers());
  assert.equal(await refusedWith(app.sealDraftForSms(draft.id)), "no-sms");
});

test("an ordinary report has no messages", async () => {
  const { app } = await offering();
  const { id } = await saveReport(app, answers(), []);
  assert.equal(await app.smsTexts(id), null);
});

test("what does not fit is refused in its own words, and the draft stays", async () => {
  const { app } = await offering();
  const long = Array.from({ length: 900 }, (_, n) => (n * n * 7919).toString(36)).join(" ");
  const { id } = await app.keepDraft(null, answers({ text: long }));
  assert.equal(await refusedWith(app.sealDraftForSms(id)), "sms-too-long");
  await app.attach(id, photo(20_000));
  assert.equal(await refusedWith(app.sealDraftForSms(id)), "sms-without-files");
  assert.equal(app.drafts().length, 1);
});

test("no number in a row and no earlier report is in it", async () => {
  const { world, app } = await offering();
  await saveReport(app, answers(), []);
  const draft = await app.keepDraft(null, answers({ text: "Again." }));
  const { id } = await app.sealDraftForSms(draft.id);
  world.desk.takeBlobs([collectSms((await app.smsTexts(id)) ?? [])]);
  const { report } = world.desk.expect(id);
  assert.deepEqual([report.seq, report.prev], [null, null]);
});
