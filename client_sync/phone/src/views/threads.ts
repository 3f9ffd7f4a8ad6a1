/** Reports and their follow-ups put together, and what each thread asks of the person. */
import type { App, Purpose, Reply, ReportSummary, ThreadState } from "../app.ts";

/** A report, what was said about it since, and what it asks of the person. */
export interface Thread {
  readonly report: ReportSummary;
  /** In the order of sealing. */
  readonly followUps: readonly ReportSummary[];
  /** The desk's answers to any of them, in the order in which they came. */
  readonly replies: readonly Reply[];
  readonly state: ThreadState;
  readonly unread: number;
}

/** Follow-ups after which a question is no longer open. */
const CLOSING: readonly (Purpose | null)[] = ["answer", "unsafe"];

/** A question is open until the person has answered, or said that contact is not safe. */
function hasOpenQuestion(replies: readonly Reply[], followUps: readonly ReportSummary[]): boolean {
  const answered = followUps.flatMap(({ follows }) =>
    follows && CLOSING.includes(follows.purpose) ? [follows.after] : [],
  );
  return replies.slice(Math.max(0, ...answered)).some(({ kind }) => kind === "question");
}

/** Every report that follows no other kept here, with what follows it; the newest first. */
export function threadsOf(app: App): Thread[] {
  const reports = app.reports();
  const kept = new Set(reports.map(({ id }) => id));
  const beginnings = reports.filter(({ follows }) => !follows || !kept.has(follows.report));
  return beginnings.map((report) => {
    const followUps = reports.filter(({ follows }) => follows?.report === report.id).reverse();
    const replies = app.replies(report.id);
    const said: ThreadState = replies.length > 0 ? "reply" : report.state;
    const state = hasOpenQuestion(replies, followUps) ? "needs-you" : said;
    const unread = replies.filter(({ read }) => !read).length;
    return { report, followUps, replies, state, unread };
  });
}

/** The thread that a report begins. */
export function threadOf(app: App, reportId: string): Thread | undefined {
  return threadsOf(app).find(({ report }) => report.id === reportId);
}

/** The follow-ups that need no more than a few words. */
export function isShort(purpose: Purpose | undefined): purpose is Purpose {
  return purpose !== undefined && purpose !== "correction";
}
