/**
 * Taking in what the desk says, by whichever way it came: board pages and directories. Pure.
 *
 * What is wrong with them becomes an alarm that a person sees; it never stops a report.
 */
import { type Bytes, base64url, fromBase64url } from "../bytes.ts";
import { DirectoryError } from "../errors.ts";
import { AckStatus } from "../generated/constants.ts";
import { RowEdit } from "../outbox/row_edit.ts";
import { moved, type Row } from "../outbox/rows.ts";
import { permits } from "../outbox/states.ts";
import type { Change, Held } from "../session.ts";
import type { VaultContent } from "../vault.ts";
import { marked, readBoard, type Spoken } from "./board.ts";
import { deskOf } from "./relays.ts";
import { acceptDirectory } from "./trust.ts";

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
  return { change: { content, ...edit.change() }, acknowledged };
}

type Alarm = VaultContent["alarms"][number];

export function withAlarm(content: VaultContent, alarm: Alarm, on: boolean): VaultContent {
  if (content.alarms.includes(alarm) === on) return content;
  const others = content.alarms.filter((other) => other !== alarm);
  return { ...content, alarms: on ? [...others, alarm] : others };
}

export function contentAfterPages(
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
