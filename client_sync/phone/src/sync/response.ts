/**
 * A relay's answer, believed as far as it is signed.
 *
 * Theory of operation. A captive portal answers 200 with a page; a hostile relay answers whatever it
 * likes. So a header that is not a relay's is a failed exchange, frames that do not parse are passed
 * over one by one, and only a RECEIPT or HAVE whose signature verifies under the relay's pinned key,
 * for exactly the ids of this request, says anything about a blob. Board pages, directory and
 * mailbox are handed on as bytes: those who use them verify them.
 */
import type { Bytes } from "../bytes.ts";
import type { Have, MailboxPage, Problem, Receipt, RelayPolicy } from "../domain/sync.ts";
import { verifyHave, verifyReceipt } from "../envelope/signing.ts";
import { ContractError, TransportError } from "../errors.ts";
import { MAX_RESPONSE_PAYLOAD_BYTES, RESPONSE_HEADER_BYTES } from "../generated/constants.ts";
import {
  decodeHave,
  decodeMailbox,
  decodePolicy,
  decodeProblem,
  decodeReceipt,
  decodeResponseHeader,
  packBitmap,
} from "../wire/exchange.ts";
import { type Frame, FrameType, readFrames } from "../wire/frames.ts";
import { decodeBegun } from "../wire/parts.ts";

export interface Answer {
  /** Nothing was cut. */
  readonly isWhole: boolean;
  /** Low 16 bits of the relay's day number. */
  readonly day: number;
  readonly boardHead: number;
  /** Verified; null when none came that is for these puts. */
  readonly receipt: Receipt | null;
  /** Verified; null when none came that is for these ids. */
  readonly have: Have | null;
  /** Bytes kept of blobs that were cut, by place in what was asked; nobody signs for them. */
  readonly begun: ReadonlyMap<number, number>;
  readonly directory: Bytes | null;
  readonly pages: readonly Bytes[];
  readonly mailbox: MailboxPage | null;
  readonly policy: RelayPolicy | null;
  readonly problem: Problem | null;
}

export interface Asked {
  readonly relayKey: Bytes;
  readonly puts: readonly Bytes[];
  readonly query: readonly Bytes[];
}

/** Run a parser or check; what it refuses is as if it had not come. */
function orNull<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof ContractError) return null;
    throw error;
  }
}

function payloadOf(frames: readonly Frame[], type: number): Bytes | null {
  return frames.find((frame) => frame.type === type)?.payload ?? null;
}

function readReceipt(payload: Bytes | null, asked: Asked): Receipt | null {
  if (payload === null) return null;
  return orNull(() => {
    const receipt = decodeReceipt(payload);
    // A relay that stopped half-way signs for the puts before; the rest stays without a word.
    verifyReceipt(asked.relayKey, asked.puts.slice(0, receipt.statuses.length), receipt);
    return receipt;
  });
}

function readHave(payload: Bytes | null, asked: Asked): Have | null {
  if (payload === null) return null;
  return orNull(() => {
    const have = decodeHave(payload);
    verifyHave(asked.relayKey, asked.query, have, packBitmap(have.held));
    return have;
  });
}

function read<T>(payload: Bytes | null, decode: (payload: Bytes) => T): T | null {
  return payload === null ? null : orNull(() => decode(payload));
}

/** Read an answer; throws a TransportError when it is none of a relay. */
export function readAnswer(body: Bytes, asked: Asked): Answer {
  const header = orNull(() => decodeResponseHeader(body.slice(0, RESPONSE_HEADER_BYTES)));
  if (header === null) {
    throw new TransportError(body.length < RESPONSE_HEADER_BYTES ? "cut" : "not-a-relay");
  }
  const { frames, end } = readFrames(
    body.subarray(RESPONSE_HEADER_BYTES),
    MAX_RESPONSE_PAYLOAD_BYTES,
  );
  return {
    ...header,
    isWhole: end === "whole",
    receipt: readReceipt(payloadOf(frames, FrameType.RECEIPT), asked),
    have: readHave(payloadOf(frames, FrameType.HAVE), asked),
    begun: read(payloadOf(frames, FrameType.BEGUN), decodeBegun) ?? new Map(),
    directory: payloadOf(frames, FrameType.DIRECTORY),
    pages: frames.filter(({ type }) => type === FrameType.BOARD).map(({ payload }) => payload),
    mailbox: read(payloadOf(frames, FrameType.MAILBOX), decodeMailbox),
    policy: read(payloadOf(frames, FrameType.POLICY), decodePolicy),
    problem: read(payloadOf(frames, FrameType.PROBLEM), decodeProblem),
  };
}
