import assert from "node:assert/strict";
import { test } from "node:test";
import { readBundle } from "../src/bundle/reader.ts";
import { openApp } from "../src/client.ts";
import { joined } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, photo, World } from "./support/surroundings.ts";

test("a bundle file carries reports to the desk with no relay at all", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await saveReport(app, answers(), [photo(20_000)]);
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
  const { id } = await saveReport(app, answers(), []);
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
