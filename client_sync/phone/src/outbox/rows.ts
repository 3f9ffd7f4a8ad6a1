/** A row of the outbox: what is known of one sealed blob. Nothing here can open it. */

import { dayOf } from "../clock.ts";
import { OVERDUE_SECONDS, OVERDUE_SYNCS, UNTIL_MARGIN_DAYS } from "../generated/constants.ts";
import { type Happening, next, type State } from "./states.ts";

/** A relay's signed word that it holds the blob; kept even after the blob goes another way. */
export interface ReceiptNote {
  /** Relay key, hex. */
  readonly relay: string;
  readonly untilDay: number;
  readonly atSeconds: number;
  /** Value of the phone's sync counter then. */
  readonly sync: number;
}

export interface Row {
  /** Id of the blob, 64 hex digits. */
  readonly id: string;
  /** `text` of an own report, `chunk` of an own attachment or its `thumbnail`, or carried for others. */
  readonly kind: "text" | "thumbnail" | "chunk" | "courier";
  /** The report it belongs to; the draft while `sealed`; empty for a courier's. */
  readonly owner: string;
  /** The attachment it belongs to, a local name; empty for text. */
  readonly part: string;
  /** Smaller goes first among its kind: text before thumbnails before large files. */
  readonly urgency: number;
  readonly sizeBytes: number;
  readonly state: State;
  /** Relay it was last put to, hex; a QUERY goes there. */
  readonly relay: string;
  readonly receipts: readonly ReceiptNote[];
  /** Not to be sent before this time: one failing item never blocks another. */
  readonly notBeforeSeconds: number;
  readonly refusals: number;
  /** Work done for it; absent until some was asked for. */
  readonly stamp?: StampNote;
}

/** Work for one blob (sync.md section 1). */
export interface StampNote {
  readonly week: number;
  readonly nonce: number;
  readonly bits: number;
}

export function newRow(
  seed: Pick<Row, "id" | "kind" | "owner" | "part" | "urgency" | "sizeBytes" | "state">,
): Row {
  return { ...seed, relay: "", receipts: [], notBeforeSeconds: 0, refusals: 0 };
}

/** The row after a happening; throws when the table has no such way. */
export function moved(row: Row, happening: Happening, change: Partial<Row> = {}): Row {
  return { ...row, ...change, state: next(row.state, happening) };
}

export function lastReceipt(row: Row): ReceiptNote | undefined {
  return row.receipts.at(-1);
}

/** Tell whether the desk should have spoken by now, or the relay is about to forget the blob. */
export function isOverdue(row: Row, nowSeconds: number, syncs: number): boolean {
  const receipt = lastReceipt(row);
  if (row.state !== "held" || row.kind === "courier" || receipt === undefined) return false;
  // A receipt from the future was noted by a clock that was wrong: it has waited unknown long.
  const waited = Math.abs(nowSeconds - receipt.atSeconds) >= OVERDUE_SECONDS;
  const asked = syncs - receipt.sync >= OVERDUE_SYNCS;
  const expiring = receipt.untilDay - dayOf(nowSeconds) <= UNTIL_MARGIN_DAYS;
  return (waited && asked) || expiring;
}
