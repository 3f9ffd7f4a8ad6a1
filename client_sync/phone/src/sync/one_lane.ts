/**
 * What to do next: a pure function of what is held and the time.
 *
 * Theory of operation. `plan` looks at the rows, the relays and the clock and names one action; the
 * runner performs it, commits the outcome, and asks again. Nothing is remembered in between, so a
 * phone that dies anywhere asks the same question again from what is on disk.
 *
 * The order in one request: everything in doubt at that relay is asked for (QUERY rides along), then
 * the most urgent blobs up to the batch. Text goes before media always, own before carried. A blob
 * goes to a relay that has not signed for it yet, as long as there is one. The first request of a
 * run is small, whatever the batch: on a window of thirty seconds it alone may get through. A blob
 * that was refused waits by itself (`notBeforeSeconds`); nobody waits behind it.
 *
 * Spec: docs/spec/sync.md section 5
 */
import { MAX_PUTS, MAX_QUERY_IDS } from "../generated/constants.ts";
import { isOverdue, type Row } from "../outbox/rows.ts";
import { SMALLEST_BATCH_BYTES, waits } from "./backoff.ts";

export interface RelayView {
  /** Relay key, hex. */
  readonly key: string;
  readonly batchBytes: number;
  /** What the relay itself allows; 0 when it has not said. */
  readonly maxBatchBytes: number;
  readonly retryAtSeconds: number;
  /** Nothing is put there before this time. */
  readonly fullUntilSeconds: number;
  readonly failures: number;
}

export interface Situation {
  readonly nowSeconds: number;
  readonly rows: Iterable<Row>;
  /** In the order of the directory. */
  readonly relays: readonly RelayView[];
  /** Syncs that reached a relay, ever. */
  readonly syncs: number;
  /** Exchanges that worked in this run. */
  readonly exchanges: number;
  /** The last answer left something to fetch: pages or mailbox entries. */
  readonly moreToFetch: boolean;
}

export type Action =
  | { readonly kind: "overdue"; readonly ids: readonly string[] }
  | {
      readonly kind: "exchange";
      readonly relay: string;
      readonly puts: readonly string[];
      readonly query: readonly string[];
    }
  | { readonly kind: "pause"; readonly untilSeconds: number }
  | { readonly kind: "finish" };

const RANK = { text: 0, thumbnail: 2, chunk: 3 } as const;
/** A courier's small blob is likely a report, a large one likely media. */
const COURIER_TEXT = 1;
const COURIER_MEDIA = 4;
/** Bytes a second; envelope.md section 4. */
const SMALL_CHUNKS_BELOW = 2000;
const MEDIA_SIZES: readonly number[] = [4096, 16_384];

function rank(row: Row): number {
  if (row.kind !== "courier") return RANK[row.kind];
  return MEDIA_SIZES.includes(row.sizeBytes) ? COURIER_MEDIA : COURIER_TEXT;
}

/** Most urgent first. */
export function byUrgency(a: Row, b: Row): number {
  return rank(a) - rank(b) || a.urgency - b.urgency || (a.id < b.id ? -1 : 1);
}

/** Best relay first: without failures before with; ties in the directory's order. */
function byTrust(a: RelayView, b: RelayView): number {
  return a.failures - b.failures;
}

/** Tell whether this relay is a new way for the blob, or there is no new way at all. */
function mayCarry(row: Row, relay: RelayView, relays: readonly RelayView[]): boolean {
  const signed = (key: string) => row.receipts.some((receipt) => receipt.relay === key);
  return !signed(relay.key) || relays.every((other) => signed(other.key));
}

/** A blob in doubt is asked for where it went; it goes another way once that relay is failing. */
function mayPut(row: Row, relay: RelayView, situation: Situation): boolean {
  const { nowSeconds } = situation;
  if (waits(row.notBeforeSeconds, nowSeconds) || waits(relay.fullUntilSeconds, nowSeconds)) {
    return false;
  }
  if (row.state === "queued") return mayCarry(row, relay, situation.relays);
  if (row.state !== "in_doubt" || row.relay === relay.key) return false;
  const asked = situation.relays.find((other) => other.key === row.relay);
  return asked === undefined || asked.failures > 0;
}

function batchFor(relay: RelayView, situation: Situation): number {
  const first = situation.exchanges === 0 ? SMALLEST_BATCH_BYTES : relay.batchBytes;
  return relay.maxBatchBytes > 0 ? Math.min(first, relay.maxBatchBytes) : first;
}

/** Take the most urgent blobs up to the batch, none out of turn; one always goes, it cannot be split. */
function fill(rows: readonly Row[], batchBytes: number): Row[] {
  const taken: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (taken.length === MAX_PUTS) break;
    if (taken.length > 0 && bytes + row.sizeBytes > batchBytes) break;
    taken.push(row);
    bytes += row.sizeBytes;
    if (bytes >= batchBytes) break;
  }
  return taken;
}

interface Work {
  readonly relay: RelayView;
  readonly puts: readonly Row[];
  readonly query: readonly Row[];
}

function workFor(relay: RelayView, rows: readonly Row[], situation: Situation): Work {
  const query = rows.filter((row) => row.state === "in_doubt" && row.relay === relay.key);
  const sendable = rows.filter((row) => mayPut(row, relay, situation));
  return {
    relay,
    query: query.slice(0, MAX_QUERY_IDS),
    puts: fill(sendable, batchFor(relay, situation)),
  };
}

function exchange({ relay, puts, query }: Work): Action {
  // Carried blobs stand behind a COURIER frame, so own ones come first inside of one request.
  const ownFirst = [...puts].sort(
    (a, b) => Number(a.kind === "courier") - Number(b.kind === "courier"),
  );
  return {
    kind: "exchange",
    relay: relay.key,
    puts: ownFirst.map((row) => row.id),
    query: query.map((row) => row.id),
  };
}

/** The most urgent blob decides between relays; with nothing to put, the first one that has work. */
function chosen(works: readonly Work[]): Work | undefined {
  const useful = works.filter((work) => work.puts.length > 0 || work.query.length > 0);
  return useful.reduce<Work | undefined>((best, work) => {
    const [first, second] = [best?.puts[0], work.puts[0]];
    if (best === undefined) return work;
    if (second === undefined) return best;
    return first === undefined || byUrgency(second, first) < 0 ? work : best;
  }, undefined);
}

/** Name the next action. */
export function plan(situation: Situation): Action {
  const { nowSeconds, relays, syncs } = situation;
  const rows = [...situation.rows].sort(byUrgency);
  const overdue = rows.filter((row) => isOverdue(row, nowSeconds, syncs)).map((row) => row.id);
  if (overdue.length > 0) return { kind: "overdue", ids: overdue };
  const open = relays.filter((relay) => !waits(relay.retryAtSeconds, nowSeconds)).sort(byTrust);
  const [first] = open;
  if (first === undefined) return whenNoneIsOpen(relays);
  const work = chosen(open.map((relay) => workFor(relay, rows, situation)));
  if (work !== undefined) return exchange(work);
  const poll = situation.exchanges === 0 || situation.moreToFetch;
  return poll ? exchange({ relay: first, puts: [], query: [] }) : { kind: "finish" };
}

function whenNoneIsOpen(relays: readonly RelayView[]): Action {
  if (relays.length === 0) return { kind: "finish" };
  return { kind: "pause", untilSeconds: Math.min(...relays.map((relay) => relay.retryAtSeconds)) };
}

/** Large chunks, except where the links that were measured are slower than 16 kbit/s. */
export function chunkClassFor(bytesPerSecond: number | null, classes: readonly number[]): number {
  const [large, small] = [Math.max(...classes), Math.min(...classes)];
  return bytesPerSecond === null || bytesPerSecond >= SMALL_CHUNKS_BELOW ? large : small;
}
