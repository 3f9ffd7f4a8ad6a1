/**
 * Which one-time token goes with which blob. Pure.
 *
 * A token is bound to one blob for good: a request that is made again offers the same one, and a relay
 * cannot tell two blobs of one sender by a token seen twice. One that a relay did not take is void.
 *
 * Spec: docs/spec/sync.md section 8
 */
import { type Bytes, fromBase64url, fromHex } from "../bytes.ts";
import { tokenOf } from "../envelope/tokens.ts";
import { AckStatus, TOKENS_PER_REPORT } from "../generated/constants.ts";
import type { ReportMemory, VaultContent } from "../vault.ts";
import type { Verdict } from "./engine_events.ts";
import { hasSpoken } from "./spoken.ts";
import type { Exchange } from "./verdicts.ts";

const VOID = "";

export interface BoundToken {
  readonly content: VaultContent;
  readonly secret: Bytes;
}

function boundTo(report: ReportMemory, relay: string): readonly string[] {
  return report.tokens?.[relay] ?? [];
}

function isFree(report: ReportMemory, relay: string): boolean {
  const vouches = hasSpoken(report, AckStatus.ACCEPTED, AckStatus.CLOSED);
  return vouches && boundTo(report, relay).length < TOKENS_PER_REPORT;
}

function changed(content: VaultContent, report: ReportMemory): VaultContent {
  const reports = content.reports.map((other) => (other.id === report.id ? report : other));
  return { ...content, reports };
}

/** The token bound to a blob at a relay, or a free one bound to it now; null when there is none. */
export function bindToken(content: VaultContent, relay: string, blobId: string): BoundToken | null {
  const bound = content.reports.find((report) => boundTo(report, relay).includes(blobId));
  const report = bound ?? content.reports.find((one) => isFree(one, relay));
  if (report === undefined) return null;
  const ids = boundTo(report, relay);
  const index = bound === undefined ? ids.length : ids.indexOf(blobId);
  const secret = tokenOf(fromBase64url(report.reply), fromHex(relay), index);
  if (bound !== undefined) return { content, secret };
  const tokens = { ...report.tokens, [relay]: [...ids, blobId] };
  return { content: changed(content, { ...report, tokens }), secret };
}

/** Let go of tokens that did not count: work is done for those blobs instead. */
export function voidedTokens(
  content: VaultContent,
  { relay }: Exchange,
  verdicts: ReadonlyMap<string, Verdict>,
): VaultContent {
  const turnedAway = [...verdicts].filter(([, verdict]) => verdict === "unstamped");
  const ids = new Set(turnedAway.map(([id]) => id));
  const offered = content.reports.filter((report) =>
    boundTo(report, relay).some((id) => ids.has(id)),
  );
  return offered.reduce((after, report) => {
    const kept = boundTo(report, relay).map((id) => (ids.has(id) ? VOID : id));
    return changed(after, { ...report, tokens: { ...report.tokens, [relay]: kept } });
  }, content);
}
