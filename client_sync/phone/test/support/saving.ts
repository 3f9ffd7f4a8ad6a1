/** What a person does on the page of a report, in one step. */
import type { Answers, App, AttachProgress, ReportSummary } from "../../src/app.ts";

/** Keep a draft, seal each file to it, and seal it. */
export async function saveReport(
  app: Pick<App, "keepDraft" | "attach" | "sealDraft">,
  answers: Answers,
  files: readonly File[],
  progress?: AttachProgress,
): Promise<ReportSummary> {
  const { id } = await app.keepDraft(null, answers);
  for (const file of files) await app.attach(id, file, progress);
  return app.sealDraft(id);
}
