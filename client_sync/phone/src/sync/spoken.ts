/** What the desk has said of a report, as the phone remembers it. Pure. */
import type { ReportMemory } from "../vault.ts";

/** Tell whether any of these acknowledgement states was spoken. */
export function hasSpoken(report: ReportMemory, ...statuses: readonly number[]): boolean {
  return statuses.some((status) => (report.spoken & (1 << status)) !== 0);
}
