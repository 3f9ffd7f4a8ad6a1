import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { type Bytes, hex } from "../src/bytes.ts";
import { envelopeIdOf } from "../src/envelope/keys.ts";
import { ConflictError, VaultError } from "../src/errors.ts";
import { erase, rekey, unlock } from "../src/lock.ts";
import { Session } from "../src/session.ts";
import { headJson } from "../src/vault.ts";
import { type CommitElsewhere, Committer, type VaultCommit } from "../src/vault_commit.ts";
import { refusedWith } from "./support/app.ts";
import { FakeTimer } from "./support/fake_surroundings.ts";

const DERIVED = new Uint8Array(32).fill(7);

/** A worker as the page sees it, which lets a test come in between; and all that it was given. */
class Elsewhere {
  readonly given: { readonly commit: VaultCommit; readonly json: Bytes }[] = [];
  readonly committer: Committer;
  before: () => Promise<void> = () => Promise.resolve();
  saysDone = true;

  constructor(factory: IDBFactory) {
    this.committer = new Committer(factory);
  }

  readonly commit: CommitElsewhere = async (commit, head) => {
    const json = headJson(head);
    this.given.push({ commit, json });
    await this.before();
    try {
      await this.committer.commit(commit, json);
      return this.saysDone;
    } catch (error) {
      if (error instanceof ConflictError) throw error;
      return false;
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

test("where nothing is committed elsewhere, the page commits", async () => {
  const factory = new IDBFactory();
  const derive = () => Promise.reject(new VaultError("locked"));
  const parts = { factory, derive, elsewhere: () => Promise.resolve(false) };
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
