/**
 * Reports and their follow-ups as threads. Pure.
 *
 * A thread is one report and everything that follows it, answers of the desk included. A follow-up whose
 * beginning was removed from the phone begins a thread of its own.
 */
import type { Reply, ReportSummary, Thread, ThreadState } from "./app.ts";
import type { Answers } from "./domain/answers.ts";
import type { FollowMemory, ReplyMemory, VaultContent } from "./vault.ts";

type Reports = VaultContent["reports"];

/** Id of the report that begins the thread of another. */
export function beginningOf(reports: Reports, reportId: string): string {
  const about = reports.find((report) => report.id === reportId)?.follows?.report;
  const isKept = reports.some((report) => report.id === about);
  return about !== undefined && isKept ? about : reportId;
}

/** Ids of a report's thread, itself included. */
export function threadIds({ reports }: VaultContent, reportId: string): ReadonlySet<string> {
  const ids = reports.map((report) => report.id);
  const beginning = beginningOf(reports, reportId);
  if (beginning !== reportId) return new Set([reportId]);
  return new Set(ids.filter((id) => beginningOf(reports, id) === beginning));
}

function repliesIn(content: VaultContent, ids: ReadonlySet<string>): readonly ReplyMemory[] {
  return content.replies.filter((reply) => ids.has(reply.report));
}

/** What the vault keeps of a follow-up; nothing of any other report. */
export function followsOf(content: VaultContent, answers: Answers): { follows?: FollowMemory } {
  const { about, purpose } = answers;
  if (about === undefined || !content.reports.some((report) => report.id === about)) return {};
  const report = beginningOf(content.reports, about);
  const after = repliesIn(content, threadIds(content, report)).length;
  return { follows: { report, purpose: purpose ?? null, after } };
}

/** A question is open until the person has answered, or said that contact is not safe. */
function hasOpenQuestion(replies: readonly Reply[], followUps: readonly ReportSummary[]): boolean {
  const answered = followUps
    .map((followUp) => followUp.follows)
    .filter((follows) => follows?.purpose === "answer" || follows?.purpose === "unsafe")
    .map((follows) => follows?.after ?? 0);
  const last = Math.max(0, ...answered);
  return replies.slice(last).some((reply) => reply.kind === "question");
}

function stateOf(thread: Omit<Thread, "state" | "unread">): ThreadState {
  if (hasOpenQuestion(thread.replies, thread.followUps)) return "needs-you";
  return thread.replies.length > 0 ? "reply" : thread.report.state;
}

/** Put reports together; `summaries` come newest first, and so do the threads. */
export function threadsOf(content: VaultContent, summaries: readonly ReportSummary[]): Thread[] {
  const byId = new Map(summaries.map((report) => [report.id, report]));
  const beginnings = summaries.filter(({ follows }) => !follows || !byId.has(follows.report));
  return beginnings.map((report) => {
    const ids = threadIds(content, report.id);
    const followUps = summaries.filter(({ id }) => ids.has(id) && id !== report.id).reverse();
    const replies = repliesIn(content, ids).map(({ report: reportId, ...reply }) => ({
      reportId,
      ...reply,
    }));
    const unread = replies.filter((reply) => !reply.read).length;
    return { report, followUps, replies, unread, state: stateOf({ report, followUps, replies }) };
  });
}
