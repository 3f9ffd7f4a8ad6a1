/**
 * What a relay's signed words do to the blobs they are about. Pure.
 *
 * Only a receipt or a HAVE moves a blob here. What was put and got no word is `lost`: in doubt, to be
 * asked for.
 */
import { PutStatus } from "../generated/constants.ts";
import type { RowEdit } from "../outbox/row_edit.ts";
import { moved, type ReceiptNote, type Row } from "../outbox/rows.ts";
import { FULL_PAUSE_SECONDS } from "./backoff.ts";
import type { Answer } from "./response.ts";

/** A blob that a relay will not have is tried again by and by: the relay may be the one at fault. */
const REFUSED_PAUSE_SECONDS = 7200;
/** More refusals for want of work than this are no misunderstanding. */
const WORK_TRIES = 2;

/** One request and how it went. */
export interface Exchange {
  /** Relay key, hex. */
  readonly relay: string;
  readonly puts: readonly string[];
  readonly query: readonly string[];
  readonly mailboxPrefix: number;
  readonly startedAtSeconds: number;
  readonly endedAtSeconds: number;
  readonly movedBytes: number;
  /** In [0, 1), spreads pauses. */
  readonly jitter: number;
}

function noted(row: Row, note: ReceiptNote): readonly ReceiptNote[] {
  return [...row.receipts.filter((receipt) => receipt.relay !== note.relay), note];
}

/** How long this one blob waits; a full relay says nothing against the blob. */
function pauseAfterRefusal(status: number, refusals: number): number {
  if (status === PutStatus.FULL) return 0;
  if (status === PutStatus.REFUSED) return REFUSED_PAUSE_SECONDS;
  return refusals < WORK_TRIES ? 0 : FULL_PAUSE_SECONDS;
}

function refused(row: Row, status: number, nowSeconds: number): Row {
  return moved(row, "refused", {
    refusals: row.refusals + 1,
    notBeforeSeconds: nowSeconds + pauseAfterRefusal(status, row.refusals),
  });
}

export function applyReceipt(
  edit: RowEdit,
  exchange: Exchange,
  answer: Answer,
  syncs: number,
): number {
  const { receipt } = answer;
  const now = exchange.endedAtSeconds;
  let receipts = 0;
  for (const [index, id] of exchange.puts.entries()) {
    const row = edit.get(id);
    if (row?.state !== "in_flight") continue;
    const status = receipt?.statuses[index];
    if (receipt === null || status === undefined) {
      edit.set(moved(row, "lost"));
    } else if (status === PutStatus.STORED || status === PutStatus.DUPLICATE) {
      const { untilDay } = receipt;
      const note = { relay: exchange.relay, untilDay, atSeconds: now, sync: syncs };
      edit.set(moved(row, "receipt", { receipts: noted(row, note), refusals: 0 }));
      receipts += 1;
    } else {
      edit.set(refused(row, status, now));
    }
  }
  return receipts;
}

export function applyHave(
  edit: RowEdit,
  exchange: Exchange,
  answer: Answer,
  syncs: number,
): number {
  const { have } = answer;
  let receipts = 0;
  if (have === null) return receipts;
  for (const [index, id] of exchange.query.entries()) {
    const row = edit.get(id);
    if (row?.state !== "in_doubt") continue;
    if (have.held[index]) {
      const atSeconds = exchange.endedAtSeconds;
      const note = { relay: exchange.relay, untilDay: have.untilDay, atSeconds, sync: syncs };
      edit.set(moved(row, "receipt", { receipts: noted(row, note) }));
      receipts += 1;
    } else {
      edit.set(moved(row, "absent"));
    }
  }
  return receipts;
}
