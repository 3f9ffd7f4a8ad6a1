/** What is learned of one relay while a sync runs, beside what the engine keeps. */
import type { BridgeLine } from "../domain/directory.ts";
import type { Problem, RelayPolicy } from "../domain/sync.ts";
import { RESUMABLE_BYTES } from "../generated/constants.ts";
import type { ReportMemory } from "../vault.ts";
import type { Answer } from "./response.ts";
import type { Exchange } from "./verdicts.ts";

const BAD_REST = "bad-rest";
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
  /** Bytes it kept of blobs whose connection was cut; they go on from there. */
  private readonly begun = new Map<string, number>();

  constructor(line: BridgeLine, workBits: number) {
    this.line = line;
    this.workBits = workBits;
  }

  /** The first report whose announced reply it was not asked for. */
  unasked(reports: readonly ReportMemory[]): ReportMemory | undefined {
    return reports.find(({ id, replyWeek }) => replyWeek !== null && !this.asked.has(id));
  }

  /** How much it kept of a blob; 0 where it is to be sent whole. */
  keptBytes(id: string, sizeBytes: number): number {
    return sizeBytes === RESUMABLE_BYTES ? (this.begun.get(id) ?? 0) : 0;
  }

  /** Note what it kept of blobs that were asked for, and what it would not join. */
  noteBegun({ puts, query }: Exchange, { problem, have, begun }: Answer): void {
    if (problem?.slug === BAD_REST) for (const id of puts) this.begun.delete(id);
    if (have === null) return;
    for (const [place, id] of query.entries()) {
      const kept = begun.get(place) ?? 0;
      if (kept > 0 && kept < RESUMABLE_BYTES) this.begun.set(id, kept);
      else this.begun.delete(id);
    }
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
