import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "../src/envelope/entropy.ts";
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
  deviceHeader,
  openHeader,
  openVault,
  passphraseHeader,
  sealVault,
} from "../src/vault_key.ts";
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
  assert.deepEqual(unpackHead(await openVault(opened, "head", sealed)), EMPTY_HEAD);
  await assert.rejects(openHeader(header, "a long walk", derive), VaultError);
});
