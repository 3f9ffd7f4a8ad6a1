/**
 * What an exchange changed: a pure function from what is held and what came back to a `Change`.
 *
 * Theory of operation. Blobs move only by a signed word: a receipt or HAVE moves them towards `held`,
 * a tag on the desk's board to `acknowledged` and away. Whatever was put and got no word is `lost`,
 * that is in doubt, and will be asked for. An exchange that owed a signed word and brought none
 * counts as a failure of that relay, however polite the rest of its answer.
 */
import type { MailboxPage } from "../domain/sync.ts";
import { MAX_BOARD_FRAMES, MAX_MAILBOX_ENTRIES } from "../generated/constants.ts";
import { RowEdit } from "../outbox/row_edit.ts";
import { moved } from "../outbox/rows.ts";
import type { Change, Held } from "../session.ts";
import type { VaultContent } from "../vault.ts";
import { anchored } from "./board.ts";
import { newReplies } from "./mailbox.ts";
import { relayAfter, relayAfterFailure, withRelay } from "./relay_memory.ts";
import type { Answer } from "./response.ts";
import { applySpoken, contentAfterPages, takeDirectory } from "./taking.ts";
import { applyHave, applyReceipt, type Exchange } from "./verdicts.ts";

export interface Outcome {
  readonly change: Change;
  readonly receipts: number;
  readonly acknowledged: number;
  readonly replies: number;
  /** There is more to fetch, and this answer brought us further. */
  readonly more: boolean;
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

/** What a relay's answer changed; one that brings a problem, or not the word it owed, is a failure. */
export function outcomeOf(
  held: Held,
  exchange: Exchange,
  answer: Answer,
  isFirst: boolean,
): Outcome {
  const edit = new RowEdit(held.rows);
  const syncs = held.content.syncs + (isFirst ? 1 : 0);
  const kept =
    answer.problem === null &&
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
    change: { content, ...edit.change() },
    receipts,
    acknowledged,
    replies: content.replies.length - held.content.replies.length,
    more: kept && leftMore(held.content, content, answer),
  };
}
