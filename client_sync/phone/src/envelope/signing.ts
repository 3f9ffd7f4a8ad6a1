/**
 * What is signed, by whom, and how it is verified.
 *
 * Theory of operation. Every signature is over a context label and then bytes that name the signer,
 * so that none can stand for another. A value that passed a function here may be believed; the same
 * value fresh from `wire/` may not.
 *
 * Spec: docs/spec/directory.md section 3, docs/spec/sync.md sections 2 and 3
 */
import { type Bytes, concat, sameBytes, uint } from "../bytes.ts";
import type { RootLink } from "../domain/directory.ts";
import type { BoardPage } from "../domain/sync.ts";
import { BoardError, DirectoryError, ReceiptError } from "../errors.ts";
import {
  CONTEXT_BOARD,
  CONTEXT_DIRECTORY,
  CONTEXT_HAVE,
  CONTEXT_RECEIPT,
  CONTEXT_ROOT,
  ID_BYTES,
  MAX_DIRECTORY_BYTES,
  MAX_DIRECTORY_JSON_BYTES,
  PERSON_PAGE,
  SIGNATURE_BYTES,
} from "../generated/constants.ts";
import { deskIdOf, verifyIn } from "./keys.ts";
import { inflate } from "./padding.ts";
import { blake2bOf } from "./primitives.ts";

/** Split a signed directory into signature and JSON: still untrusted. */
export function unpackDirectory(signed: Uint8Array): { sig: Bytes; json: Bytes } {
  if (signed.length <= SIGNATURE_BYTES || signed.length > MAX_DIRECTORY_BYTES) {
    throw new DirectoryError("bad-directory");
  }
  try {
    const json = inflate(signed.subarray(SIGNATURE_BYTES), MAX_DIRECTORY_JSON_BYTES);
    return { sig: new Uint8Array(signed.subarray(0, SIGNATURE_BYTES)), json };
  } catch {
    throw new DirectoryError("bad-directory");
  }
}

export interface DirectoryClaim {
  readonly sig: Uint8Array;
  readonly json: Uint8Array;
  readonly deskId: Uint8Array;
  readonly rootChain: readonly RootLink[];
}

/** Check that a directory comes from the desk whose founding root is pinned. */
export function verifyDirectory(claim: DirectoryClaim, pinnedRoot: Uint8Array): void {
  if (!sameBytes(claim.deskId, deskIdOf(pinnedRoot))) throw new DirectoryError("bad-signature");
  let root = pinnedRoot;
  for (const link of claim.rootChain) {
    if (!verifyIn(CONTEXT_ROOT, root, link.sig, claim.deskId, link.root)) {
      throw new DirectoryError("bad-signature");
    }
    root = link.root;
  }
  if (!verifyIn(CONTEXT_DIRECTORY, root, claim.sig, claim.json))
    throw new DirectoryError("bad-signature");
}

interface SignedWord {
  readonly day: number;
  readonly untilDay: number;
  readonly sig: Uint8Array;
}

function days(word: SignedWord): Bytes {
  return concat(uint(word.day, 4), uint(word.untilDay, 4));
}

/** Check a receipt against the ids that were put, in their order. */
export function verifyReceipt(
  relayKey: Uint8Array,
  ids: readonly Uint8Array[],
  receipt: SignedWord & { readonly statuses: readonly number[] },
): void {
  if (ids.length !== receipt.statuses.length) throw new ReceiptError("bad-receipt");
  const pairs = ids.flatMap((id, index) => [id, uint(receipt.statuses[index] ?? 0, 1)]);
  if (!verifyIn(CONTEXT_RECEIPT, relayKey, receipt.sig, relayKey, days(receipt), ...pairs)) {
    throw new ReceiptError("bad-signature");
  }
}

/** Check a HAVE against the ids that were asked, in their order. */
export function verifyHave(
  relayKey: Uint8Array,
  ids: readonly Uint8Array[],
  have: SignedWord,
  bitmap: Uint8Array,
): void {
  if (bitmap.length !== Math.ceil(ids.length / 8)) throw new ReceiptError("bad-receipt");
  if (!verifyIn(CONTEXT_HAVE, relayKey, have.sig, relayKey, days(have), ...ids, bitmap)) {
    throw new ReceiptError("bad-signature");
  }
}

/** What the next page names as `prev`. */
export function pageHash(raw: Uint8Array): Bytes {
  return blake2bOf(raw, { bytes: ID_BYTES, person: PERSON_PAGE });
}

export function verifyPage(boardKey: Uint8Array, deskId: Uint8Array, raw: Uint8Array): void {
  const body = raw.subarray(0, -SIGNATURE_BYTES);
  const sig = raw.subarray(-SIGNATURE_BYTES);
  if (!verifyIn(CONTEXT_BOARD, boardKey, sig, deskId, body)) throw new BoardError("bad-signature");
}

/** The last page that was accepted; `seq` 0 when there is none. */
export interface BoardAnchor {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** Check that a page follows the last one accepted; a client that has none accepts any as its anchor. */
export function verifyChain(page: BoardPage, last: BoardAnchor): void {
  if (last.seq === 0) return;
  if (page.seq !== last.seq + 1) throw new BoardError("gap");
  if (!sameBytes(page.prev, last.hash)) throw new BoardError("fork");
}
