/**
 * Which reports follow which. Pure.
 *
 * A thread is one report and everything that follows it. Follow-ups name the thread's beginning, so that
 * a chain is never longer than one; one whose beginning was removed from the phone begins a thread itself.
 */
import type { Answers } from "./domain/answers.ts";
import type { FollowMemory, VaultContent } from "./vault.ts";

/** Ids of a report and of what follows it. */
export function threadIds({ reports }: VaultContent, reportId: string): ReadonlySet<string> {
  const after = reports.filter(({ follows }) => follows?.report === reportId);
  return new Set([reportId, ...after.map(({ id }) => id)]);
}

/** What the vault keeps of a follow-up; nothing of any other report. */
export function followsOf(
  content: VaultContent,
  { about, purpose }: Answers,
): { follows?: FollowMemory } {
  const byId = (wanted: string | undefined) => content.reports.find(({ id }) => id === wanted);
  const earlier = byId(about);
  if (earlier === undefined) return {};
  const report = (byId(earlier.follows?.report) ?? earlier).id;
  const ids = threadIds(content, report);
  const after = content.replies.filter((reply) => ids.has(reply.report)).length;
  return { follows: { report, purpose: purpose ?? null, after } };
}

/** The vault after the person has read a thread; null when nothing changes. */
export function withRead(content: VaultContent, reportId: string): VaultContent | null {
  const ids = threadIds(content, reportId);
  if (!content.replies.some((reply) => ids.has(reply.report) && !reply.read)) return null;
  const replies = content.replies.map((reply) =>
    ids.has(reply.report) ? { ...reply, read: true } : reply,
  );
  return { ...content, replies };
}
