import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, concat, hex } from "../src/bytes.ts";
import { planChunks } from "../src/domain/lengths.ts";
import { envelopeIdOf } from "../src/envelope/keys.ts";
import { sha256Of } from "../src/envelope/primitives.ts";
import { stampBits } from "../src/envelope/stamps.ts";
import { InvalidReportError, PhoneError } from "../src/errors.ts";
import { BATCH_CHUNKS, findStamp, localSealer, sealFile } from "../src/sealer.ts";
import { openChunk } from "./support/desk_side.ts";
import { photo, seededEntropy } from "./support/surroundings.ts";

const KEY = seededEntropy(5)(32);

for (const size of [1, 16_352, 16_353, 300_000, 4_400_000]) {
  test(`a file of ${size} bytes is cut, sealed and joined again`, async () => {
    const file = photo(size);
    const blobs: Bytes[] = [];
    const sealed = await sealFile(file, KEY, 16_384, (chunks, index) => {
      assert.equal(index, blobs.length);
      assert.ok(chunks.length <= BATCH_CHUNKS);
      for (const chunk of chunks) assert.equal(hex(chunk.id), hex(envelopeIdOf(chunk.blob)));
      blobs.push(...chunks.map((chunk) => chunk.blob));
      return Promise.resolve();
    });
    assert.equal(blobs.length, planChunks(size, 16_384).chunkCount);
    const parts = blobs.map((blob, index) => openChunk(KEY, index, blobs.length, blob));
    assert.equal(hex(sha256Of(concat(...parts).subarray(0, size))), hex(sealed.sha256));
  });
}

test("the next batch is handed over only when the last one is on disk", async () => {
  let underWay = 0;
  await sealFile(photo(4_400_000), KEY, 16_384, async () => {
    underWay += 1;
    assert.equal(underWay, 1);
    await Promise.resolve();
    underWay -= 1;
  });
});

test("a store that refuses while the next batch is sealed ends the sealing", async () => {
  const refusal = new PhoneError("store-full");
  let taken = 0;
  await assert.rejects(
    sealFile(photo(4_400_000), KEY, 16_384, async () => {
      taken += 1;
      await Promise.resolve();
      throw refusal;
    }),
    refusal,
  );
  assert.equal(taken, 1);
});

test("a store that refuses ends the sealing with its own error", async () => {
  const refusal = new PhoneError("storage-refused");
  await assert.rejects(
    sealFile(photo(20_000), KEY, 16_384, () => Promise.reject(refusal)),
    refusal,
  );
});

test("a file that changed under our hands is refused", async () => {
  const file = photo(20_000);
  Object.defineProperty(file, "size", { value: 30_000 });
  await assert.rejects(
    sealFile(file, KEY, 16_384, () => Promise.resolve()),
    InvalidReportError,
  );
});

test("a stamp proves the work that was asked for", async () => {
  const id = seededEntropy(6)(32);
  const nonce = await findStamp(id, 2968, 10);
  assert.ok(stampBits(id, 2968, nonce) >= 10);
});

test("the passphrase's key is Argon2id's, whatever way the letters are composed", async () => {
  const salt = new Uint8Array(16);
  const cost = { memoryKib: 64, passes: 1 };
  const composed = await localSealer.passphraseKey("caf\u00e9", salt, cost);
  const decomposed = await localSealer.passphraseKey("cafe\u0301", salt, cost);
  assert.equal(hex(composed), hex(decomposed));
  assert.notEqual(hex(composed), hex(await localSealer.passphraseKey("cafe", salt, cost)));
});
