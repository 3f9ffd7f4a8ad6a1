/**
 * What an exchange changed: a pure function from what is held and what came back to a `Change`.
 *
 * Theory of operation. Blobs move only by a signed word: a receipt or HAVE moves them towards `held`,
 * a tag on the desk's board to `acknowledged` and away. Whatever was put and got no word is `lost`,
 * that is in doubt, and will be asked for. An exchange that owed a signed word and brought none
 * counts as a failure of that relay, however polite the rest of its answer.
 */
import { type Bytes, base64url, fromBase64url } from "../bytes.ts";
import type { MailboxPage } from "../domain/sync.ts";
import { DirectoryError } from "../errors.ts";
import {
  AckStatus,
  MAX_BOARD_FRAMES,
  MAX_MAILBOX_ENTRIES,
  PutStatus,
} from "../generated/constants.ts";
import { moved, type ReceiptNote, type Row } from "../outbox/rows.ts";
import { permits } from "../outbox/states.ts";
import type { Change, Held } from "../session.ts";
import type { RelayMemory, VaultContent } from "../vault.ts";
import { batchAfter, measuredRate, pauseSeconds, smaller } from "./backoff.ts";
import { anchored, marked, readBoard, type Spoken } from "./board.ts";
import { newReplies } from "./mailbox.ts";
import { deskOf } from "./relays.ts";
import type { Answer } from "./response.ts";
import { acceptDirectory } from "./trust.ts";

/** A relay that is full is offered something again after this long. */
const FULL_PAUSE_SECONDS = 900;
/** A blob that a relay will not have is tried again by and by: the relay may be the one at fault. */
const REFUSED_PAUSE_SECONDS = 7200;
/** More refusals for want of work than this are no misunderstanding. */
const WORK_TRIES = 2;

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

export interface Outcome {
  readonly change: Change;
  readonly receipts: number;
  readonly acknowledged: number;
  readonly replies: number;
  /** There is more to fetch, and this answer brought us further. */
  readonly more: boolean;
}

/** Rows being changed, on top of those held. */
class RowEdit {
  readonly changed = new Map<string, Row>();
  readonly dropped = new Set<string>();
  private readonly held: ReadonlyMap<string, Row>;

  constructor(held: ReadonlyMap<string, Row>) {
    this.held = held;
  }

  get(id: string): Row | undefined {
    return this.dropped.has(id) ? undefined : (this.changed.get(id) ?? this.held.get(id));
  }

  set(row: Row): void {
    this.changed.set(row.id, row);
  }

  of(owner: string): Row[] {
    const owned = [...this.held.values()].filter((row) => row.owner === owner);
    return owned.flatMap((row) => this.get(row.id) ?? []);
  }

  /** Acknowledged by the desk: bytes and row go. */
  finish(row: Row): void {
    moved(moved(row, "ack"), "wipe");
    this.dropped.add(row.id);
    this.changed.delete(row.id);
  }
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

function applyReceipt(edit: RowEdit, exchange: Exchange, answer: Answer, syncs: number): number {
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

function applyHave(edit: RowEdit, exchange: Exchange, answer: Answer, syncs: number): number {
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

/** Move one row of a report of which the board spoke; true when its text is now at the desk. */
function applyStatus(edit: RowEdit, row: Row, status: number): boolean {
  const whole = status === AckStatus.ACCEPTED || status === AckStatus.CLOSED;
  if (row.kind === "text" || whole) {
    edit.finish(row);
    return row.kind === "text";
  }
  if (status === AckStatus.NEED_MORE && permits(row.state, "wanted"))
    edit.set(moved(row, "wanted"));
  return false;
}

/** Move the rows that the board spoke of; gives the number of reports that the desk now has. */
export function applySpoken(edit: RowEdit, spoken: readonly Spoken[]): number {
  let acknowledged = 0;
  for (const { report, status } of spoken) {
    for (const row of edit.of(report)) acknowledged += Number(applyStatus(edit, row, status));
  }
  return acknowledged;
}

/** Take in pages of the board, from a relay or from a file. */
export function takePages(
  held: Held,
  pages: readonly Bytes[],
): { change: Change; acknowledged: number } {
  const edit = new RowEdit(held.rows);
  const { content, spoken } = contentAfterPages(held.content, pages);
  const acknowledged = applySpoken(edit, spoken);
  return {
    change: { content, rows: [...edit.changed.values()], drop: [...edit.dropped] },
    acknowledged,
  };
}

type Alarm = VaultContent["alarms"][number];

export function withAlarm(content: VaultContent, alarm: Alarm, on: boolean): VaultContent {
  if (content.alarms.includes(alarm) === on) return content;
  const others = content.alarms.filter((other) => other !== alarm);
  return { ...content, alarms: on ? [...others, alarm] : others };
}

function contentAfterPages(
  content: VaultContent,
  pages: readonly Bytes[],
): { content: VaultContent; spoken: readonly Spoken[] } {
  const directory = deskOf(content)?.directory;
  if (!directory || pages.length === 0) return { content, spoken: [] };
  const read = readBoard(pages, directory, content.board, content.reports);
  const advanced = read.board.seq > content.board.seq;
  const reports = content.reports.map((report) => marked(report, read.spoken));
  const next = { ...content, board: read.board, reports };
  return {
    content: read.broken || advanced ? withAlarm(next, "board-broken", read.broken) : next,
    spoken: read.spoken,
  };
}

function alarmOf(error: DirectoryError): Alarm {
  return error.slug === "fork" || error.slug === "rollback" ? error.slug : "bad-directory";
}

/** Take in a directory, from a relay or from a file; what is wrong with it becomes an alarm. */
export function takeDirectory(content: VaultContent, signed: Bytes | null): VaultContent {
  const desk = deskOf(content);
  if (signed === null || desk === null || content.desk === null) return content;
  const held = content.desk.directory;
  try {
    const heldBytes = held === null ? null : fromBase64url(held);
    const directory = acceptDirectory(signed, desk.invite.rootKey, heldBytes);
    if (directory === null) return content;
    return { ...content, desk: { ...content.desk, directory: base64url(signed) } };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return withAlarm(content, alarmOf(error), true);
  }
}

/** Mailbox prefixes whose cursor is worth keeping: this relay's own and those of waiting replies. */
const MOST_CURSORS = 16;

function cursorsAfter(
  memory: RelayMemory,
  prefix: number,
  page: MailboxPage | null,
): RelayMemory["cursors"] {
  if (page === null) return memory.cursors;
  const others = Object.entries(memory.cursors).filter(([name]) => name !== String(prefix));
  const idle = others.filter(([name]) => name === String(memory.idlePrefix));
  const rest = others.filter(([name]) => name !== String(memory.idlePrefix)).slice(-MOST_CURSORS);
  return Object.fromEntries([...idle, ...rest, [String(prefix), page.cursor]]);
}

function relayAfter(
  memory: RelayMemory,
  exchange: Exchange,
  answer: Answer,
  kept: boolean,
): RelayMemory {
  const { endedAtSeconds: now, movedBytes } = exchange;
  const elapsed = now - exchange.startedAtSeconds;
  if (!kept) return { ...relayAfterFailure(memory, exchange), lastExchangeSeconds: now };
  const { policy, receipt } = answer;
  const full = receipt?.statuses.includes(PutStatus.FULL) ?? false;
  return {
    ...memory,
    cursors: cursorsAfter(memory, exchange.mailboxPrefix, answer.mailbox),
    batchBytes: batchAfter(memory.batchBytes, elapsed),
    bytesPerSecond: measuredRate(memory.bytesPerSecond, movedBytes, elapsed),
    failures: 0,
    retryAtSeconds: policy && policy.retryAfterSeconds > 0 ? now + policy.retryAfterSeconds : 0,
    fullUntilSeconds: full ? now + FULL_PAUSE_SECONDS : memory.fullUntilSeconds,
    lastExchangeSeconds: now,
    workBits: policy?.workBits ?? memory.workBits,
    maxBatchBytes: policy?.maxBatchBytes ?? memory.maxBatchBytes,
  };
}

function relayAfterFailure(memory: RelayMemory, exchange: Exchange): RelayMemory {
  const failures = memory.failures + 1;
  return {
    ...memory,
    failures,
    batchBytes: smaller(memory.batchBytes),
    retryAtSeconds: exchange.endedAtSeconds + pauseSeconds(failures, exchange.jitter),
  };
}

function withRelay(
  content: VaultContent,
  key: string,
  change: (memory: RelayMemory) => RelayMemory,
): VaultContent {
  const memory = content.relays[key];
  return memory ? { ...content, relays: { ...content.relays, [key]: change(memory) } } : content;
}

/** Nothing came back: everything put is in doubt. */
export function outcomeOfFailure(held: Held, exchange: Exchange): Change {
  const rows = exchange.puts.flatMap((id) => {
    const row = held.rows.get(id);
    return row?.state === "in_flight" ? [moved(row, "lost")] : [];
  });
  const content = withRelay(held.content, exchange.relay, (memory) =>
    relayAfterFailure(memory, exchange),
  );
  return { content, rows };
}

function withReplies(
  content: VaultContent,
  page: MailboxPage | null,
  nowSeconds: number,
): VaultContent {
  const found = newReplies(page?.entries ?? [], content.reports, content.replies, nowSeconds);
  if (found.length === 0) return content;
  const answered = new Set(found.map((reply) => reply.report));
  const reports = content.reports.map((report) =>
    answered.has(report.id) ? { ...report, replyWeek: null } : report,
  );
  return { ...content, reports, replies: [...content.replies, ...found] };
}

/** Tell whether this answer brought something and left something. */
function leftMore(before: VaultContent, after: VaultContent, answer: Answer): boolean {
  const pages = after.board.seq > before.board.seq && answer.boardHead > after.board.seq;
  const anchor = after.board.seq === 0 && before.board.startAfter === null && answer.boardHead > 0;
  const waits = (content: VaultContent) =>
    content.reports.filter((report) => report.replyWeek !== null).length;
  const mailbox = answer.mailbox?.entries.length === MAX_MAILBOX_ENTRIES;
  return (
    pages ||
    anchor ||
    mailbox ||
    waits(after) > waits(before) ||
    answer.pages.length === MAX_BOARD_FRAMES
  );
}

/** What a relay's answer changed. */
export function outcomeOf(
  held: Held,
  exchange: Exchange,
  answer: Answer,
  isFirst: boolean,
): Outcome {
  const edit = new RowEdit(held.rows);
  const syncs = held.content.syncs + (isFirst ? 1 : 0);
  const kept =
    (exchange.puts.length === 0 || answer.receipt !== null) &&
    (exchange.query.length === 0 || answer.have !== null);
  const receipts =
    applyReceipt(edit, exchange, answer, syncs) + applyHave(edit, exchange, answer, syncs);
  const directed = takeDirectory({ ...held.content, syncs }, answer.directory);
  const board = anchored(directed.board, answer.boardHead, directed.reports.length > 0);
  const read = contentAfterPages({ ...directed, board }, answer.pages);
  const acknowledged = applySpoken(edit, read.spoken);
  const replied = withReplies(read.content, answer.mailbox, exchange.endedAtSeconds);
  const content = withRelay(replied, exchange.relay, (memory) =>
    relayAfter(memory, exchange, answer, kept),
  );
  return {
    change: { content, rows: [...edit.changed.values()], drop: [...edit.dropped] },
    receipts,
    acknowledged,
    replies: content.replies.length - held.content.replies.length,
    more: kept && leftMore(held.content, content, answer),
  };
}
