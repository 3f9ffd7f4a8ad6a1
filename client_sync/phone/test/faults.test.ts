import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../src/app.ts";
import { openApp } from "../src/client.ts";
import { AckStatus } from "../src/generated/constants.ts";
import { Chance } from "./support/chance.ts";
import type { Fault } from "./support/fake_relay.ts";
import { FakeLocks } from "./support/fake_surroundings.ts";
import { saveReport } from "./support/saving.ts";
import { answers, photo, seededEntropy, World } from "./support/surroundings.ts";

const SEEDS = 24;
const EVENTS = 30;
const DAY_SECONDS = 86_400;
const FAULTS: readonly (Fault | null)[] = [
  "unreachable",
  "answer-lost",
  "request-cut",
  "portal",
  "forged",
  null,
];

/** A phone among relays and a desk, to which anything may happen. */
class Trial {
  readonly world: World;
  readonly chance: Chance;
  readonly sealed: string[] = [];
  private readonly replies = new Map<string, number>();
  app: App;

  private constructor(world: World, chance: Chance, app: App) {
    this.world = world;
    this.chance = chance;
    this.app = app;
  }

  static async begin(seed: number): Promise<Trial> {
    const world = new World(1 + (seed % 3), seededEntropy(seed));
    const app = await openApp(world.platform());
    await app.join(world.invite());
    return new Trial(world, new Chance(seed + 1000), app);
  }

  private readonly events: readonly (() => unknown)[] = [
    () => this.seal(),
    () => this.seal(),
    () => this.app.syncNow(),
    () => this.app.syncNow(),
    () => this.app.syncNow(),
    () => void this.world.network.faults.push(this.chance.of(FAULTS), this.chance.of(FAULTS)),
    () => this.toggleRelay(),
    () => this.loseBlob(),
    () => this.world.pass(this.chance.below(2 * DAY_SECONDS)),
    () => this.world.desk.pull(this.world.relays),
    () => this.reply(),
    () => this.restart(),
  ];

  async happen(): Promise<void> {
    await this.chance.of(this.events)();
  }

  /** Everything works again, and some days go by. */
  async heal(): Promise<void> {
    this.world.network.faults.length = 0;
    this.world.network.dead.clear();
    for (const relay of this.world.relays) relay.full = false;
    for (let day = 0; day < 10; day += 1) {
      await this.app.syncNow();
      this.world.desk.pull(this.world.relays);
      this.world.pass(DAY_SECONDS);
    }
    await this.app.syncNow();
  }

  private async seal(): Promise<void> {
    const files = this.chance.below(3) === 0 ? [photo(1 + this.chance.below(60_000))] : [];
    const { id } = await saveReport(
      this.app,
      answers({ text: `Report ${this.sealed.length}.` }),
      files,
    );
    this.sealed.push(id);
  }

  private toggleRelay(): void {
    const { url } = this.chance.of(this.world.relays);
    const { dead } = this.world.network;
    if (!dead.delete(url)) dead.add(url);
  }

  /** A relay forgets a blob for which it gave a receipt. */
  private loseBlob(): void {
    const relay = this.chance.of(this.world.relays);
    const [id] = relay.blobs.keys();
    if (id !== undefined) relay.blobs.delete(id);
  }

  private reply(): void {
    const [received] = this.world.desk.received.values();
    if (received === undefined) return;
    const n = (this.replies.get(received.id) ?? 0) + 1;
    this.replies.set(received.id, n);
    this.world.desk.reply(this.world.relays, received.id, n, `Reply ${n}.`);
  }

  private async restart(): Promise<void> {
    this.app.close();
    const platform = this.world.platform();
    Object.assign(platform.surroundings, { locks: new FakeLocks() });
    this.app = await openApp(platform);
  }

  repliesPut(): ReadonlyMap<string, number> {
    return this.replies;
  }
}

for (let seed = 1; seed <= SEEDS; seed += 1) {
  test(`whatever happens on the way, every report gets to the desk (seed ${seed})`, async () => {
    const trial = await Trial.begin(seed);
    for (let event = 0; event < EVENTS; event += 1) await trial.happen();
    await trial.heal();
    const { app, world, sealed } = trial;
    assert.deepEqual(new Set(world.desk.received.keys()), new Set(sealed), "all, and nothing else");
    for (const report of app.reports()) {
      assert.ok(["at-desk", "reply"].includes(report.state), `stuck: ${report.state}`);
      assert.ok(report.complete, "media are missing");
    }
    assert.equal(app.link().waiting, 0);
    for (const [id, count] of trial.repliesPut()) assert.equal(app.replies(id).length, count);
    app.close();
  });
}

test("closing a report ends its way, whatever was still under way", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.join(world.invite());
  const { id } = await saveReport(app, answers(), [photo(60_000)]);
  await app.syncNow();
  for (const blobId of [...(world.relays[0]?.blobs.keys() ?? [])]) {
    if (blobId !== id) world.relays[0]?.blobs.delete(blobId);
  }
  world.desk.pull(world.relays);
  world.desk.publish(world.relays, [world.desk.tag(id, AckStatus.CLOSED)]);
  await app.syncNow();
  assert.equal(app.reports()[0]?.closed, true);
  assert.equal(app.link().waiting, 0);
});
