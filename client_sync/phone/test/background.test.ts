import assert from "node:assert/strict";
import { test } from "node:test";
import { syncInBackground } from "../src/background.ts";
import { joined } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, World } from "./support/surroundings.ts";

function parts(world: World) {
  return {
    factory: world.factory,
    transport: world.network,
    timer: world.timer,
    network: () => "any",
    ifFree: <T>(name: string, action: () => Promise<T>) => world.locks.ifFree(name, action),
    committed: () => undefined,
  };
}

test("a report that waited is handed over without a page", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  app.close();
  world.network.down = false;
  assert.equal(await syncInBackground(parts(world)), true);
  assert.ok(world.relays[0]?.blobs.has(id));
});

test("what could not be handed over asks to be woken again", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  await saveReport(app, answers(), []);
  await app.syncNow();
  app.close();
  assert.equal(await syncInBackground(parts(world)), false);
});

test("a vault with a passphrase stays closed without a person", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await saveReport(app, answers(), []);
  await app.syncNow();
  await app.setPassphrase("a long walk home");
  app.close();
  world.network.down = false;
  assert.equal(await syncInBackground(parts(world)), true);
  assert.equal(world.relays[0]?.blobs.has(id), false);
});

test("a sync of a page is not disturbed", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  await saveReport(app, answers(), []);
  await app.syncNow();
  world.network.down = false;
  const before = world.network.requests.length;
  const inPage = world.locks.whenFree("tocsin-sync", () => syncInBackground(parts(world)));
  assert.equal(await inPage, false);
  assert.equal(world.network.requests.length, before);
  app.close();
});
