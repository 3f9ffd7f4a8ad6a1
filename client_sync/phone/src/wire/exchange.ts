/** Headers and payloads of the sync exchange (sync.md sections 1, 2 and 4); signatures are `envelope/signing.ts`. */
import { type Bytes, concat, readUint, uint, uint64 } from "../bytes.ts";
import type {
  Have,
  MailboxPage,
  Problem,
  Receipt,
  RelayPolicy,
  RequestHeader,
  ResponseHeader,
  Stamp,
  Token,
} from "../domain/sync.ts";
import { FrameError, ReceiptError } from "../errors.ts";
import {
  ADDRESS_BYTES,
  FLAG_NO_MAILBOX,
  MAILBOX_PREFIX_BITS,
  MAX_MAILBOX_ENTRIES,
  MAX_PUTS,
  MAX_QUERY_IDS,
  MAX_SAFE_INTEGER,
  PROTOCOL_VERSION,
  PutStatus,
  REPLY_BYTES,
  RESPONSE_HEADER_BYTES,
  SIGNATURE_BYTES,
} from "../generated/constants.ts";
import { decode } from "./canonical.ts";
import { readObject } from "./fields.ts";

const VERDICT_BYTES = 10;
const MAILBOX_HEAD_BYTES = 9;
const POLICY_BYTES = 9;
const ENTRY_BYTES = ADDRESS_BYTES + REPLY_BYTES;
const STATUSES: readonly number[] = Object.values(PutStatus);

export function encodeRequestHeader(header: RequestHeader): Bytes {
  return concat(
    Uint8Array.of(PROTOCOL_VERSION, header.wantsMailbox ? 0 : FLAG_NO_MAILBOX),
    uint(header.directoryVersion, 4),
    uint(header.boardCursor, 4),
    uint(header.mailboxPrefix, 2),
    uint(header.mailboxCursor, 4),
  );
}

/** Read the first bytes of a response; a captive portal's page fails here. */
export function decodeResponseHeader(bytes: Uint8Array): ResponseHeader {
  const known =
    bytes.length === RESPONSE_HEADER_BYTES && bytes[0] === PROTOCOL_VERSION && bytes[1] === 0;
  if (!known) throw new FrameError("bad-header");
  return { day: readUint(bytes, 2, 2), boardHead: readUint(bytes, 4, 4) };
}

export function encodeStamp(stamp: Stamp): Bytes {
  return concat(stamp.id, uint(stamp.week, 4), uint64(stamp.nonce));
}

export function encodeToken(token: Token): Bytes {
  return concat(token.id, token.secret);
}

interface Verdict {
  readonly day: number;
  readonly untilDay: number;
  readonly count: number;
}

function readVerdict(payload: Uint8Array): Verdict {
  if (payload.length < VERDICT_BYTES) throw new ReceiptError("bad-receipt");
  return {
    day: readUint(payload, 0, 4),
    untilDay: readUint(payload, 4, 4),
    count: readUint(payload, 8, 2),
  };
}

/** Read a RECEIPT; it counts only once its signature is verified. */
export function decodeReceipt(payload: Bytes): Receipt {
  const { day, untilDay, count } = readVerdict(payload);
  const expected = VERDICT_BYTES + count + SIGNATURE_BYTES;
  if (payload.length !== expected || count < 1 || count > MAX_PUTS)
    throw new ReceiptError("bad-receipt");
  const statuses = [...payload.subarray(VERDICT_BYTES, VERDICT_BYTES + count)];
  if (!statuses.every((status) => STATUSES.includes(status))) throw new ReceiptError("bad-receipt");
  return { day, untilDay, statuses, sig: payload.slice(-SIGNATURE_BYTES) };
}

/** Booleans as bits, most significant first, the rest zero. */
export function packBitmap(held: readonly boolean[]): Bytes {
  const bitmap = new Uint8Array(Math.ceil(held.length / 8));
  for (const [index, isHeld] of held.entries()) {
    const at = index >> 3;
    if (isHeld) bitmap[at] = (bitmap[at] ?? 0) | (0x80 >> (index % 8));
  }
  return bitmap;
}

/** Read a HAVE; it counts only once its signature is verified. */
export function decodeHave(payload: Bytes): Have {
  const { day, untilDay, count } = readVerdict(payload);
  const bitmap = payload.subarray(VERDICT_BYTES, -SIGNATURE_BYTES);
  const expected = VERDICT_BYTES + Math.ceil(count / 8) + SIGNATURE_BYTES;
  if (payload.length !== expected || count < 1 || count > MAX_QUERY_IDS)
    throw new ReceiptError("bad-receipt");
  const bit = (_: unknown, index: number) =>
    ((bitmap[index >> 3] ?? 0) & (0x80 >> (index % 8))) !== 0;
  const held = Array.from({ length: count }, bit);
  const unused = packBitmap(held).some((byte, at) => byte !== bitmap[at]);
  if (unused) throw new ReceiptError("bad-receipt");
  return { day, untilDay, held, sig: payload.slice(-SIGNATURE_BYTES) };
}

export function decodeMailbox(payload: Bytes): MailboxPage {
  const bits = payload[0] ?? 0;
  const count = readUint(payload, 7, 2);
  const expected = MAILBOX_HEAD_BYTES + count * ENTRY_BYTES;
  if (payload.length !== expected || bits > MAILBOX_PREFIX_BITS || count > MAX_MAILBOX_ENTRIES) {
    throw new FrameError("bad-mailbox");
  }
  const entries = Array.from({ length: count }, (_, index) => {
    const start = MAILBOX_HEAD_BYTES + index * ENTRY_BYTES;
    const middle = start + ADDRESS_BYTES;
    return {
      address: payload.slice(start, middle),
      cipher: payload.slice(middle, start + ENTRY_BYTES),
    };
  });
  return { bits, prefix: readUint(payload, 1, 2), cursor: readUint(payload, 3, 4), entries };
}

export function decodePolicy(payload: Uint8Array): RelayPolicy {
  if (payload.length !== POLICY_BYTES) throw new FrameError("bad-policy");
  return {
    workBits: readUint(payload, 0, 1),
    maxBatchBytes: readUint(payload, 1, 4),
    retryAfterSeconds: readUint(payload, 5, 4),
  };
}

export function decodeProblem(payload: Uint8Array): Problem {
  try {
    return readObject(decode(payload), (fields) => ({
      slug: fields.text("slug", { least: 0, most: 1000 }),
      status: fields.whole("status", -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
      retry: fields.truth("retry"),
    }));
  } catch {
    throw new FrameError("bad-problem");
  }
}
