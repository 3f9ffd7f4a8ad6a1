/**
 * Seal bytes to a desk.
 *
 * Theory of operation. A fresh content key (CEK) goes into one slot per recipient; from it come the
 * commitment, the body key with its nonce, and the keys for what comes back. How a slot is made is a
 * property of the recipient's suite: `SUITES` is the only place that knows, so that another suite can
 * be added without touching a caller. Entropy is asked for in the order CEK, dummy keys, ephemeral
 * keys; vectors rest on that order.
 *
 * Spec: docs/spec/envelope.md sections 1 and 2
 */
import { type Bytes, concat, utf8, wipe } from "../bytes.ts";
import type { BackupRecord, RecipientRecord } from "../domain/directory.ts";
import { EnvelopeError } from "../errors.ts";
import {
  AEAD_TAG_BYTES,
  BODY_KEYS_BYTES,
  BUCKETS_BYTES,
  CEK_BYTES,
  COMMIT_BYTES,
  CONTEXT_AUTHOR,
  DESK_ID_BYTES,
  ENVELOPE_VERSION,
  FLAG_AUTHOR,
  KEY_BYTES,
  MAX_REPORT_JSON_BYTES,
  MIN_SLOTS,
  PERSON_BODY,
  PERSON_COMMIT,
  SLOT_BYTES,
  SUITE_1,
} from "../generated/constants.ts";
import { type Entropy, randomBytes } from "./entropy.ts";
import { type DerivedKeys, deriveKeys, envelopeIdOf } from "./keys.ts";
import { deflate, pad } from "./padding.ts";
import {
  aeadSeal,
  blake2bOf,
  ed25519PublicKey,
  sealTo,
  sign,
  x25519PublicKey,
} from "./primitives.ts";

export interface SealedEnvelope {
  readonly blob: Bytes;
  readonly id: Bytes;
  readonly keys: DerivedKeys;
}

export interface SealOptions {
  readonly recipient: RecipientRecord;
  readonly backup: BackupRecord | null;
  readonly deskId: Uint8Array;
  /** 32-byte seed of the author key, or null for a report that no other can be linked to. */
  readonly author: Uint8Array | null;
  /** The policy's smallest bucket. */
  readonly smallestBytes: number;
  readonly entropy?: Entropy;
}

type SlotMaker = (recipient: Uint8Array, cek: Uint8Array, entropy: Entropy) => Bytes;

const SUITES: ReadonlyMap<number, SlotMaker> = new Map([[SUITE_1, sealTo]]);
const NOTHING = new Uint8Array(0);

export function commitment(cek: Uint8Array): Bytes {
  return blake2bOf(NOTHING, { bytes: COMMIT_BYTES, person: PERSON_COMMIT, key: cek });
}

export function bodyKeys(cek: Uint8Array): { key: Bytes; nonce: Bytes } {
  const both = blake2bOf(NOTHING, { bytes: BODY_KEYS_BYTES, person: PERSON_BODY, key: cek });
  return { key: both.slice(0, KEY_BYTES), nonce: both.slice(KEY_BYTES) };
}

/** The smallest bucket, at or above the policy's, that holds an inner of this length. */
export function bucketFor(innerBytes: number, slots: number, smallestBytes: number): number {
  const needed = slots * SLOT_BYTES + COMMIT_BYTES + AEAD_TAG_BYTES + innerBytes + 1;
  const bucket = BUCKETS_BYTES.find((size) => size >= Math.max(needed, smallestBytes));
  if (bucket === undefined) throw new EnvelopeError("too-large");
  return bucket;
}

function makeSlots(cek: Uint8Array, options: SealOptions, entropy: Entropy): Bytes {
  const { recipient, backup } = options;
  const seal = SUITES.get(recipient.suite);
  if (seal === undefined || (backup !== null && backup.suite !== recipient.suite)) {
    throw new EnvelopeError("unknown-suite");
  }
  const keys: Uint8Array[] = backup === null ? [recipient.key] : [recipient.key, backup.key];
  while (keys.length < recipient.slots) keys.push(throwAwayKey(entropy));
  return concat(...keys.map((key) => seal(key, cek, entropy)));
}

/** A public key whose secret nobody keeps: what is sealed to it looks like any other slot. */
function throwAwayKey(entropy: Entropy): Bytes {
  const secret = entropy(KEY_BYTES);
  const key = x25519PublicKey(secret);
  wipe(secret);
  return key;
}

function makeInner(
  json: Uint8Array,
  packed: Uint8Array,
  commit: Uint8Array,
  options: SealOptions,
): Bytes {
  if (options.author === null) return concat(Uint8Array.of(ENVELOPE_VERSION, 0), packed);
  const signed = concat(utf8(CONTEXT_AUTHOR), options.deskId, commit, json);
  const head = Uint8Array.of(ENVELOPE_VERSION, FLAG_AUTHOR);
  const author = ed25519PublicKey(options.author);
  const inner = concat(head, author, sign(options.author, signed), packed);
  wipe(signed);
  return inner;
}

/** Seal canonical JSON. CEK, inner and body keys are wiped; the caller wipes `json`. */
export function seal(json: Uint8Array, options: SealOptions): SealedEnvelope {
  if (json.length > MAX_REPORT_JSON_BYTES) throw new EnvelopeError("too-large");
  const packed = deflate(json);
  const sealed = sealPacked(json, packed, options);
  wipe(packed);
  return sealed;
}

/** Seal JSON that is deflated already: two implementations of deflate may both be right. */
export function sealPacked(
  json: Uint8Array,
  packed: Uint8Array,
  options: SealOptions,
): SealedEnvelope {
  const entropy = options.entropy ?? randomBytes;
  const cek = entropy(CEK_BYTES);
  const commit = commitment(cek);
  const inner = makeInner(json, packed, commit, options);
  const bucket = bucketFor(inner.length, options.recipient.slots, options.smallestBytes);
  const head = concat(makeSlots(cek, options, entropy), commit);
  const padded = pad(inner, bucket - head.length - AEAD_TAG_BYTES);
  const { key, nonce } = bodyKeys(cek);
  const body = aeadSeal(key, nonce, concat(options.deskId, head), padded);
  const blob = concat(head, body);
  const keys = deriveKeys(cek);
  wipe(cek, inner, padded, key, nonce);
  return { blob, id: envelopeIdOf(blob), keys };
}

/**
 * Seal nothing to nobody, once, when the app has opened and nobody waits.
 *
 * The first seal in a fresh page takes up to five times as long as the next: the code is compiled
 * and the curve's tables are made in it. This way the person's first report is not the first seal.
 */
export function rehearse(entropy: Entropy = randomBytes): void {
  const key = throwAwayKey(entropy);
  seal(utf8("{}"), {
    recipient: { week: 0, suite: SUITE_1, slots: MIN_SLOTS, key },
    backup: null,
    deskId: entropy(DESK_ID_BYTES),
    author: entropy(KEY_BYTES),
    smallestBytes: BUCKETS_BYTES[0],
    entropy,
  });
}
