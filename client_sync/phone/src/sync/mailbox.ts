/**
 * Asking for replies without telling who asks. Pure.
 *
 * Theory of operation. Every sync asks for one mailbox prefix in its first request: that of a waiting reply when the board
 * said there is one, else a random one that stays the same for each relay, so that asking says
 * nothing. The relay answers with all that lies under a prefix short enough for fifty mailboxes; the
 * phone finds its own among them by computing its addresses.
 */
import { fromBase64url, hex, readUint } from "../bytes.ts";
import { weekOf } from "../clock.ts";
import type { DeskReply } from "../domain/report.ts";
import type { MailboxEntry } from "../domain/sync.ts";
import { mailboxAddress, openReply } from "../envelope/derived.ts";
import { ContractError } from "../errors.ts";
import { MAILBOX_WEEKS } from "../generated/constants.ts";
import type { RelayMemory, ReplyMemory, ReportMemory } from "../vault.ts";
import { decodeReply } from "../wire/reply.ts";

export interface MailboxAsk {
  readonly prefix: number;
  readonly cursor: number;
  /** The report whose announced reply is asked for, or null. */
  readonly report: string | null;
}

/** Which prefix to ask a relay for: that of a report whose reply waits, or the relay's own. */
export function mailboxAsk(report: ReportMemory | undefined, relay: RelayMemory): MailboxAsk {
  const prefix =
    report === undefined || report.replyWeek === null
      ? relay.idlePrefix
      : readUint(mailboxAddress(fromBase64url(report.mailbox), report.replyWeek), 0, 2);
  return { prefix, cursor: relay.cursors[String(prefix)] ?? 0, report: report?.id ?? null };
}

/** Address, hex -> report, for the weeks in which a reply may still be waiting. */
function addressesOf(
  reports: readonly ReportMemory[],
  nowSeconds: number,
): Map<string, ReportMemory> {
  const addresses = new Map<string, ReportMemory>();
  const last = weekOf(nowSeconds) + 1;
  for (const report of reports) {
    const sealed = weekOf(report.sealedAtSeconds) - 1;
    const first = Math.max(sealed, last - MAILBOX_WEEKS);
    const key = fromBase64url(report.mailbox);
    for (let week = first; week <= last; week += 1) {
      addresses.set(hex(mailboxAddress(key, week)), report);
    }
    if (report.replyWeek !== null) {
      addresses.set(hex(mailboxAddress(key, report.replyWeek)), report);
    }
  }
  return addresses;
}

function opened(report: ReportMemory, entry: MailboxEntry): DeskReply | null {
  try {
    return decodeReply(openReply(fromBase64url(report.reply), entry.address, entry.cipher));
  } catch (error) {
    // Not sealed under this report's key: somebody else put it under our address. Nothing is lost.
    if (error instanceof ContractError) return null;
    throw error;
  }
}

/** Replies among the entries that are this phone's and new to it. */
export function newReplies(
  entries: readonly MailboxEntry[],
  reports: readonly ReportMemory[],
  known: readonly ReplyMemory[],
  nowSeconds: number,
): ReplyMemory[] {
  if (entries.length === 0) return [];
  const addresses = addressesOf(reports, nowSeconds);
  const seen = new Set(known.map((reply) => `${reply.report} ${reply.n}`));
  const found: ReplyMemory[] = [];
  for (const entry of entries) {
    const report = addresses.get(hex(entry.address));
    const reply = report && opened(report, entry);
    if (!report || !reply || seen.has(`${report.id} ${reply.n}`)) continue;
    seen.add(`${report.id} ${reply.n}`);
    found.push({ report: report.id, read: false, ...reply });
  }
  return found;
}
