/**
 * What the desk's board says to this phone. Pure: pages and reports in, marks and happenings out.
 *
 * Only sender and desk can compute a tag, and only the desk can sign a page: an acknowledgement
 * cannot be forged by a relay, and nobody else can tell whose it is.
 */
import { type Bytes, base64url, fromBase64url, hex } from "../bytes.ts";
import type { Directory } from "../domain/directory.ts";
import type { BoardPage } from "../domain/sync.ts";
import { ackTag } from "../envelope/derived.ts";
import { pageHash, verifyChain, verifyPage } from "../envelope/signing.ts";
import { BoardError } from "../errors.ts";
import { AckStatus } from "../generated/constants.ts";
import type { BoardMemory, ReportMemory } from "../vault.ts";
import { decodePage } from "../wire/board.ts";

/** No page has this number: a relay that is asked for pages above it sends none. */
const BEYOND_EVERY_PAGE = 2 ** 32 - 1;
const DAYS_PER_WEEK = 7;

export interface Spoken {
  readonly report: string;
  readonly status: number;
  /** Week of the page: a waiting reply lies in that week's mailbox. */
  readonly week: number;
}

export interface BoardRead {
  readonly board: BoardMemory;
  readonly spoken: readonly Spoken[];
  /** A page was refused: not the desk's, or it does not continue the chain. */
  readonly broken: boolean;
}

/** Tag, hex -> whose and what, for every report that may still be spoken of. */
export function tagsOf(reports: readonly ReportMemory[]): Map<string, Omit<Spoken, "week">> {
  const tags = new Map<string, Omit<Spoken, "week">>();
  for (const { id, ack } of reports) {
    const key = fromBase64url(ack);
    for (const status of Object.values(AckStatus)) {
      tags.set(hex(ackTag(key, status)), { report: id, status });
    }
  }
  return tags;
}

/** The page number to ask pages above. */
export function boardCursor(board: BoardMemory, hasReports: boolean): number {
  if (board.seq > 0) return board.seq;
  return board.startAfter ?? (hasReports ? 0 : BEYOND_EVERY_PAGE);
}

/**
 * At the first contact of a phone that has sealed nothing, no page can be for it: begin with the
 * newest. A relay that names a head too high is put right by the first honest one. A phone whose
 * reports may have been carried by hand before reads the board from its first page.
 */
export function anchored(board: BoardMemory, head: number, hasReports: boolean): BoardMemory {
  if (board.seq > 0) return board;
  const before = Math.max(0, head - 1);
  const from = board.startAfter ?? (hasReports ? 0 : before);
  return { ...board, startAfter: Math.min(from, before) };
}

function accept(raw: Bytes, directory: Directory, board: BoardMemory): BoardPage {
  const page = decodePage(raw);
  verifyPage(directory.boardKey, directory.deskId, raw);
  verifyChain(page, { seq: board.seq, hash: fromBase64url(board.hash) });
  return page;
}

/** What one accepted page says to this phone. */
function spokenOn(page: BoardPage, tags: ReadonlyMap<string, Omit<Spoken, "week">>): Spoken[] {
  const week = Math.floor(page.day / DAYS_PER_WEEK);
  return page.tags.flatMap((tag) => {
    const found = tags.get(hex(tag));
    return found ? [{ ...found, week }] : [];
  });
}

/** Read pages in their order; the first that is refused ends it. Pages known already are passed over. */
export function readBoard(
  pages: readonly Bytes[],
  directory: Directory,
  held: BoardMemory,
  reports: readonly ReportMemory[],
): BoardRead {
  if (pages.length === 0) return { board: held, spoken: [], broken: false };
  const tags = tagsOf(reports);
  const spoken: Spoken[] = [];
  let board = held;
  try {
    for (const raw of pages) {
      if (decodePage(raw).seq <= board.seq) continue;
      const page = accept(raw, directory, board);
      board = { ...board, seq: page.seq, hash: base64url(pageHash(raw)) };
      spoken.push(...spokenOn(page, tags));
    }
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    return { board, spoken, broken: true };
  }
  return { board, spoken, broken: false };
}

/** Put what was spoken on the report's memory. */
export function marked(report: ReportMemory, spoken: readonly Spoken[]): ReportMemory {
  let changed = report;
  for (const { report: id, status, week } of spoken) {
    if (id !== report.id) continue;
    const replyWeek = status === AckStatus.REPLY_WAITING ? week : changed.replyWeek;
    changed = { ...changed, spoken: changed.spoken | (1 << status), replyWeek };
  }
  return changed;
}
