import assert from "node:assert/strict";
import { test } from "node:test";
import { openApp } from "../src/client.ts";
import { DATABASE } from "../src/outbox/store.ts";
import { VAULT_BYTES } from "../src/vault.ts";
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
  await app.saveReport(answers(), [photo(40_000)]);
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
  await app.saveReport(answers(), [photo(20_000)]);
  const all = await everything(world);
  assert.deepEqual([...all.keys()], ["blobs", "outbox", "vault"]);
  assert.deepEqual([...(all.get("vault")?.keys() ?? [])].sort(), [
    "a",
    "b",
    "header",
    "marker",
    "settings",
  ]);
  const fields = new Set(
    [...(all.get("outbox")?.values() ?? [])].flatMap((row) => Object.keys(row as object)),
  );
  assert.deepEqual([...fields].sort(), [
    "id",
    "kind",
    "notBeforeSeconds",
    "owner",
    "part",
    "receipts",
    "refusals",
    "relay",
    "sizeBytes",
    "state",
    "urgency",
  ]);
});

test("an acknowledged report leaves no blob and no row", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  await app.join(world.invite());
  await app.saveReport(answers(), [photo(20_000)]);
  await app.syncNow();
  world.desk.pull(world.relays);
  await app.syncNow();
  const all = await everything(world);
  assert.equal(all.get("blobs")?.size, 0);
  assert.equal(all.get("outbox")?.size, 0);
});

test("the vault has its full size before anything is in it, and the same size after", async () => {
  const world = new World();
  const app = await openApp(world.platform());
  const sizes = async () => {
    const vault = (await everything(world)).get("vault");
    return ["a", "b"].flatMap((copy) => (vault?.get(copy) as Uint8Array | undefined)?.length ?? []);
  };
  const empty = await sizes();
  await app.join(world.invite());
  for (let count = 0; count < 5; count += 1) await app.keepDraft(null, answers());
  const used = await sizes();
  assert.equal(new Set([...empty, ...used]).size, 1);
  assert.ok((used[0] ?? 0) >= VAULT_BYTES);
});

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
  await app.saveReport(answers(), [photo(20_000)]);
  const { Session } = await import("../src/session.ts");
  const derive = () => Promise.reject(new Error("not asked"));
  const session = await Session.open({ factory: world.factory, derive });
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
