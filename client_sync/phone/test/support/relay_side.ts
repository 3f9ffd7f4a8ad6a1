/**
 * What only a relay does, written once more on the phone's own primitives: it reads requests and
 * signs receipts. Nothing of this is in the app.
 */
import { type Bytes, concat, readUint, uint, utf8 } from "../../src/bytes.ts";
import type { RequestHeader, Stamp, Token } from "../../src/domain/sync.ts";
import { blake2bOf, sign } from "../../src/envelope/primitives.ts";
import { ContractError, FrameError } from "../../src/errors.ts";
import {
  CONTEXT_HAVE,
  CONTEXT_RECEIPT,
  FLAG_DESK,
  FLAG_NO_MAILBOX,
  ID_BYTES,
  MAX_QUERY_IDS,
  PERSON_TOKEN_HASH,
  PROTOCOL_VERSION,
  REQUEST_HEADER_BYTES,
  TOKEN_BYTES,
} from "../../src/generated/constants.ts";
import { packBitmap } from "../../src/wire/exchange.ts";

const STAMP_BYTES = 44;

export function decodeRequestHeader(bytes: Uint8Array): RequestHeader & { isDesk: boolean } {
  const [proto, flags = 0] = bytes;
  const known = bytes.length === REQUEST_HEADER_BYTES && proto === PROTOCOL_VERSION;
  if (!known || (flags & ~(FLAG_DESK | FLAG_NO_MAILBOX)) !== 0) throw new FrameError("bad-header");
  return {
    directoryVersion: readUint(bytes, 2, 4),
    boardCursor: readUint(bytes, 6, 4),
    mailboxPrefix: readUint(bytes, 10, 2),
    mailboxCursor: readUint(bytes, 12, 4),
    wantsMailbox: (flags & FLAG_NO_MAILBOX) === 0,
    isDesk: (flags & FLAG_DESK) !== 0,
  };
}

export function decodeIds(payload: Bytes): Bytes[] {
  const count = payload.length / ID_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_QUERY_IDS)
    throw new FrameError("bad-query");
  return Array.from({ length: count }, (_, at) =>
    payload.slice(at * ID_BYTES, (at + 1) * ID_BYTES),
  );
}

export function decodeStamp(payload: Bytes): Stamp {
  if (payload.length !== STAMP_BYTES) throw new FrameError("bad-stamp");
  const nonce = readUint(payload, 36, 4) * 2 ** 32 + readUint(payload, 40, 4);
  return { id: payload.slice(0, ID_BYTES), week: readUint(payload, 32, 4), nonce };
}

export function decodeToken(payload: Bytes): Token {
  if (payload.length !== ID_BYTES + TOKEN_BYTES) throw new FrameError("bad-token");
  return { id: payload.slice(0, ID_BYTES), secret: payload.slice(ID_BYTES) };
}

/** What a relay keeps of a token. */
export function tokenHash(secret: Uint8Array): Bytes {
  return blake2bOf(secret, { bytes: TOKEN_BYTES, person: PERSON_TOKEN_HASH });
}

/** A report's id as people write it. */
export function envelopeIdOfText(text: string): Bytes {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new ContractError("bad-id");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export interface Days {
  readonly day: number;
  readonly untilDay: number;
}

function dayBytes({ day, untilDay }: Days): Bytes {
  return concat(uint(day, 4), uint(untilDay, 4));
}

/** Write and sign the payload of a RECEIPT. */
export function signReceipt(
  relaySeed: Bytes,
  relayKey: Bytes,
  days: Days,
  ids: readonly Bytes[],
  statuses: readonly number[],
): Bytes {
  const pairs = ids.flatMap((id, at) => [id, uint(statuses[at] ?? 0, 1)]);
  const sig = sign(relaySeed, concat(utf8(CONTEXT_RECEIPT), relayKey, dayBytes(days), ...pairs));
  return concat(dayBytes(days), uint(ids.length, 2), Uint8Array.from(statuses), sig);
}

/** Write and sign the payload of a HAVE. */
export function signHave(
  relaySeed: Bytes,
  relayKey: Bytes,
  days: Days,
  ids: readonly Bytes[],
  held: readonly boolean[],
): Bytes {
  const bitmap = packBitmap(held);
  const signed = concat(utf8(CONTEXT_HAVE), relayKey, dayBytes(days), ...ids, bitmap);
  return concat(dayBytes(days), uint(ids.length, 2), bitmap, sign(relaySeed, signed));
}
