/**
 * What an exchange changed: a pure function from what is held and what came back to a `Change`.
 *
 * Theory of operation. Blobs move only by a signed word: a receipt or HAVE moves them towards `held`,
 * a tag on the desk's board to `acknowledged` and away. Whatever was put and got no word is `lost`,
 * that is in doubt, and will be asked for.
 */
import type { MailboxPage } from "../domain/sync.ts";
import { MAX_BOARD_FRAMES } from "../generated/constants.ts";
import { RowEdit } from "../outbox/row_edit.ts";
import type { Change, Held } from "../session.ts";
import type { RelayMemory, VaultContent } from "../vault.ts";
import { anchored } from "./board.ts";
import { type MailboxAsk, newReplies } from "./mailbox.ts";
import type { Answer } from "./response.ts";
import { applySpoken, contentAfterPages, takeDirectory } from "./taking.ts";
import { voidedTokens } from "./tokens.ts";
import { applyWords, type Exchange, type Words } from "./verdicts.ts";

/** Mailbox prefixes whose cursor is worth keeping: this relay's own and those of waiting replies. */
const MOST_CURSORS = 16;

export interface Outcome extends Words {
  readonly change: Change;
  readonly acknowledged: number;
  readonly replies: number;
  /** Pages, replies or a directory came. */
  readonly hasMoved: boolean;
  readonly hasNewDirectory: boolean;
  /** There are more pages to fetch, and this answer brought us further. */
  readonly hasMorePages: boolean;
}

export interface Asked {
  readonly exchange: Exchange;
  /** Null when no mailbox page was wanted. */
  readonly mail: MailboxAsk | null;
  readonly nowSeconds: number;
  /** No relay has answered in this run. */
  readonly isFirst: boolean;
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

/** Tell whether this answer brought pages and left some, or says where the board stands. */
function leftPages(before: VaultContent, after: VaultContent, answer: Answer): boolean {
  const advanced = after.board.seq > before.board.seq;
  const left = answer.boardHead > after.board.seq || answer.pages.length === MAX_BOARD_FRAMES;
  const isAnchored = after.board.seq === 0 && before.board.startAfter === null;
  const isMissed = before.desk !== after.desk || isAnchored;
  return (advanced && left) || (isMissed && answer.boardHead > 0);
}

function cursorsAfter(
  memory: RelayMemory,
  mail: MailboxAsk | null,
  page: MailboxPage | null,
): RelayMemory["cursors"] {
  if (page === null || mail === null) return memory.cursors;
  const name = String(mail.prefix);
  const others = Object.entries(memory.cursors).filter(([other]) => other !== name);
  const own = String(memory.idlePrefix);
  const idle = others.filter(([other]) => other === own);
  const rest = others.filter(([other]) => other !== own).slice(-MOST_CURSORS);
  return Object.fromEntries([...idle, ...rest, [name, page.cursor]]);
}

function withRelay(content: VaultContent, asked: Asked, answer: Answer): VaultContent {
  const { relay } = asked.exchange;
  const memory = content.relays[relay];
  if (memory === undefined) return content;
  const changed: RelayMemory = {
    ...memory,
    cursors: cursorsAfter(memory, asked.mail, answer.mailbox),
    lastExchangeSeconds: asked.nowSeconds,
    workBits: answer.policy?.workBits ?? memory.workBits,
  };
  return { ...content, relays: { ...content.relays, [relay]: changed } };
}

/** What a relay's answer changed. */
export function outcomeOf(held: Held, asked: Asked, answer: Answer): Outcome {
  const { exchange, nowSeconds, isFirst } = asked;
  const before = held.content;
  const edit = new RowEdit(held.rows);
  const syncs = before.syncs + (isFirst ? 1 : 0);
  const words = applyWords(edit, exchange, answer, nowSeconds, syncs);
  const directed = takeDirectory({ ...before, syncs }, answer.directory);
  const board = anchored(directed.board, answer.boardHead, directed.reports.length > 0);
  const read = contentAfterPages({ ...directed, board }, answer.pages);
  const acknowledged = applySpoken(edit, read.spoken);
  const replied = withReplies(read.content, answer.mailbox, nowSeconds);
  const after = voidedTokens(withRelay(replied, asked, answer), exchange, words.verdicts);
  const replies = after.replies.length - before.replies.length;
  const hasNewDirectory = after.desk !== before.desk;
  return {
    ...words,
    change: { content: after, ...edit.change() },
    acknowledged,
    replies,
    hasMoved: hasNewDirectory || replies > 0 || after.board.seq > before.board.seq,
    hasNewDirectory,
    hasMorePages: leftPages(before, after, answer),
  };
}
