import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "../src/envelope/entropy.ts";
import { blake2bOf } from "../src/envelope/primitives.ts";
import { PhoneError, VaultError } from "../src/errors.ts";
import { type Place, unitsOf } from "../src/outbox/places.ts";
import { newRow, type Row } from "../src/outbox/rows.ts";
import { localSealer } from "../src/sealer.ts";
import {
  EMPTY_HEAD,
  EMPTY_VAULT,
  HEAD_BYTES,
  type Head,
  packHead,
  unpackHead,
} from "../src/vault.ts";
import {
  type DeriveKey,
  deviceHeader,
  openVault,
  type PassphraseHeader,
  sealVault,
} from "../src/vault_key.ts";
import { openHeader, passphraseHeader, withOther } from "../src/vault_passphrase.ts";
import { answers } from "./support/surroundings.ts";

function headOf(drafts: number, chunks = 0): Head {
  const draft = {
    id: "1",
    answers: answers({ text: "x".repeat(8000) }),
    attachments: [],
    changedAtSeconds: 0,
  };
  const kept = Array.from({ length: drafts }, () => draft);
  const rows = new Map(Array.from({ length: chunks }, (_, at) => rowOf(at)));
  const places = new Map([...rows.keys()].map((id, at) => [id, placeOf(at)] as const));
  return { content: { ...EMPTY_VAULT, drafts: kept }, rows, places };
}

function placeOf(at: number): Place {
  return { unit: at * unitsOf(16_384), sizeBytes: 16_384 };
}

/** A chunk that a relay signed for, as wordy as a row gets. */
function rowOf(at: number): [string, Row] {
  const id = at.toString(16).padStart(64, "0");
  const note = { relay: "f".repeat(64), untilDay: 20_800, atSeconds: 1_795_435_200, sync: 12 };
  const row = newRow({
    id,
    kind: "chunk",
    owner: "e".repeat(64),
    part: "d".repeat(16),
    urgency: 42_949_672_960 + at,
    sizeBytes: 16_384,
    state: "held",
  });
  return [id, { ...row, relay: note.relay, receipts: [note] }];
}

test("a head is read as it was written, and its length is always the same", () => {
  for (const head of [EMPTY_HEAD, headOf(1), headOf(10, 1000)]) {
    const packed = packHead(head);
    assert.equal(packed.length, HEAD_BYTES);
    assert.deepEqual(unpackHead(packed), head);
  }
});

test("a head that does not fit is refused, for one that grew would show how much is in it", () => {
  assert.throws(
    () => packHead(headOf(80)),
    (error) => error instanceof PhoneError && error.slug === "store-full",
  );
});

test("bytes that are no head are refused", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(64), randomBytes(512)]) {
    assert.throws(() => unpackHead(bytes), VaultError);
  }
});

test("a sealed record that was changed, moved, or belongs to another key, does not open", async () => {
  const [one, two] = [await deviceHeader(), await deviceHeader()];
  const sealed = await sealVault(one.key, "head", packHead(EMPTY_HEAD), randomBytes);
  assert.deepEqual(unpackHead(await openVault(one.key, "head", sealed)), EMPTY_HEAD);
  await assert.rejects(openVault(two.key, "head", sealed), VaultError);
  await assert.rejects(openVault(one.key, "strip 1", sealed), VaultError);
  sealed[100] = (sealed[100] ?? 0) ^ 1;
  await assert.rejects(openVault(one.key, "head", sealed), VaultError);
});

test("the shipped cost of a passphrase stands in the header, and the passphrase opens it", async () => {
  const derive = localSealer.passphraseKey;
  const { header, key } = await passphraseHeader("a long walk home", derive);
  assert.ok(header.kind === "passphrase");
  assert.deepEqual(header.cost, { memoryKib: 19_456, passes: 2 });
  const sealed = await sealVault(key, "head", packHead(EMPTY_HEAD), randomBytes);
  const opened = await openHeader(header, "a long walk home", derive);
  assert.equal(opened.role, "vault");
  assert.deepEqual(unpackHead(await openVault(opened.key, "head", sealed)), EMPTY_HEAD);
  await assert.rejects(openHeader(header, "a long walk", derive), VaultError);
});

const quick: DeriveKey = (passphrase, salt) =>
  Promise.resolve(blake2bOf(new TextEncoder().encode(passphrase), { bytes: 32, key: salt }));

test("a header with a decoy has the shape of one without, and each passphrase opens its own", async () => {
  const { header, at } = await passphraseHeader("a long walk home", quick);
  const other = await withOther(header, at, "blue bread", quick, randomBytes);
  const shape = ({ salt, slots, filler, cost }: PassphraseHeader) => [
    salt.length,
    ...slots.map((slot) => slot.length),
    filler.length,
    cost,
  ];
  assert.deepEqual(shape(other), shape(header));
  assert.equal((await openHeader(other, "a long walk home", quick)).role, "vault");
  assert.equal((await openHeader(other, "blue bread", quick)).role, "notes");
  await assert.rejects(openHeader(header, "blue bread", quick), VaultError);
  const without = await withOther(other, at, null, quick, randomBytes);
  await assert.rejects(openHeader(without, "blue bread", quick), VaultError);
});

test("one passphrase never opens both", async () => {
  const { header, at } = await passphraseHeader("a long walk home", quick);
  const same = withOther(header, at, "a long walk home", quick, randomBytes);
  await assert.rejects(same, (error) => isSame(error));
  const other = await withOther(header, at, "blue bread", quick, randomBytes);
  const kept = { header: other, at };
  await assert.rejects(passphraseHeader("blue bread", quick, randomBytes, { kept }), (error) =>
    isSame(error),
  );
});

function isSame(error: unknown): boolean {
  return error instanceof VaultError && error.slug === "same-passphrase";
}

test("which slot is whose is drawn by chance", async () => {
  const places = new Set<number>();
  for (let count = 0; count < 40; count += 1) {
    places.add((await passphraseHeader("a long walk home", quick)).at);
  }
  assert.deepEqual([...places].sort(), [0, 1]);
});
