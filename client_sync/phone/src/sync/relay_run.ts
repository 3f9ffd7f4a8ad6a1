/** What is learned of one relay while a sync runs, beside what the engine keeps. */
import type { BridgeLine } from "../domain/directory.ts";
import type { Problem, RelayPolicy } from "../domain/sync.ts";
import type { ReportMemory } from "../vault.ts";

const SLOW_DOWN = "slow-down";
/** When a relay asks for rest without saying how long. */
const SLOW_DOWN_SECONDS = 60;

export class RelayRun {
  readonly line: BridgeLine;
  /** What it asks for a blob now. */
  workBits: number;
  mostBatchBytes = 0;
  restSeconds = 0;
  /** A request that asks for some mailbox is under way or was answered. */
  hasAskedMail = false;
  isBehind = false;
  /** Reports with an announced reply for which it was asked, or is being asked. */
  readonly asked = new Set<string>();

  constructor(line: BridgeLine, workBits: number) {
    this.line = line;
    this.workBits = workBits;
  }

  /** The first report whose announced reply it was not asked for. */
  unasked(reports: readonly ReportMemory[]): ReportMemory | undefined {
    return reports.find(({ id, replyWeek }) => replyWeek !== null && !this.asked.has(id));
  }

  /** Learn what the relay asks for. */
  heed(policy: RelayPolicy | null, problem: Problem | null): void {
    if (policy !== null) {
      this.workBits = policy.workBits;
      this.mostBatchBytes = Math.max(policy.maxBatchBytes, 1);
      this.restSeconds = policy.retryAfterSeconds;
    }
    if (problem?.slug === SLOW_DOWN && this.restSeconds === 0) this.restSeconds = SLOW_DOWN_SECONDS;
  }
}
