/**
 * What the sync engine knows: values that are never changed, only replaced.
 *
 * Theory of operation. Everything here is a whole number, a name or a set of them, so that two
 * languages compare alike and a state can be written down in a scenario. What is remembered of a
 * relay between runs is the first part of `RelayFacts`; the rest of it belongs to one run.
 *
 * Spec: docs/spec/engine.md section 1
 */
import { SMALLEST_BATCH_BYTES } from "./backoff.ts";

/** What goes before what; a lower one first. */
export const Rank = { TEXT: 0, CARRIED_TEXT: 1, THUMBNAIL: 2, CHUNK: 3, CARRIED_CHUNK: 4 } as const;

/** Tell what may fill a link for minutes from what a person waits for. */
export function isMedia(item: Item): boolean {
  return item.rank >= Rank.CHUNK;
}

/** Where an item stands while a run goes on; what is held is no item any more. */
export type ItemState = "queued" | "in_doubt" | "in_flight";

/** One blob to hand over. */
export interface Item {
  /** Hex. */
  readonly id: string;
  readonly rank: number;
  /** Within its rank, the lower goes first. */
  readonly urgency: number;
  readonly sizeBytes: number;
  readonly state: ItemState;
  /** Relay key, hex: where it is in flight or in doubt. */
  readonly relay: string | null;
  /** Relays whose receipt for it is kept. */
  readonly holders: ReadonlySet<string>;
  /** Relays that will not take it in this run. */
  readonly refused: ReadonlySet<string>;
  /** Relays that asked for work for it in this run. */
  readonly unstamped: ReadonlySet<string>;
  /** How often it was repeated in this run while in flight elsewhere. */
  readonly repeats: number;
}

type NewItem = Pick<Item, "id" | "rank" | "urgency" | "sizeBytes"> & Partial<Item>;

/** An item that waits, but for what is said. */
export function newItem(seed: NewItem): Item {
  const none: ReadonlySet<string> = new Set();
  return {
    state: "queued",
    relay: null,
    holders: none,
    refused: none,
    unstamped: none,
    repeats: 0,
    ...seed,
  };
}

/** The order of sending. */
export function byOrder(a: Item, b: Item): number {
  return a.rank - b.rank || a.urgency - b.urgency || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** What is known of one relay. What stands before `isOpen` is remembered per network. */
export interface RelayFacts {
  /** Hex. */
  readonly key: string;
  /** Order in the directory; among equals the lower is asked first. */
  readonly place: number;
  /** In a row, on this network. */
  readonly failures: number;
  /** It is asked nothing before this time. */
  readonly restUntilMs: number;
  /** Nothing is put there before this time. */
  readonly fullUntilMs: number;
  /** What the link to it carries, all lanes together; 0: not measured. */
  readonly rateBytesPerSecond: number;
  /** 0: not measured. */
  readonly roundTripMs: number;
  /** How much one request puts there now. */
  readonly batchBytes: number;
  /** What the relay itself allows; 0: it has not said. */
  readonly mostBatchBytes: number;
  /** A connection to it stood, or it answered, in this run. */
  readonly isOpen: boolean;
  readonly hasAnswered: boolean;
  /** There is more to read there. */
  readonly isBehind: boolean;
  /** When it last answered in this run; -1: not yet. */
  readonly answeredAtMs: number;
  /** When a failure last counted against it in this run; -1: not yet. */
  readonly failedAtMs: number;
  /** Failures in a row in this run. */
  readonly runFailures: number;
  /** A request was stuck, or not answered at all, in this run. */
  readonly isLossy: boolean;
  /** Answers in a row that came in the order of their requests. */
  readonly calm: number;
  /** What waited for the link, and when it did. */
  readonly queuedBytes: number;
  readonly queuedAtMs: number;
  /** What was answered for lately, and the time this took while a lane was busy there. */
  readonly movedBytes: number;
  readonly movedMs: number;
  /** Up to when that time is counted. */
  readonly countedAtMs: number;
}

/** A relay of which nothing is known but what is said. */
export function newRelayFacts(
  seed: Pick<RelayFacts, "key" | "place"> & Partial<RelayFacts>,
): RelayFacts {
  return {
    failures: 0,
    restUntilMs: 0,
    fullUntilMs: 0,
    rateBytesPerSecond: 0,
    roundTripMs: 0,
    batchBytes: SMALLEST_BATCH_BYTES,
    mostBatchBytes: 0,
    isOpen: false,
    hasAnswered: false,
    isBehind: false,
    answeredAtMs: -1,
    failedAtMs: -1,
    runFailures: 0,
    isLossy: false,
    calm: 0,
    queuedBytes: 0,
    queuedAtMs: 0,
    movedBytes: 0,
    movedMs: 0,
    countedAtMs: 0,
    ...seed,
  };
}

/** A connection that is busy with a request. */
export interface Lane {
  /** 0 to 3. */
  readonly number: number;
  /** Number of the request in this run, from 1. */
  readonly request: number;
  readonly relay: string;
  readonly puts: readonly string[];
  readonly queries: readonly string[];
  readonly classBytes: number;
  readonly sentAtMs: number;
  /** When its answer should be there if nothing is lost. */
  readonly dueMs: number;
  /** When it is given up. */
  readonly deadlineMs: number;
  /** What it puts is in flight elsewhere as well. */
  readonly isRepeat: boolean;
  /** Since when its bytes move; -1: its connection is not known to stand. */
  readonly startedAtMs: number;
  /** A request that began well after it is answered. */
  readonly isOvertaken: boolean;
}

/** All that the engine knows. */
export interface EngineState {
  /** The latest time that came with an event; it never goes back. */
  readonly nowMs: number;
  readonly items: ReadonlyMap<string, Item>;
  /** In the order of the directory. */
  readonly relays: readonly RelayFacts[];
  /** The busy ones, by number. */
  readonly lanes: readonly Lane[];
  /** Lanes, as `warmName` writes them, whose connection to a relay stands. */
  readonly warm: ReadonlySet<string>;
  /** How many were made in this run. */
  readonly requests: number;
  /** Answers in a row that moved nothing. */
  readonly fruitless: number;
  /** Between `begin` and `finish`. */
  readonly isRunning: boolean;
}

export function warmName(lane: number, relay: string): string {
  return `${lane} ${relay}`;
}

/** Before the first event. */
export const NOTHING_KNOWN: EngineState = {
  nowMs: 0,
  items: new Map(),
  relays: [],
  lanes: [],
  warm: new Set(),
  requests: 0,
  fruitless: 0,
  isRunning: false,
};
