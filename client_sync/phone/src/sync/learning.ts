/** What an answer that is on disk means for the rest of the run. Pure. */
import type { ReportMemory } from "../vault.ts";
import type { Answered, Verdict } from "./engine_events.ts";
import type { Outcome } from "./outcome.ts";
import type { RelayRun } from "./relay_run.ts";
import type { Answer } from "./response.ts";
import type { UnderWay } from "./sending.ts";
import { MOST_WORK_BITS } from "./stamping.ts";

export interface Moment {
  readonly nowMs: number;
  /** Bytes of request and answer together. */
  readonly movedBytes: number;
  /** Blobs that are owed no more: the desk has them, or the person forgot them. */
  readonly settled: readonly string[];
  readonly behind: ReadonlySet<string>;
  readonly chance: number;
}

/**
 * Name the relays where there is more to read: pages, or a reply that the board announced. One that a
 * relay does not have is asked for at the others.
 */
export function behind(
  relays: ReadonlyMap<string, RelayRun>,
  reports: readonly ReportMemory[],
): ReadonlySet<string> {
  const askedSomewhere = new Set([...relays.values()].flatMap((relay) => [...relay.asked]));
  const withheld = reports.filter(
    ({ id, replyWeek }) => replyWeek !== null && askedSomewhere.has(id),
  );
  const found = [...relays].filter(
    ([, relay]) => relay.isBehind || relay.unasked(withheld) !== undefined,
  );
  return new Set(found.map(([key]) => key));
}

/** A relay that asks for more work than a phone can do has refused. */
function verdictFor(verdict: Verdict, relay: RelayRun): Verdict {
  return verdict === "unstamped" && relay.workBits > MOST_WORK_BITS ? "refused" : verdict;
}

/** Describe an answer to the engine. */
export function answeredEvent(
  request: UnderWay,
  answer: Answer,
  outcome: Outcome,
  moment: Moment,
): Answered {
  const { exchange, relay, send } = request;
  const { nowMs, movedBytes, settled, chance } = moment;
  const verdicts = [...outcome.verdicts].map(
    ([id, verdict]) => [id, verdictFor(verdict, relay)] as const,
  );
  const isComplete =
    outcome.verdicts.size === exchange.puts.length && outcome.have.size === exchange.query.length;
  return {
    kind: "answered",
    nowMs,
    request: send.request,
    isWhole: answer.isWhole && answer.problem === null && isComplete,
    movedBytes,
    verdicts: new Map(verdicts),
    have: new Map([...outcome.have, ...settled.map((id) => [id, true] as const)]),
    hasMoved: outcome.hasMoved,
    behind: moment.behind,
    mostBatchBytes: relay.mostBatchBytes,
    restMs: relay.restSeconds * 1000,
    chance,
  };
}
