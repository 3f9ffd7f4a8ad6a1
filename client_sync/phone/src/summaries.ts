/** What a view shows, computed from what is held: pure projections, no state of their own. */
import type {
  DeliveryState,
  DeskInfo,
  Draft,
  LinkState,
  MediaProgress,
  Reply,
  ReportSummary,
  Warning,
} from "./app.ts";
import type { Origin } from "./browser.ts";
import { hex } from "./bytes.ts";
import { dateOf, dayOf, isoOf, weekOf } from "./clock.ts";
import { type Directory, listsWeek } from "./domain/directory.ts";
import { deskIdOf } from "./envelope/keys.ts";
import { AckStatus, MAX_ATTACHMENT_BYTES } from "./generated/constants.ts";
import type { Row } from "./outbox/rows.ts";
import type { Held } from "./session.ts";
import { deskOf } from "./sync/relays.ts";
import { hasSpoken } from "./sync/spoken.ts";
import { threadIds } from "./threads.ts";
import type { DraftMemory, ReplyMemory, ReportMemory, VaultContent } from "./vault.ts";

/** Days a clock may be off before it is worth a word: midnight and time zones make one. */
const CLOCK_SLACK_DAYS = 1;
const HALF_OF_U16 = 32_768;

export function deskInfo(content: VaultContent): DeskInfo | null {
  const desk = deskOf(content);
  if (desk === null) return null;
  const { invite, directory, relays } = desk;
  return {
    name: directory?.name ?? invite.name,
    fingerprint: hex(deskIdOf(invite.rootKey)),
    ready: directory !== null,
    directoryVersion: directory?.version ?? 0,
    expires: directory === null ? null : dateOf(directory.expiresDay),
    relays: relays.size,
    maxAttachmentBytes: directory?.policy.maxAttachmentBytes ?? MAX_ATTACHMENT_BYTES,
  };
}

export function draftOf(memory: DraftMemory): Draft {
  return {
    id: memory.id,
    answers: memory.answers,
    attachments: memory.attachments.map(({ id, name, mime, sizeBytes }) => ({
      id,
      name,
      mime,
      sizeBytes,
    })),
    changedAt: isoOf(memory.changedAtSeconds),
  };
}

function isHandedOver(row: Row): boolean {
  return row.receipts.length > 0;
}

function mediaOf(report: ReportMemory, chunks: readonly Row[], whole: boolean): MediaProgress {
  // A chunk without a row was acknowledged: it is there.
  const waiting = whole
    ? 0
    : chunks.filter((row) => !isHandedOver(row) || row.state === "queued").length;
  return { total: report.chunks, handedOver: report.chunks - waiting };
}

function stateOf(report: ReportMemory, text: Row | undefined, replies: number): DeliveryState {
  if (replies > 0) return "reply";
  if (hasSpoken(report, ...Object.values(AckStatus))) return "at-desk";
  return text !== undefined && isHandedOver(text) ? "handed-over" : "waiting";
}

export function reportSummary(
  report: ReportMemory,
  rows: readonly Row[],
  replies: readonly ReplyMemory[],
): ReportSummary {
  const own = replies.filter((reply) => reply.report === report.id);
  const text = rows.find((row) => row.kind === "text");
  const chunks = rows.filter((row) => row.kind === "chunk" || row.kind === "thumbnail");
  const complete = hasSpoken(report, AckStatus.ACCEPTED, AckStatus.CLOSED);
  return {
    id: report.id,
    sealedAt: isoOf(report.sealedAtSeconds),
    state: stateOf(report, text, own.length),
    closed: hasSpoken(report, AckStatus.CLOSED),
    complete,
    attachments: report.attachments,
    media: mediaOf(report, chunks, complete),
    overdue: text !== undefined && isHandedOver(text) && text.state !== "held",
    replies: own.length,
    unread: own.filter((reply) => !reply.read).length,
    portable: rows.length > 0,
    follows: report.follows ?? null,
  };
}

/** Every report, the newest first. */
export function reportSummaries({ content, rows }: Held): ReportSummary[] {
  const byOwner = new Map<string, Row[]>();
  for (const row of rows.values()) {
    const owned = byOwner.get(row.owner);
    if (owned) owned.push(row);
    else byOwner.set(row.owner, [row]);
  }
  return content.reports
    .map((report) => reportSummary(report, byOwner.get(report.id) ?? [], content.replies))
    .sort((a, b) => (a.sealedAt < b.sealedAt ? 1 : -1));
}

export function repliesTo(content: VaultContent, reportId: string): Reply[] {
  const ids = threadIds(content, reportId);
  return content.replies
    .filter((reply) => ids.has(reply.report))
    .map(({ report, ...reply }) => ({ reportId: report, ...reply }));
}

export function waitingBlobs(rows: ReadonlyMap<string, Row>): number {
  const states = ["queued", "in_flight", "in_doubt"];
  return [...rows.values()].filter((row) => states.includes(row.state)).length;
}

export function carriedBlobs(rows: ReadonlyMap<string, Row>): number {
  return [...rows.values()].filter((row) => row.kind === "courier").length;
}

/** Days that this phone is ahead of a relay that gave the low 16 bits of its day. */
export function clockDifference(relayDay: number, nowSeconds: number): number {
  const difference = (dayOf(nowSeconds) - relayDay) & 0xffff;
  return difference >= HALF_OF_U16 ? difference - 2 * HALF_OF_U16 : difference;
}

export interface Circumstances {
  readonly nowSeconds: number;
  readonly relayDay: number | null;
  /** SHA-256 of the release that runs, or null when that is not known. */
  readonly release: string | null;
  /** Releases that the desk stands for or stood for, as far as this phone was told. */
  readonly trusted: readonly string[];
  readonly persistent: boolean;
  readonly origin: Origin;
  readonly hasPassphrase: boolean;
}

/** What a page opened from a file has to say: where nothing is kept, or where neighbours may read. */
function originWarnings({ origin, hasPassphrase }: Circumstances): Warning[] {
  if (origin === "file-unkept") return [{ kind: "nothing-kept" }];
  return origin === "file" && !hasPassphrase ? [{ kind: "copied-file" }] : [];
}

function directoryWarnings(directory: Directory | null, now: Circumstances): Warning[] {
  if (directory === null) return [];
  const warnings: Warning[] = [];
  const { expiresDay, appRelease } = directory;
  if (dayOf(now.nowSeconds) > expiresDay) {
    warnings.push({ kind: "directory-expired", expires: dateOf(expiresDay) });
  }
  if (!listsWeek(directory, weekOf(now.nowSeconds))) warnings.push({ kind: "week-not-listed" });
  // One that the desk named before is on its way to the newest: no reason to frighten anybody.
  const signed = [null, appRelease, ...now.trusted];
  if (appRelease && !signed.includes(now.release)) warnings.push({ kind: "release-mismatch" });
  return warnings;
}

export function warningsOf(held: Held, now: Circumstances): Warning[] {
  const { content } = held;
  const daysOff = now.relayDay === null ? 0 : clockDifference(now.relayDay, now.nowSeconds);
  const reports = reportSummaries(held).filter((report) => report.overdue).length;
  const atStake = content.reports.length + content.drafts.length > 0;
  const clock: Warning = { kind: "clock", daysOff };
  const overdue: Warning = { kind: "overdue", reports };
  const evictable: Warning = { kind: "storage-not-persistent" };
  const isKept = now.origin !== "file-unkept";
  return [
    ...originWarnings(now),
    ...(Math.abs(daysOff) > CLOCK_SLACK_DAYS ? [clock] : []),
    ...directoryWarnings(deskOf(content)?.directory ?? null, now),
    ...content.alarms.map((kind): Warning => ({ kind })),
    ...(reports > 0 ? [overdue] : []),
    ...(atStake && isKept && !now.persistent ? [evictable] : []),
  ];
}

export interface LinkNow {
  readonly online: boolean;
  readonly syncing: boolean;
  readonly lastEnded: "done" | "unreachable" | "paused" | "not-joined" | "busy" | null;
  readonly nextTrySeconds: number | null;
}

export function linkState({ content, rows }: Held, now: LinkNow): LinkState {
  const times = Object.values(content.relays).flatMap((relay) => relay.lastExchangeSeconds ?? []);
  const last = times.length > 0 ? Math.max(...times) : null;
  const unreachable = now.lastEnded === "unreachable" ? "unreachable" : "idle";
  return {
    status: now.syncing ? "syncing" : now.online ? unreachable : "offline",
    lastExchangeAt: last === null ? null : isoOf(last),
    nextTryAt: now.nextTrySeconds === null ? null : isoOf(now.nextTrySeconds),
    waiting: waitingBlobs(rows),
  };
}
