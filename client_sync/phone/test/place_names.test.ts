import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openApp } from "../src/client.ts";
import { DATABASE } from "../src/outbox/store.ts";
import { folded } from "../src/places/searching.ts";
import { joined, refusedWith } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, World } from "./support/surroundings.ts";

const VECTORS = "tests/vectors/places.json";

interface Case {
  readonly name: string;
  readonly in: { readonly bytes: string };
}

/** A pack from the vectors: it holds Tamboral, also in Arabic, and Sélame. */
function pack(): File {
  const { cases } = JSON.parse(readFileSync(VECTORS, "utf8")) as { cases: readonly Case[] };
  const found = cases.find(({ name }) => name === "settlement, district, and the edges");
  return new File([Buffer.from(found?.in.bytes ?? "", "hex")], "tarvane.places");
}

test("a place is found by any of its names, without marks and in any case, with its region", async () => {
  const app = await joined(new World());
  const names = await app.placeNames();
  assert.deepEqual(await names.take(pack()), { name: "Tarvane", made: "2026-11-28", count: 3 });
  const [found] = await names.search("  TAMBO", 5);
  assert.deepEqual(found, {
    name: "Tamboral",
    alsoCalled: "",
    region: "Selame",
    latitude: -15.9309,
    longitude: 80.0527,
    precision: "settlement",
  });
  assert.equal((await names.search("تمبور", 5))[0]?.alsoCalled, "Tamboral");
  assert.equal((await names.search("selame", 5))[0]?.name, "Sélame");
  assert.deepEqual(await names.search("ramb", 5), []);
  assert.deepEqual(await names.search(" ", 5), []);
});

test("a pack outlives the app, the lock and what is sealed beside it", async () => {
  const world = new World();
  const app = await joined(world);
  await (await app.placeNames()).take(pack());
  await saveReport(app, answers(), []);
  await app.setPassphrase("a long walk home");
  app.close();
  const again = await openApp(world.platform());
  assert.equal((await again.placeNames()).info(), null);
  await again.unlock("a long walk home");
  const names = await again.placeNames();
  assert.equal(names.info()?.name, "Tarvane");
  assert.equal((await names.search("tamboral", 5)).length, 1);
});

test("a file that is no pack, or a damaged one, is refused and changes nothing", async () => {
  const app = await joined(new World());
  const names = await app.placeNames();
  await names.take(pack());
  const bytes = new Uint8Array(await pack().arrayBuffer());
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  assert.equal(await refusedWith(names.take(new File([bytes], "x"))), "bad-place-pack");
  assert.equal(await refusedWith(names.take(new File(["words"], "x"))), "not-a-place-pack");
  const large = new File([new Uint8Array(1_048_577)], "x");
  assert.equal(await refusedWith(names.take(large)), "bad-place-pack");
  assert.equal(names.info()?.count, 3);
});

test("a removed pack is found no more, and what is removed twice is gone once", async () => {
  const app = await joined(new World());
  const names = await app.placeNames();
  await names.take(pack());
  await names.take(pack());
  await names.remove();
  await names.remove();
  assert.equal(names.info(), null);
  assert.deepEqual(await names.search("tamboral", 5), []);
});

test("spellings that people mix are one", () => {
  assert.equal(folded("N'Djaména"), folded("ndjamena"));
  assert.equal(folded("Aïn-el Turk"), folded("ain el turk"));
  assert.equal(folded("القُدْسة"), folded("القدسه"));
  assert.equal(folded("أم درمان"), folded("ام درمان"));
});

test("a phone's records tell neither that there is a list of places nor of which country", async () => {
  const world = new World();
  const app = await joined(world);
  const before = await recordsOf(world);
  const names = await app.placeNames();
  await names.take(pack());
  const after = await recordsOf(world);
  assert.deepEqual(
    after.map(({ name, size }) => [name, size]),
    before.map(({ name, size }) => [name, size]),
  );
  for (const word of ["Tarvane", "Tamboral", "TOCSINP1"]) {
    assert.ok(after.every(({ text }) => !text.includes(word)));
  }
});

/** Every record of the database: its name, its size, and its bytes as Latin-1. */
async function recordsOf(world: World) {
  const asked = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await asked(world.factory.open(DATABASE));
  const records: { name: string; size: number; text: string }[] = [];
  for (const store of database.objectStoreNames) {
    const objects = database.transaction(store, "readonly").objectStore(store);
    const [keys, values] = await Promise.all([
      asked(objects.getAllKeys()),
      asked(objects.getAll()),
    ]);
    for (const [at, key] of keys.entries()) {
      const text = textOf(values[at]);
      records.push({ name: `${store}/${String(key)}`, size: text.length, text });
    }
  }
  database.close();
  return records;
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (value instanceof CryptoKey) return "key";
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name}:${textOf(part)}`)
    .join();
}
