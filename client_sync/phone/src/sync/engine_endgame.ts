/**
 * Asking twice at the end: by a lane that is free, what another one should have brought by now.
 *
 * Theory of operation. A repeat costs bytes and wins time. So it is made only by a lane that has
 * nothing else to do, of what should have been answered by now, a little at a time, from the end of
 * the late request (its beginning has most likely arrived), and it asks about the rest on the way: a
 * relay stores what came whole even when its answer is stuck.
 *
 * Spec: docs/spec/engine.md rule 8
 */
import { MAX_QUERY_IDS } from "../generated/constants.ts";
import { type Choice, takes } from "./engine_choice.ts";
import { byOrder, type Item, isMedia, type Lane, type RelayFacts } from "./engine_state.ts";
import type { Working } from "./engine_working.ts";

/** What one repeat may cost: about two seconds at 32 kbit/s. */
const REPEAT_BYTES = 8192;
const MOST_REPEATS = 2;

/** List what a lane puts that an idle lane might repeat, the last to arrive first. */
export function repeatable(work: Working, lane: Lane): Item[] {
  const others = [...work.lanes.values()].filter((other) => other.number !== lane.number);
  const carried = new Set(others.flatMap((other) => other.puts));
  return work
    .livePuts(lane)
    .reverse()
    .filter((item) => item.repeats < MOST_REPEATS && !carried.has(item.id));
}

/** Repeat a little of the lane that is latest, and ask about the rest of it. */
export function repeatChoice(work: Working): Choice | null {
  const late = [...work.lanes.values()]
    .filter((lane) => work.isLate(lane))
    .sort((a, b) => a.dueMs - b.dueMs || a.number - b.number);
  for (const behind of late) {
    const relay = work.relayOf(behind);
    const lane = work.freeLane(relay.key);
    if (lane === null || work.rests(relay) || !relay.isOpen || waits(work, relay)) continue;
    const puts = little(repeatable(work, behind));
    if (puts.length === 0) continue;
    const rest = work.livePuts(behind).filter((item) => !puts.includes(item));
    const queries = rest.map((item) => item.id).slice(0, MAX_QUERY_IDS);
    return { lane, relay, puts, queries, isRepeat: true };
  }
  return doubtfulChoice(work);
}

/** Tell whether something new waits for room at a relay: nothing is repeated before it. */
function waits(work: Working, relay: RelayFacts): boolean {
  const queued = [...work.items.values()].filter((item) => item.state === "queued");
  return queued.some((item) => takes(work, item, relay));
}

/** Put again what is being asked about: the answer may be as far away as the item is. */
function doubtfulChoice(work: Working): Choice | null {
  const carried = work.carried();
  for (const relay of work.usable()) {
    const lane = work.freeLane(relay.key);
    if (lane === null || !relay.isOpen || waits(work, relay)) continue;
    // What came of media is kept: to ask costs less than to send.
    const isHere = (item: Item) =>
      item.state === "in_doubt" && item.relay === relay.key && !isMedia(item);
    const doubtful = [...work.items.values()]
      .filter((item) => isHere(item) && !carried.has(item.id) && item.repeats < MOST_REPEATS)
      .sort(byOrder);
    const puts = little(doubtful);
    if (puts.length > 0) return { lane, relay, puts, queries: [], isRepeat: true };
  }
  return null;
}

/** Take one item, and more of its kind while they are small. */
function little(items: readonly Item[]): Item[] {
  const chosen: Item[] = [];
  let usedBytes = 0;
  for (const item of items) {
    usedBytes += item.sizeBytes;
    const [first] = chosen;
    if (first && (usedBytes > REPEAT_BYTES || isMedia(first) !== isMedia(item))) break;
    chosen.push(item);
  }
  return chosen;
}
