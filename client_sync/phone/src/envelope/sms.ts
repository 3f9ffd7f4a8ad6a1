/**
 * Seal a report so small that it fits a few text messages.
 *
 * Theory of operation. One recipient and no slot: the content key comes from a fresh key agreement
 * with the desk's identity of the week, under a label of its own, so that nothing sealed this way can
 * pass for an ordinary envelope, nor the other way round. What is cut into messages is the core;
 * with zeros up to the smallest bucket it is the blob, the same on every way it goes.
 *
 * Spec: docs/spec/envelope.md section 5
 */
import { type Bytes, concat, utf8, wipe } from "../bytes.ts";
import type { RecipientRecord } from "../domain/directory.ts";
import { EnvelopeError } from "../errors.ts";
import {
  AEAD_TAG_BYTES,
  BUCKETS_BYTES,
  KEY_BYTES,
  PERSON_SMS,
  SMS_DICTIONARY,
  SMS_PIECE_BYTES,
  SMS_PIECES,
  SMS_VERSION,
  SUITE_1,
} from "../generated/constants.ts";
import { type Entropy, randomBytes } from "./entropy.ts";
import { deriveKeys, envelopeIdOf } from "./keys.ts";
import { deflate, pad } from "./padding.ts";
import { aeadSeal, blake2bOf, x25519PublicKey, x25519Shared } from "./primitives.ts";
import { bodyKeys, type SealedEnvelope } from "./sealing.ts";

export const DICTIONARY = utf8(SMS_DICTIONARY);

export interface SmsOptions {
  readonly recipient: RecipientRecord;
  readonly deskId: Uint8Array;
  readonly entropy?: Entropy;
}

export function smsCek(
  shared: Uint8Array,
  deskId: Uint8Array,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
): Bytes {
  const bound = concat(deskId, ephemeral, recipient);
  return blake2bOf(bound, { bytes: KEY_BYTES, person: PERSON_SMS, key: shared });
}

export function smsAd(deskId: Uint8Array, ephemeral: Uint8Array): Bytes {
  return concat(utf8(PERSON_SMS), deskId, ephemeral);
}

/** Take the zeros off a blob; null when it cannot be one of text messages. */
export function smsCore(blob: Uint8Array): Bytes | null {
  if (blob.length !== BUCKETS_BYTES[0]) return null;
  let filled = blob.length;
  while (filled > 0 && blob[filled - 1] === 0) filled -= 1;
  const pieces = SMS_PIECES.find((count) => filled <= count * SMS_PIECE_BYTES);
  return pieces === undefined ? null : new Uint8Array(blob.slice(0, pieces * SMS_PIECE_BYTES));
}

export function smsBlob(core: Uint8Array): Bytes {
  return concat(core, new Uint8Array(BUCKETS_BYTES[0] - core.length));
}

function roomFor(innerBytes: number): number {
  const rooms = SMS_PIECES.map((pieces) => pieces * SMS_PIECE_BYTES - KEY_BYTES - AEAD_TAG_BYTES);
  const room = rooms.find((bytes) => bytes > innerBytes);
  if (room === undefined) throw new EnvelopeError("too-large");
  return room;
}

/** Seal canonical JSON for text messages; the caller wipes `json`. */
export function sealSms(json: Uint8Array, options: SmsOptions): SealedEnvelope {
  const packed = deflate(json, DICTIONARY);
  const sealed = sealSmsPacked(packed, options);
  wipe(packed);
  return sealed;
}

/** Seal JSON that is deflated already: two implementations of deflate may both be right. */
export function sealSmsPacked(packed: Uint8Array, options: SmsOptions): SealedEnvelope {
  const { recipient, deskId } = options;
  if (recipient.suite !== SUITE_1) throw new EnvelopeError("unknown-suite");
  const inner = concat(Uint8Array.of(SMS_VERSION), packed);
  const room = roomFor(inner.length);
  const secret = (options.entropy ?? randomBytes)(KEY_BYTES);
  const ephemeral = x25519PublicKey(secret);
  const shared = x25519Shared(secret, recipient.key);
  if (shared === null) throw new EnvelopeError("unknown-suite");
  const cek = smsCek(shared, deskId, ephemeral, recipient.key);
  const { key, nonce } = bodyKeys(cek);
  const padded = pad(inner, room);
  const blob = smsBlob(concat(ephemeral, aeadSeal(key, nonce, smsAd(deskId, ephemeral), padded)));
  const keys = deriveKeys(cek);
  wipe(secret, shared, cek, key, nonce, inner, padded);
  return { blob, id: envelopeIdOf(blob), keys };
}
