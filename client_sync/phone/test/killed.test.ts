import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../src/app.ts";
import { openApp } from "../src/client.ts";
import { Session } from "../src/session.ts";
import { FakeLocks } from "./support/fake_surroundings.ts";
import { killer, mortal } from "./support/killing.ts";
import { answers, photo, seededEntropy, World } from "./support/surroundings.ts";

/** What the person was told before the phone died. */
interface Told {
  joined: boolean;
  draftKept: boolean;
  attached: boolean;
  saved: string | null;
  replied: boolean;
}

/** Everything a person does with one report; `told` grows as promises resolve. */
async function story(world: World, told: Told): Promise<void> {
  const app = await openApp(world.platform({ transport: mortal(world.network) }));
  await app.join(world.invite());
  told.joined = true;
  const draft = await app.keepDraft(null, answers());
  told.draftKept = true;
  await app.attach(draft.id, photo(20_000));
  told.attached = true;
  told.saved = (await app.sealDraft(draft.id)).id;
  await app.syncNow();
  await app.syncNow();
  world.desk.pull(world.relays);
  world.desk.reply(world.relays, told.saved, 1, "Thank you.");
  await app.syncNow();
  told.replied = app.replies(told.saved).length === 1;
  app.close();
}

/** Live through the story until the step, die there, and open the app anew. */
async function lifeUntil(step: number): Promise<{ world: World; told: Told; died: boolean }> {
  const world = new World(1, seededEntropy(7));
  const told: Told = {
    joined: false,
    draftKept: false,
    attached: false,
    saved: null,
    replied: false,
  };
  killer.reset(step);
  try {
    await story(world, told);
  } catch {
    // Whatever the app said while dying, nobody hears it.
  }
  const died = killer.dead;
  killer.reset();
  return { world, told, died };
}

/** A new process: same database, new locks. */
function reborn(world: World): Promise<App> {
  return openApp({ ...world.platform(), surroundings: freshSurroundings(world) });
}

function freshSurroundings(world: World) {
  const { surroundings } = world.platform();
  return Object.assign(surroundings, { locks: new FakeLocks() });
}

async function untilAtDesk(world: World, app: App): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await app.syncNow();
    world.desk.pull(world.relays);
    world.pass(60);
  }
  await app.syncNow();
}

async function check(step: number): Promise<boolean> {
  const { world, told, died } = await lifeUntil(step);
  const app = await reborn(world);
  assert.equal(app.joined() || !told.joined, true, "a joined phone stays joined");
  if (!app.joined()) await app.join(world.invite());

  const [drafts, reports] = [app.drafts(), app.reports()];
  assert.ok(drafts.length + reports.length <= 1, "never both draft and report");
  if (told.draftKept) assert.equal(drafts.length + reports.length, 1, "never neither");
  if (told.saved !== null)
    assert.deepEqual(
      reports.map(({ id }) => id),
      [told.saved],
    );

  const [draft] = drafts;
  if (told.attached && draft)
    assert.equal(draft.attachments.length, 1, "the file is still sealed to it");
  if (draft) await app.sealDraft(draft.id);
  await untilAtDesk(world, app);
  for (const report of app.reports()) {
    assert.ok(["at-desk", "reply"].includes(report.state), "nothing is stuck");
    const received = world.desk.expect(report.id);
    assert.equal(received.copies, 1, "nothing is there twice");
    assert.equal(received.complete, true, "media followed");
  }
  assert.equal(app.link().waiting, 0);
  if (told.replied)
    assert.equal(app.replies(told.saved ?? "").length, 1, "a reply read once stays");
  app.close();
  return died;
}

test("killed at any step, a phone loses nothing, sends nothing twice and is never stuck", async () => {
  let step = 1;
  while (await check(step)) step += 1;
  assert.ok(step > 60, `the story had only ${step} steps`);
});

test("a commit that was refused half-way leaves the state before it", async () => {
  const world = new World(1, seededEntropy(9));
  const app = await openApp(world.platform());
  await app.keepDraft(null, answers({ text: "The first." }));
  for (let step = 1; step <= 8; step += 1) {
    killer.reset(step);
    await app.keepDraft(null, answers({ text: "The second." })).catch(() => undefined);
    killer.reset();
  }
  const texts = app.drafts().map((draft) => draft.answers.text);
  app.close();
  const again = await openApp(world.platform());
  assert.deepEqual(
    again.drafts().map((draft) => draft.answers.text),
    texts,
  );
  assert.ok(texts.includes("The first."));
});

test("a session that read before another committed computes its change anew", async () => {
  const world = new World();
  const parts = { factory: world.factory, derive: () => Promise.reject(new Error("not asked")) };
  const one = await Session.open(parts);
  const two = await Session.open(parts);
  await one.update(({ content }) => ({ content: { ...content, syncs: content.syncs + 1 } }));
  await two.update(({ content }) => ({ content: { ...content, syncs: content.syncs + 1 } }));
  assert.equal(two.held().content.syncs, 2);
});
