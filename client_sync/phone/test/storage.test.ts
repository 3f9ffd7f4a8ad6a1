import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/bytes.ts";
import { openApp } from "../src/client.ts";
import { FEW_STRIPS, MANY_STRIPS, stripsFor } from "../src/outbox/places.ts";
import { DATABASE } from "../src/outbox/store.ts";
import { Session } from "../src/session.ts";
import { openVault } from "../src/vault_key.ts";
import { joined, refusedWith } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, CANARY, photo, World } from "./support/surroundings.ts";

/** Everything in the database: store -> key -> value. */
async function everything(world: World): Promise<Map<string, Map<IDBValidKey, unknown>>> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = world.factory.open(DATABASE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const all = new Map<string, Map<IDBValidKey, unknown>>();
  for (const name of database.objectStoreNames) {
    const store = database.transaction(name, "readonly").objectStore(name);
    const [keys, values] = await Promise.all([result(store.getAllKeys()), result(store.getAll())]);
    all.set(name, new Map(keys.map((key, at) => [key, values[at]])));
  }
  database.close();
  return all;
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Every string and byte string in a value, as Latin-1 text. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (value instanceof Uint8Array) yield Buffer.from(value).toString("latin1");
  else if (value instanceof CryptoKey) return;
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield key;
      yield* textsIn(item);
    }
  }
}

/** The canary in the forms in which it could lie around. */
function forms(word: string): string[] {
  const bytes = Buffer.from(word);
  const utf16 = Buffer.from(word, "utf16le");
  return [
    word,
    utf16.toString("latin1"),
    bytes.toString("hex"),
    bytes.toString("base64").slice(1, 24),
  ];
}

async function find(world: World, word: string): Promise<string[]> {
  const found: string[] = [];
  for (const [store, entries] of await everything(world)) {
    for (const [key, value] of entries) {
      for (const text of textsIn(value)) {
        if (forms(word).some((form) => text.includes(form))) found.push(`${store} ${String(key)}`);
      }
    }
  }
  return found;
}

test("neither drafts nor sealed reports leave words, place or file name in the store", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.join(world.invite());
  world.network.down = true;
  await app.keepDraft(null, answers());
  assert.deepEqual(await find(world, CANARY), []);
  await saveReport(app, answers(), [photo(40_000)]);
  assert.deepEqual(await find(world, CANARY), []);
  world.network.down = false;
  await app.syncNow();
  world.desk.pull(world.relays);
  const [report] = app.reports();
  world.desk.reply(world.relays, report?.id ?? "", 1, `We heard of ${CANARY}.`);
  await app.syncNow();
  assert.equal(app.replies(report?.id ?? "").length, 1);
  assert.deepEqual(await find(world, CANARY), []);
});

test("the search finds a canary where there is one", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.setLanguage(CANARY);
  assert.deepEqual(await find(world, CANARY), ["vault settings"]);
});

test("the store holds exactly what it may", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.join(world.invite());
  await app.setLanguage("fr");
  world.network.down = true;
  await saveReport(app, answers(), [photo(20_000)]);
  const all = await everything(world);
  assert.deepEqual([...all.keys()], ["strips", "vault"]);
  assert.deepEqual([...(all.get("vault")?.keys() ?? [])].sort(), [
    "head",
    "header",
    "marker",
    "notes",
    "settings",
    "tries",
  ]);
  assert.deepEqual(
    [...(all.get("strips")?.keys() ?? [])],
    Array.from({ length: FEW_STRIPS }, (_, at) => at),
  );
});

test("an acknowledged report leaves no blob and no row", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.join(world.invite());
  await saveReport(app, answers(), [photo(20_000)]);
  await app.syncNow();
  world.desk.pull(world.relays);
  await app.syncNow();
  const session = await sessionOf(world);
  assert.equal(session.held().rows.size, 0);
  for (const { id } of app.reports()) assert.equal(await session.blob(id), undefined);
  for (const strip of await openedStrips(world)) {
    assert.ok(
      strip.every((byte) => byte === 0),
      "what is free is zeros under the seal",
    );
  }
});

test("locked stores with nothing and with fifty reports have the same records of the same sizes", async () => {
  const shapes: string[] = [];
  for (const count of [0, 50]) {
    const world = new World();
    const app = await openApp(world.platform());
    await app.join(world.invite());
    world.network.down = true;
    for (let at = 0; at < count; at += 1) await saveReport(app, answers(), []);
    if (count > 0) await saveReport(app, answers(), [photo(200_000)]);
    await app.setPassphrase("a long walk home");
    shapes.push(shapeOf(await everything(world)));
  }
  assert.equal(shapes[0], shapes[1]);
});

test("what a store is made of does not change while it is used", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.setLanguage("en");
  const fresh = shapeOf(await everything(world));
  await app.join(world.invite());
  for (let count = 0; count < 5; count += 1) await app.keepDraft(null, answers());
  await saveReport(app, answers(), [photo(20_000)]);
  assert.equal(shapeOf(await everything(world)), fresh);
  await app.syncNow();
  assert.equal(shapeOf(await everything(world)), fresh);
});

test("a change that moves no blob touches a strip all the same, drawn by chance", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  const touched = new Set<unknown>();
  for (let count = 0; count < 20; count += 1) {
    const before = (await everything(world)).get("strips");
    await app.keepDraft(null, answers());
    const after = (await everything(world)).get("strips");
    const changed = [...(after ?? [])].filter(([at, strip]) => !isSame(strip, before?.get(at)));
    assert.equal(changed.length, 1);
    touched.add(changed[0]?.[0]);
  }
  assert.ok(touched.size > 5, "chance goes everywhere");
});

test("a full store refuses in words, and keeps what is in it", async () => {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  const { id } = await saveReport(app, answers(), []);
  const draft = await app.keepDraft(null, answers());
  const file = photo(1_000_000);
  for (let count = 0; count < 3; count += 1) await app.attach(draft.id, file);
  assert.equal(await refusedWith(app.attach(draft.id, file)), "store-full");
  app.close();
  const again = await openApp(world.platform());
  assert.deepEqual(
    again.reports().map((report) => report.id),
    [id],
  );
  assert.ok((await (await sessionOf(world)).blob(id)) !== undefined);
  again.close();
});

test("a store has sixteen mebibytes where the browser gives room, and four where it does not", () => {
  assert.equal(stripsFor(2 ** 33), MANY_STRIPS);
  assert.equal(stripsFor(0), FEW_STRIPS);
});

function isSame(one: unknown, other: unknown): boolean {
  return Buffer.from(one as Uint8Array).equals(Buffer.from(other as Uint8Array));
}

/** Records, their names and their sizes. */
function shapeOf(all: Map<string, Map<IDBValidKey, unknown>>): string {
  const sizeOf = (value: unknown): string => {
    if (value instanceof Uint8Array) return String(value.length);
    if (value instanceof CryptoKey || typeof value !== "object" || value === null) {
      return typeof value === "string" ? String(value.length) : typeof value;
    }
    return Object.entries(value)
      .map(([name, part]) => `${name}:${sizeOf(part)}`)
      .join();
  };
  const lines = [...all].flatMap(([store, records]) =>
    [...records].map(([key, value]) => `${store}/${String(key)} ${sizeOf(value)}`),
  );
  return lines.sort().join("\n");
}

function sessionOf(world: World): Promise<Session> {
  const derive = () => Promise.reject(new Error("not asked"));
  return Session.open({ factory: world.factory, derive });
}

/** Every strip that opens under the device's key, in clear. */
async function openedStrips(world: World): Promise<Uint8Array[]> {
  const all = await everything(world);
  const header = all.get("vault")?.get("header") as { key: CryptoKey } | undefined;
  assert.ok(header !== undefined);
  const { key } = header;
  const opened: Uint8Array[] = [];
  for (const [at, strip] of all.get("strips") ?? []) {
    const plain = await openVault(key, `strip ${String(at)}`, strip as Bytes).catch(() => null);
    if (plain !== null) opened.push(plain);
  }
  return opened;
}

test("the device's vault key cannot be read by a script", async () => {
  const world = new World();
  await openApp(world.platform());
  const header = (await everything(world)).get("vault")?.get("header") as { key: CryptoKey };
  assert.equal(header.key.extractable, false);
});

test("the vault keeps of a sealed report neither words, place, time of the event nor category", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.join(world.invite());
  world.network.down = true;
  await saveReport(app, answers(), [photo(20_000)]);
  const session = await sessionOf(world);
  const { reports, drafts } = session.held().content;
  assert.deepEqual(drafts, []);
  assert.deepEqual(Object.keys(reports[0] ?? {}).sort(), [
    "ack",
    "attachments",
    "chunks",
    "id",
    "mailbox",
    "reply",
    "replyWeek",
    "sealedAtSeconds",
    "spoken",
  ]);
  assert.ok(!JSON.stringify(session.held().content).includes(CANARY));
});
