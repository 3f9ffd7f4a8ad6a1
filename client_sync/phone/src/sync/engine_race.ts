/**
 * Asking more than once before anything has answered: side by side, and at the next relay.
 *
 * Theory of operation. While a run has no answer yet, nothing is known of the link as it is now. A
 * packet of a new connection that is lost is missed only after a second, the next one after two, then
 * four; where a packet in five is lost, most attempts lose one. Two attempts are seldom unlucky both,
 * and a relay takes a blob twice as well as once. So when all that waits is small, the same is asked
 * there again on connections of their own, a little later each, so that a link that works has answered
 * before it matters. What is large waits for the first answer: it would only stand in its own way.
 *
 * A relay may also be a black hole. So after a while the next one is asked the same, whatever waits,
 * and lanes are left for that.
 *
 * Spec: docs/spec/engine.md rule 7; figures: docs/adr/0070-small-things-side-by-side.md
 */
import { REQUEST_CLASS_ROOM_BYTES } from "../generated/constants.ts";
import { SMALLEST_BATCH_BYTES } from "./backoff.ts";
import { type Choice, takes } from "./engine_choice.ts";
import { isMedia, type Lane, type RelayFacts } from "./engine_state.ts";
import { MOST_LANES, type Working } from "./engine_working.ts";

/** A handshake over a bad link takes three. */
const RACE_MS = 4000;
/** A relay whose connection stands is most likely one. */
const SLOW_RACE = 3;
/** When a system repeats a lost first packet. */
const ABREAST_MS = 1000;
const MOST_ABREAST = 3;
/** For the next two relays. */
const LANES_KEPT = 2;

interface Again {
  readonly relay: RelayFacts;
  readonly atMs: number;
}

/** Ask the same again, while no relay has answered in this run. */
export function raceChoice(work: Working): Choice | null {
  const due = askedAgain(work).find(({ atMs }) => atMs <= work.nowMs);
  const lane = due === undefined ? null : work.freeLane(due.relay.key);
  if (due === undefined || lane === null) return null;
  const { relay } = due;
  const first = leastRequest([...work.lanes.values()]);
  const puts = work.livePuts(first).filter((item) => takes(work, item, relay));
  return { lane, relay, puts, queries: [], isRepeat: true, isRace: true };
}

/** List when the same is asked again, if nothing answers before. */
export function raceTimesMs(work: Working): number[] {
  return askedAgain(work).map(({ atMs }) => atMs);
}

/** Give relays to ask the same, and when. */
function askedAgain(work: Working): Again[] {
  if (work.lanes.size === 0 || work.isPolled) return [];
  return [...abreast(work), ...elsewhere(work)];
}

/** The relay asked first once more, if what was asked there is small. */
function abreast(work: Working): Again[] {
  const first = leastRequest([...work.lanes.values()]);
  const relay = work.relayOf(first);
  const isUsable = work.usable().some(({ key }) => key === relay.key);
  if (!isUsable || !goesAbreast(work, first)) return [];
  const asked = work.lanesAt(relay.key);
  const pauseMs = Math.max(ABREAST_MS, relay.roundTripMs) * asked.length;
  return [{ relay, atMs: mostRequest(asked).sentAtMs + pauseMs }];
}

/** The next relay; where there is none, one that has no connection yet. */
function elsewhere(work: Working): Again[] {
  const unasked = unaskedOf(work);
  const relay = unasked[0] ?? work.usable().find((one) => !one.isOpen);
  if (relay === undefined) return [];
  const newest = mostRequest(unasked.length > 0 ? openers(work) : [...work.lanes.values()]);
  const raceMs = Math.max(RACE_MS, 3 * work.relayOf(newest).roundTripMs);
  return [{ relay, atMs: newest.sentAtMs + raceMs * (work.hasOpenRelay ? SLOW_RACE : 1) }];
}

/** Tell whether what was asked first is small and all there is, and lanes are to spare. */
function goesAbreast(work: Working, first: Lane): boolean {
  const isSmall = first.classBytes <= REQUEST_CLASS_ROOM_BYTES + SMALLEST_BATCH_BYTES;
  const waits = [...work.items.values()].some((item) => item.state === "queued" && !isMedia(item));
  const spare = MOST_LANES - work.lanes.size - Math.min(unaskedOf(work).length, LANES_KEPT);
  return isSmall && !waits && spare > 0 && work.lanesAt(first.relay).length < MOST_ABREAST;
}

function unaskedOf(work: Working): RelayFacts[] {
  return work.usable().filter(({ key }) => work.lanesAt(key).length === 0);
}

/** List what was asked first at each relay. */
function openers(work: Working): Lane[] {
  const asked = [...work.relays.keys()].map((key) => work.lanesAt(key));
  return asked.filter((lanes) => lanes.length > 0).map(leastRequest);
}

function leastRequest(lanes: readonly Lane[]): Lane {
  return lanes.reduce((best, lane) => (lane.request < best.request ? lane : best));
}

function mostRequest(lanes: readonly Lane[]): Lane {
  return lanes.reduce((best, lane) => (lane.request > best.request ? lane : best));
}
