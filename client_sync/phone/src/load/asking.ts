/**
 * Decides which file to ask for next on a line that loses packets; no clock, no network.
 *
 * Theory of operation. A browser gives a page no say in how a connection repeats what was lost: one that
 * lost the same packet several times is silent for many seconds while the line is free. So files are
 * asked for in one order, a few at a time: few enough that what is on its way does not wait behind
 * itself (a waiting packet looks lost, and is sent twice), enough that the line is busy while one
 * connection is silent. An ask that is silent for longer than what is on its way explains gives its
 * turn to the next file. A silent one of an earlier part of the order is asked for a second time before
 * a later part begins, and in the end everything that is missing; whichever comes first counts. One
 * that stays silent is broken off, and its file waits again.
 */

/** What may be on its way at once: 6 s of the line as measured, see `width`. */
const AHEAD_MS = 6000;
/** Three connections keep a line busy of which each fifth packet is lost; measured, docs/adr/0093. */
const LEAST = 3;
/** A browser opens six connections to one server; one is left for the service worker's own file. */
const MOST = 5;
/** No connection is called silent sooner: a packet that was lost twice takes about as long. */
const PATIENCE_MS = 3000;
/** Before anything is known of the line. */
const FIRST_PATIENCE_MS = 6000;
/** A file is asked for in the place of a silent one at the latest then: too early costs nothing but order. */
const MOST_PATIENCE_MS = 10_000;
/**
 * Silent so long, a file is asked for a second time before the next part begins. Mostly both answers come: asked
 * for sooner, a quarter to a third of what came over the line came twice.
 */
const AGAIN_MS = 18_000;
/** Silent for so many times what is on its way explains: broken off, which costs a new connection. */
const BROKEN_OFF = 3;
/** Even the slowest line says something in a third of a minute and a half. */
const MOST_EXPLAINED_MS = 30_000;
/** Failures in a row after which the line is given up; the pauses between them sum to 15 s. */
const MOST_FAILURES = 5;
const FIRST_PAUSE_MS = 500;

export interface Wanted {
  readonly name: string;
  /** Size as the page sees it, not as it is compressed. */
  readonly bytes: number;
  /** Which part of the order it belongs to: what is silent of a part is asked for again before the next begins. */
  readonly part: number;
}

export type Act =
  | { readonly kind: "ask"; readonly id: number; readonly at: number; readonly isAgain: boolean }
  | { readonly kind: "break-off"; readonly id: number }
  | { readonly kind: "give-up" };

interface Ask {
  readonly id: number;
  /** Place in the order. */
  readonly at: number;
  heardBytes: number;
  heardMs: number;
}

export class Asking {
  private readonly order: readonly Wanted[];
  private readonly done: Set<number>;
  private readonly asked = new Set<number>();
  private asks: Ask[] = [];
  private lastId = 0;
  private beganMs: number | null = null;
  private lastHeardMs = 0;
  private allBytes = 0;
  private failures = 0;
  private pausedUntilMs = 0;

  /** `done` are places in the order that an earlier visit brought. */
  constructor(order: readonly Wanted[], done: Iterable<number> = []) {
    this.order = order;
    this.done = new Set(done);
  }

  isDone(): boolean {
    return this.done.size === this.order.length;
  }

  /** Some bytes of an ask's answer are there. */
  heard(id: number, bytes: number, nowMs: number): void {
    const ask = this.find(id);
    if (ask === undefined) return;
    ask.heardBytes += bytes;
    ask.heardMs = nowMs;
    this.allBytes += bytes;
    this.lastHeardMs = nowMs;
    this.failures = 0;
  }

  /** An ask's answer is whole; false when another ask's was before. */
  came(id: number): boolean {
    const ask = this.find(id);
    this.forget(id);
    if (ask === undefined || this.done.has(ask.at)) return false;
    this.done.add(ask.at);
    return true;
  }

  /** An ask failed: its file is asked for again, after a pause that grows. */
  failed(id: number, nowMs: number): void {
    if (this.find(id) === undefined) return;
    this.forget(id);
    this.pausedUntilMs = nowMs + FIRST_PAUSE_MS * 2 ** this.failures;
    this.failures += 1;
  }

  /** What to do now; to be asked again after each event, and a few times a second. */
  next(nowMs: number): Act[] {
    if (this.failures >= MOST_FAILURES) return [{ kind: "give-up" }];
    this.beganMs ??= nowMs;
    const acts = this.needless(nowMs);
    while (nowMs >= this.pausedUntilMs) {
      const at = this.choose(nowMs);
      if (at === null) break;
      acts.push(this.ask(at, nowMs));
    }
    return acts;
  }

  /** Break off what came by another ask, and what is silent for good. */
  private needless(nowMs: number): Act[] {
    const patience = this.explainedMs() * BROKEN_OFF;
    const ends = this.asks.filter(
      ({ at, heardMs }) => this.done.has(at) || nowMs - heardMs > patience,
    );
    for (const { id } of ends) this.forget(id);
    return ends.map(({ id }) => ({ kind: "break-off", id }));
  }

  private choose(nowMs: number): number | null {
    const patience = Math.min(MOST_PATIENCE_MS, this.explainedMs());
    const speaking = this.asks.filter(({ heardMs }) => nowMs - heardMs <= patience);
    if (speaking.length >= this.width() || this.asks.length >= MOST) return null;
    const fresh = this.order.findIndex((_, at) => !this.asked.has(at) && !this.done.has(at));
    const before = fresh < 0 ? Number.POSITIVE_INFINITY : (this.order[fresh]?.part ?? 0);
    const silent = this.silent(before, nowMs, fresh < 0 ? this.explainedMs() : AGAIN_MS);
    return silent ?? (fresh < 0 ? null : fresh);
  }

  /** The file that is silent longest of the parts before one, and asked for only once. */
  private silent(part: number, nowMs: number, patience: number): number | null {
    const once = this.asks.filter(
      ({ id, at, heardMs }) =>
        nowMs - heardMs > patience &&
        (this.order[at]?.part ?? 0) < part &&
        !this.asks.some((other) => other.at === at && other.id !== id),
    );
    const [longest] = once.sort((one, other) => one.heardMs - other.heardMs);
    return longest?.at ?? null;
  }

  private ask(at: number, nowMs: number): Act {
    this.lastId += 1;
    const isAgain = this.asked.has(at);
    this.asked.add(at);
    this.asks.push({ id: this.lastId, at, heardBytes: 0, heardMs: nowMs });
    return { kind: "ask", id: this.lastId, at, isAgain };
  }

  /** Bytes a second while the line spoke; null before the first. */
  private rate(): number | null {
    const elapsedMs = this.lastHeardMs - (this.beganMs ?? this.lastHeardMs);
    return this.allBytes > 0 && elapsedMs > 0 ? (this.allBytes / elapsedMs) * 1000 : null;
  }

  /** How many answers may be on their way: what the line carries in `AHEAD_MS`. */
  private width(): number {
    const rate = this.rate();
    if (rate === null || this.order.length === 0) return LEAST;
    const size = this.order.reduce((sum, { bytes }) => sum + bytes, 0) / this.order.length;
    return Math.min(MOST, Math.max(LEAST, Math.floor((rate * AHEAD_MS) / 1000 / size)));
  }

  /** How long an answer may be silent while what is on its way passes the line. */
  private explainedMs(): number {
    const rate = this.rate();
    if (rate === null) return FIRST_PATIENCE_MS;
    const ahead = this.asks.reduce(
      (sum, { at, heardBytes }) => sum + Math.max(0, (this.order[at]?.bytes ?? 0) - heardBytes),
      0,
    );
    return Math.min(MOST_EXPLAINED_MS, PATIENCE_MS + (ahead / rate) * 1000);
  }

  private find(id: number): Ask | undefined {
    return this.asks.find((ask) => ask.id === id);
  }

  private forget(id: number): void {
    const ask = this.find(id);
    this.asks = this.asks.filter((one) => one.id !== id);
    if (ask !== undefined && !this.asks.some(({ at }) => at === ask.at)) this.asked.delete(ask.at);
  }
}
