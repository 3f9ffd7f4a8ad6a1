/**
 * What a relay's signed words do to the blobs they are about. Pure.
 *
 * Only a receipt or a HAVE moves a blob here. What was put and got no word is `lost`: in doubt, to be
 * asked for. A repeat, and an answer that comes after its request was given up, can only bring good
 * news: its blobs are under way elsewhere.
 */
import { PutStatus } from "../generated/constants.ts";
import type { RowEdit } from "../outbox/row_edit.ts";
import { moved, type ReceiptNote, type Row } from "../outbox/rows.ts";
import type { Verdict } from "./engine_events.ts";
import type { Answer } from "./response.ts";

/** A blob that a relay will not have is tried again by and by: the relay may be the one at fault. */
const REFUSED_PAUSE_SECONDS = 7200;
/** More refusals for want of work than this are no misunderstanding. */
const WORK_TRIES = 2;
const WORK_PAUSE_SECONDS = 900;

/** One request. */
export interface Exchange {
  /** Relay key, hex. */
  readonly relay: string;
  /** In the order of the PUT frames. */
  readonly puts: readonly string[];
  readonly query: readonly string[];
  /** What it puts is in flight elsewhere as well. */
  readonly isRepeat: boolean;
}

/** Verified words, for the engine. */
export interface Words {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly have: ReadonlyMap<string, boolean>;
  /** Blobs that are held now and were not before. */
  readonly receipts: number;
}

function noted(row: Row, note: ReceiptNote): readonly ReceiptNote[] {
  return [...row.receipts.filter((receipt) => receipt.relay !== note.relay), note];
}

/** How long this one blob waits; a full relay says nothing against the blob. */
function pauseAfterRefusal(status: number, refusals: number): number {
  if (status === PutStatus.FULL) return 0;
  if (status === PutStatus.REFUSED) return REFUSED_PAUSE_SECONDS;
  return refusals < WORK_TRIES ? 0 : WORK_PAUSE_SECONDS;
}

function refused(row: Row, status: number, nowSeconds: number): Row {
  return moved(row, "refused", {
    refusals: row.refusals + 1,
    notBeforeSeconds: nowSeconds + pauseAfterRefusal(status, row.refusals),
  });
}

/** Let a receipt happen; false when the blob was held before, or is done. */
function held(edit: RowEdit, id: string, note: ReceiptNote): boolean {
  const row = edit.get(id);
  if (row === undefined) return false;
  const change = { receipts: noted(row, note), refusals: 0 };
  // A receipt for what is queued again came late: it was on its way.
  const from = row.state === "queued" ? moved(row, "put", { relay: note.relay }) : row;
  if (from.state !== "in_flight" && from.state !== "in_doubt") return false;
  edit.set(moved(from, "receipt", change));
  return true;
}

/** Nothing came back: what was put is in doubt, unless it is under way elsewhere. */
export function lose(edit: RowEdit, exchange: Exchange, ids = exchange.puts): void {
  if (exchange.isRepeat) return;
  for (const id of ids) {
    const row = edit.get(id);
    if (row?.state === "in_flight" && row.relay === exchange.relay) edit.set(moved(row, "lost"));
  }
}

function verdictOf(status: number): Verdict {
  switch (status) {
    case PutStatus.STORED:
    case PutStatus.DUPLICATE:
      return "held";
    case PutStatus.FULL:
      return "full";
    case PutStatus.NEED_WORK:
      return "unstamped";
    default:
      return "refused";
  }
}

/** Let a verdict happen to a blob; true when it is held now and was not before. */
function judge(
  edit: RowEdit,
  exchange: Exchange,
  id: string,
  status: number,
  note: ReceiptNote,
): boolean {
  if (verdictOf(status) === "held") return held(edit, id, note);
  const row = edit.get(id);
  const isOurs = !exchange.isRepeat && row?.state === "in_flight" && row.relay === exchange.relay;
  if (isOurs) edit.set(refused(row, status, note.atSeconds));
  return false;
}

function applyReceipt(
  edit: RowEdit,
  exchange: Exchange,
  { receipt }: Answer,
  note: Omit<ReceiptNote, "untilDay">,
  verdicts: Map<string, Verdict>,
): number {
  const { statuses, untilDay } = receipt ?? { statuses: [], untilDay: 0 };
  let receipts = 0;
  for (const [index, status] of statuses.entries()) {
    const id = exchange.puts[index] ?? "";
    verdicts.set(id, verdictOf(status));
    receipts += Number(judge(edit, exchange, id, status, { ...note, untilDay }));
  }
  lose(edit, exchange, exchange.puts.slice(statuses.length));
  return receipts;
}

function applyHave(
  edit: RowEdit,
  exchange: Exchange,
  answer: Answer,
  note: Omit<ReceiptNote, "untilDay">,
  have: Map<string, boolean>,
): number {
  const said = answer.have;
  if (said === null) return 0;
  let receipts = 0;
  for (const [index, id] of exchange.query.entries()) {
    const isHeld = said.held[index] === true;
    have.set(id, isHeld);
    const row = edit.get(id);
    if (isHeld) receipts += Number(held(edit, id, { ...note, untilDay: said.untilDay }));
    else if (row?.state === "in_doubt" && row.relay === exchange.relay) {
      edit.set(moved(row, "absent"));
    }
  }
  return receipts;
}

/** Let all verified words of an answer happen. */
export function applyWords(
  edit: RowEdit,
  exchange: Exchange,
  answer: Answer,
  nowSeconds: number,
  syncs: number,
): Words {
  const note = { relay: exchange.relay, atSeconds: nowSeconds, sync: syncs };
  const verdicts = new Map<string, Verdict>();
  const have = new Map<string, boolean>();
  const receipts =
    applyReceipt(edit, exchange, answer, note, verdicts) +
    applyHave(edit, exchange, answer, note, have);
  return { verdicts, have, receipts };
}
