import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { type Bytes, hex } from "../src/bytes.ts";
import { envelopeIdOf } from "../src/envelope/keys.ts";
import { ConflictError, VaultError } from "../src/errors.ts";
import { erase, rekey, unlock } from "../src/lock.ts";
import type { Sealed } from "../src/outbox/places.ts";
import { Session } from "../src/session.ts";
import { headJson } from "../src/vault.ts";
import { type CommitElsewhere, Committer, type VaultCommit } from "../src/vault_commit.ts";
import { bytesOf, withBytes } from "../src/vault_strips.ts";
import { refusedWith } from "./support/app.ts";
import { FakeTimer } from "./support/fake_surroundings.ts";

const DERIVED = new Uint8Array(32).fill(7);

/** A worker as the page sees it, which lets a test come in between; and all that it was given. */
class Elsewhere {
  readonly given: { readonly commit: VaultCommit; readonly json: Bytes }[] = [];
  readonly committer: Committer;
  /** What it sealed, by the number of the batch. */
  readonly has = new Map<number, Bytes>();
  before: () => Promise<void> = () => Promise.resolve();
  saysDone = true;

  constructor(factory: IDBFactory) {
    this.committer = new Committer(factory);
  }

  readonly commit: CommitElsewhere = async (commit, head) => {
    const json = headJson(head);
    this.given.push({ commit, json });
    await this.before();
    const here = {
      ...commit,
      touched: withBytes(commit.touched, (away) => bytesOf(this.has, away)),
    };
    try {
      await this.committer.commit(here, json);
      return this.saysDone ? null : here;
    } catch (error) {
      if (error instanceof ConflictError) throw error;
      return here;
    }
  };
}

async function beside(factory = new IDBFactory()) {
  const worker = new Elsewhere(factory);
  const derive = () => Promise.resolve(DERIVED.slice());
  const open = () => Session.open({ factory, derive, elsewhere: worker.commit });
  return { worker, factory, open, session: await open() };
}

const counted = (session: Session) =>
  session.update(({ content }) => ({ content: { ...content, syncs: content.syncs + 1 } }));

test("what was committed elsewhere is what the page shows and what is opened next time", async () => {
  const { open, session, worker } = await beside();
  const blob = new Uint8Array(1024).fill(5);
  const id = hex(envelopeIdOf(blob));
  await counted(session);
  await session.update(() => ({ blobs: new Map([[id, blob]]) }));
  assert.equal(worker.given.length, 2);
  const next = await open();
  assert.equal(next.held().content.syncs, 1);
  for (const one of [session, next]) assert.deepEqual(await one.blob(id), blob);
});

/** Two blobs that were sealed elsewhere, and a change that keeps them without their bytes. */
function sealedElsewhere(worker: Elsewhere) {
  const batch = new Uint8Array(2048).map((_, at) => (at < 1024 ? 1 : 2));
  worker.has.set(7, batch);
  const blobs = [0, 1024].map((atBytes) => ({ batch: 7, atBytes, length: 1024 }));
  const bytes = blobs.map((blob) => bytesOf(worker.has, blob));
  const ids = bytes.map((blob) => hex(envelopeIdOf(blob)));
  return { ids, bytes, change: { blobs: new Map(ids.map((id, at) => [id, blobs[at] as Sealed])) } };
}

test("what was sealed elsewhere is written from there, and the page never has its bytes", async () => {
  const { open, session, worker } = await beside();
  const { ids, bytes, change } = sealedElsewhere(worker);
  await session.update(() => change);
  const blobs = worker.given.flatMap(({ commit }) =>
    commit.touched.flatMap(({ patches }) => patches.map(({ blob }) => blob)),
  );
  assert.equal(blobs.length, 2);
  for (const blob of blobs) assert.equal(blob instanceof Uint8Array, false);
  const next = await open();
  for (const one of [session, next]) {
    assert.deepEqual(await Promise.all(ids.map((id) => one.blob(id))), bytes);
  }
});

test("a worker that cannot write hands over what it sealed, and the page writes it", async () => {
  const { open, session, worker } = await beside();
  const { ids, bytes, change } = sealedElsewhere(worker);
  worker.committer.commit = () => Promise.reject(new VaultError("vault-damaged"));
  await session.update(() => change);
  const next = await open();
  assert.deepEqual(await Promise.all(ids.map((id) => next.blob(id))), bytes);
});

test("of what a worker has let go nothing is written in its place", async () => {
  const { open, session, worker } = await beside();
  const { ids, change } = sealedElsewhere(worker);
  worker.has.clear();
  assert.equal(await refusedWith(session.update(() => change)), "vault-damaged");
  const next = await open();
  assert.deepEqual(await Promise.all(ids.map((id) => next.blob(id))), [undefined, undefined]);
});

test("where nothing is committed elsewhere, the page commits", async () => {
  const factory = new IDBFactory();
  const derive = () => Promise.reject(new VaultError("locked"));
  const parts = { factory, derive, elsewhere: (commit: VaultCommit) => Promise.resolve(commit) };
  const session = await Session.open(parts);
  await counted(session);
  assert.equal((await Session.open(parts)).held().content.syncs, 1);
});

test("a worker that wrote and died before it said so has written once", async () => {
  const { open, session, worker } = await beside();
  worker.saysDone = false;
  await counted(session);
  await counted(session);
  assert.equal(session.held().content.syncs, 2);
  assert.equal((await open()).held().content.syncs, 2);
});

test("of two tabs that commit elsewhere neither undoes what the other did", async () => {
  const { open, session } = await beside();
  const other = await open();
  await counted(session);
  await counted(other);
  await counted(session);
  assert.equal(session.held().content.syncs, 3);
});

test("a commit that the panic gesture overtakes writes nothing", async () => {
  const { open, session, worker } = await beside();
  await counted(session);
  worker.before = () => erase(session, "panic");
  assert.equal(await refusedWith(counted(session)), "locked");
  const after = await open();
  assert.equal(after.lockedAs(), "notes");
  await after.invited();
  assert.equal(after.held().content.syncs, 0);
});

test("a commit that was under way when the app was locked is on disk and not in memory", async () => {
  const { session, worker } = await beside();
  await rekey(session, "a long walk home", new FakeTimer());
  worker.before = () => Promise.resolve(session.lock());
  assert.equal(await refusedWith(counted(session)), "locked");
  assert.equal(session.locked(), true);
  await unlock(session, "a long walk home");
  assert.equal(session.held().content.syncs, 1);
});

test("nothing is given to the worker while the app is locked", async () => {
  const { session, worker } = await beside();
  await rekey(session, "a long walk home", new FakeTimer());
  session.lock();
  assert.equal(await refusedWith(counted(session)), "locked");
  assert.equal(worker.given.length, 0);
});

test("the worker is lent a key that no script can read, and keeps neither key nor head", async () => {
  const { session, worker } = await beside();
  await counted(session);
  await rekey(session, "a long walk home", new FakeTimer());
  await counted(session);
  assert.equal(worker.given.length, 2);
  for (const { commit, json } of worker.given) {
    assert.equal(commit.key.extractable, false);
    assert.ok(json.length > 0 && json.every((byte) => byte === 0));
  }
  assert.deepEqual(Object.keys(worker.committer).sort(), ["factory", "store"]);
});

test("what follows an erased database is written: first by the page, then elsewhere again", async () => {
  const { open, session, worker } = await beside();
  await counted(session);
  await session.wipe();
  await counted(session);
  await counted(session);
  assert.equal(worker.given.length, 3);
  assert.equal((await open()).held().content.syncs, 2);
});
