/**
 * What only a desk does, written once more on the phone's own primitives.
 *
 * The tests need the other end: something that opens what the phone sealed, signs directories and
 * board pages, and replies. Nothing of this is in the app.
 */
import {
  type Bytes,
  base64url,
  compareBytes,
  concat,
  sameBytes,
  uint,
  utf8,
} from "../../src/bytes.ts";
import { dateOf } from "../../src/clock.ts";
import type { Directory } from "../../src/domain/directory.ts";
import type { DeskReply } from "../../src/domain/report.ts";
import { chunkNonce, chunkTag } from "../../src/envelope/chunks.ts";
import { type Entropy, randomBytes } from "../../src/envelope/entropy.ts";
import { type DerivedKeys, deriveKeys, envelopeIdOf, verifyIn } from "../../src/envelope/keys.ts";
import { deflate, inflate, pad, unpad } from "../../src/envelope/padding.ts";
import { aeadOpen, aeadSeal, openSealed, sign } from "../../src/envelope/primitives.ts";
import { bodyKeys, commitment } from "../../src/envelope/sealing.ts";
import { smsCore } from "../../src/envelope/sms.ts";
import { ChunkError, EnvelopeError, ReplyError } from "../../src/errors.ts";
import {
  AEAD_NONCE_BYTES,
  BOARD_VERSION,
  BUCKETS_BYTES,
  CHUNK_CLASSES_BYTES,
  CHUNK_TAG_BYTES,
  COMMIT_BYTES,
  CONTEXT_AUTHOR,
  CONTEXT_BOARD,
  CONTEXT_DIRECTORY,
  DIRECTORY_VERSION,
  ENVELOPE_VERSION,
  FLAG_AUTHOR,
  INNER_HEADER_BYTES,
  MAX_REPORT_JSON_BYTES,
  PUBLIC_KEY_BYTES,
  REPLY_ROOM_BYTES,
  REPORT_VERSION,
  SIGNATURE_BYTES,
  SLOT_BYTES,
} from "../../src/generated/constants.ts";
import { encode } from "../../src/wire/canonical.ts";
import { decodeDirectory } from "../../src/wire/directory.ts";
import { formatBridgeLine } from "../../src/wire/invite.ts";
import { decodeReply } from "../../src/wire/reply.ts";
import { openSms } from "./sms_side.ts";

export interface Identity {
  readonly week: number | null;
  readonly secret: Bytes;
  readonly slots: number;
}

export interface Opened {
  readonly id: Bytes;
  readonly json: Bytes;
  readonly author: Bytes | null;
  readonly week: number | null;
  readonly keys: DerivedKeys;
}

function contentKey(
  blob: Bytes,
  identities: readonly Identity[],
): { identity: Identity; cek: Bytes } {
  const most = Math.max(0, ...identities.map(({ slots }) => slots));
  for (let index = 0; index < most; index += 1) {
    const slot = blob.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES);
    for (const identity of identities) {
      if (index >= identity.slots) continue;
      try {
        return { identity, cek: openSealed(identity.secret, slot) };
      } catch {
        // Another identity, or another slot.
      }
    }
  }
  throw new EnvelopeError("not-for-us");
}

function decrypted(key: Bytes, nonce: Bytes, ad: Bytes, body: Bytes): Bytes {
  try {
    return aeadOpen(key, nonce, ad, body);
  } catch {
    throw new EnvelopeError("bad-body");
  }
}

function unpacked(
  inner: Bytes,
  deskId: Bytes,
  commit: Bytes,
): { json: Bytes; author: Bytes | null } {
  const [version, flags = 0] = inner;
  const signed = (flags & FLAG_AUTHOR) !== 0;
  const least = INNER_HEADER_BYTES + (signed ? PUBLIC_KEY_BYTES + SIGNATURE_BYTES : 0);
  if (version !== ENVELOPE_VERSION || (flags & ~FLAG_AUTHOR) !== 0 || inner.length < least) {
    throw new EnvelopeError("bad-version");
  }
  const json = inflate(inner.subarray(least), MAX_REPORT_JSON_BYTES);
  if (!signed) return { json, author: null };
  const author = inner.slice(INNER_HEADER_BYTES, INNER_HEADER_BYTES + PUBLIC_KEY_BYTES);
  const sig = inner.slice(INNER_HEADER_BYTES + PUBLIC_KEY_BYTES, least);
  if (!verifyIn(CONTEXT_AUTHOR, author, sig, deskId, commit, json))
    throw new EnvelopeError("bad-author");
  return { json, author };
}

/** Open a blob in the order of envelope.md section 3. */
export function openEnvelope(blob: Bytes, deskId: Bytes, identities: readonly Identity[]): Opened {
  if (!(BUCKETS_BYTES as readonly number[]).includes(blob.length))
    throw new EnvelopeError("bad-size");
  const core = smsCore(blob);
  if (core !== null) return openSms(blob, core, deskId, identities);
  const { identity, cek } = contentKey(blob, identities);
  const headBytes = identity.slots * SLOT_BYTES + COMMIT_BYTES;
  const head = blob.slice(0, headBytes);
  const commit = head.slice(-COMMIT_BYTES);
  if (!sameBytes(commit, commitment(cek))) throw new EnvelopeError("bad-commit");
  const { key, nonce } = bodyKeys(cek);
  const inner = unpad(decrypted(key, nonce, concat(deskId, head), blob.slice(headBytes)));
  const { json, author } = unpacked(inner, deskId, commit);
  return { id: envelopeIdOf(blob), json, author, week: identity.week, keys: deriveKeys(cek) };
}

/** Open one chunk of an attachment. */
export function openChunk(
  key: Uint8Array,
  index: number,
  chunkCount: number,
  blob: Uint8Array,
): Bytes {
  const known = (CHUNK_CLASSES_BYTES as readonly number[]).includes(blob.length);
  const tag = chunkTag(key, index, chunkCount);
  if (!known || !sameBytes(blob.subarray(0, CHUNK_TAG_BYTES), tag))
    throw new ChunkError("bad-chunk");
  try {
    return aeadOpen(key, chunkNonce(key, index, chunkCount), tag, blob.subarray(CHUNK_TAG_BYTES));
  } catch {
    throw new ChunkError("bad-chunk");
  }
}

/** Seal a reply; `packed` is its deflated JSON. */
export function sealReply(
  replyKey: Uint8Array,
  address: Uint8Array,
  packed: Uint8Array,
  entropy: Entropy = randomBytes,
): Bytes {
  if (packed.length >= REPLY_ROOM_BYTES) throw new ReplyError("too-large");
  const nonce = entropy(AEAD_NONCE_BYTES);
  return concat(nonce, aeadSeal(replyKey, nonce, address, pad(packed, REPLY_ROOM_BYTES)));
}

/** Write a reply. */
export function encodeReply(reply: DeskReply): Bytes {
  const { n, kind, text, lang, sentOn } = reply;
  const json = encode({ v: REPORT_VERSION, n, kind, text, lang, sent_on: sentOn });
  decodeReply(json);
  return json;
}

/** Write a directory. */
export function encodeDirectory(directory: Directory): Bytes {
  const { policy, backup } = directory;
  const json = encode({
    v: DIRECTORY_VERSION,
    version: directory.version,
    issued: dateOf(directory.issuedDay),
    expires: dateOf(directory.expiresDay),
    desk_id: base64url(directory.deskId),
    name: directory.name,
    root_chain: directory.rootChain.map(({ root, sig }) => ({
      root: base64url(root),
      sig: base64url(sig),
    })),
    recipients: directory.recipients.map(({ week, suite, slots, key }) => ({
      week,
      suite,
      slots,
      key: base64url(key),
    })),
    board_key: base64url(directory.boardKey),
    relays: directory.relays.map(formatBridgeLine),
    policy: {
      work_bits: policy.workBits,
      smallest_bytes: policy.smallestBytes,
      board_prefix_bits: policy.boardPrefixBits,
      grace_days: policy.graceDays,
      max_attachment_bytes: policy.maxAttachmentBytes,
      ...(policy.smsNumber === null ? {} : { sms_number: policy.smsNumber }),
    },
    forms_version: directory.formsVersion,
    ...(directory.forms.length > 0 && { forms: directory.forms as never[] }),
    taxonomy_version: directory.taxonomyVersion,
    app_release: directory.appRelease,
    ...(directory.appFile === "" ? {} : { app_file: directory.appFile }),
    ...(backup === null ? {} : { backup: { suite: backup.suite, key: base64url(backup.key) } }),
  });
  decodeDirectory(json);
  return json;
}

/** Sign a directory's JSON with the root key. */
export function signDirectory(rootSeed: Bytes, json: Bytes): Bytes {
  return concat(sign(rootSeed, concat(utf8(CONTEXT_DIRECTORY), json)), deflate(json));
}

export interface PageParts {
  readonly seq: number;
  readonly day: number;
  readonly prev: Bytes;
  readonly tags: readonly Bytes[];
}

/** Write and sign a board page. */
export function signPage(
  boardSeed: Bytes,
  deskId: Bytes,
  { seq, day, prev, tags }: PageParts,
): Bytes {
  const ordered = [...tags].sort(compareBytes);
  const head = concat(
    uint(BOARD_VERSION, 1),
    uint(seq, 4),
    uint(day, 4),
    prev,
    uint(tags.length, 2),
  );
  const body = concat(head, ...ordered);
  return concat(body, sign(boardSeed, concat(utf8(CONTEXT_BOARD), deskId, body)));
}
