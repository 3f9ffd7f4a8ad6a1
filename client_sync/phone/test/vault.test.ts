import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "../src/envelope/entropy.ts";
import { VaultError } from "../src/errors.ts";
import { localSealer } from "../src/sealer.ts";
import {
  EMPTY_VAULT,
  packVault,
  unpackVault,
  VAULT_BYTES,
  type VaultContent,
} from "../src/vault.ts";
import {
  deviceHeader,
  openHeader,
  openVault,
  passphraseHeader,
  sealVault,
} from "../src/vault_key.ts";
import { answers } from "./support/surroundings.ts";

function contentOf(drafts: number): VaultContent {
  const draft = {
    id: "1",
    answers: answers({ text: "x".repeat(8000) }),
    attachments: [],
    changedAtSeconds: 0,
  };
  return { ...EMPTY_VAULT, drafts: Array.from({ length: drafts }, () => draft) };
}

test("a vault is read as it was written, and its length is always the same", () => {
  for (const drafts of [0, 1, 20]) {
    const packed = packVault(contentOf(drafts));
    assert.equal(packed.length, VAULT_BYTES);
    assert.deepEqual(unpackVault(packed), contentOf(drafts));
  }
});

test("a vault that is full doubles, and nothing is turned away", () => {
  const packed = packVault(contentOf(50));
  assert.equal(packed.length, 2 * VAULT_BYTES);
  assert.deepEqual(unpackVault(packed), contentOf(50));
});

test("bytes that are no vault are refused", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(64), randomBytes(512)]) {
    assert.throws(() => unpackVault(bytes), VaultError);
  }
});

test("a sealed vault that was changed, or belongs to another key, does not open", async () => {
  const [one, two] = [await deviceHeader(), await deviceHeader()];
  assert.ok(one.kind === "device" && two.kind === "device");
  const sealed = await sealVault(one.key, packVault(EMPTY_VAULT), randomBytes);
  assert.deepEqual(unpackVault(await openVault(one.key, sealed)), EMPTY_VAULT);
  await assert.rejects(openVault(two.key, sealed), VaultError);
  sealed[100] = (sealed[100] ?? 0) ^ 1;
  await assert.rejects(openVault(one.key, sealed), VaultError);
});

test("the shipped cost of a passphrase stands in the header, and the passphrase opens it", async () => {
  const derive = localSealer.passphraseKey;
  const { header, key } = await passphraseHeader("a long walk home", derive);
  assert.ok(header.kind === "passphrase");
  assert.deepEqual(header.cost, { memoryKib: 19_456, passes: 2 });
  const sealed = await sealVault(key, packVault(EMPTY_VAULT), randomBytes);
  const opened = await openHeader(header, "a long walk home", derive);
  assert.deepEqual(unpackVault(await openVault(opened, sealed)), EMPTY_VAULT);
  await assert.rejects(openHeader(header, "a long walk", derive), VaultError);
});
