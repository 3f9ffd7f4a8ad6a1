/**
 * One sync: the engine says what to do, lanes do it, answers are taken in, until it says finish.
 *
 * Theory of operation. Save, then send. Blobs are marked `in_flight` on disk before their first byte
 * leaves, and every outcome is on disk before the engine hears of it. Up to four requests are under
 * way at once, but what came of them is taken in one after the other: answers, failures and times
 * wait in line as words. So a phone may die anywhere: the next run finds blobs `in_flight` that
 * nobody is sending, calls them lost, asks the relay for them, and goes on. Handing over twice is
 * harmless, because a blob is known by its hash.
 *
 * When a directory with other relays comes while a sync runs, the engine is begun anew with those:
 * what a new relay can do must not wait for the next time somebody finds a link.
 *
 * Spec: docs/spec/engine.md
 */

import type { Bytes } from "../bytes.ts";
import type { Clock, Timer } from "../clock.ts";
import type { SyncSummary } from "../domain/sync.ts";
import { type Entropy, randomUnit } from "../envelope/entropy.ts";
import { TransportError } from "../errors.ts";
import { RowEdit } from "../outbox/row_edit.ts";
import type { Sealer } from "../sealer.ts";
import type { Session } from "../session.ts";
import { goingRows, withCounted } from "../thrift.ts";
import type { Transport } from "../transports/base.ts";
import { MOST_CHANCE } from "./backoff.ts";
import { step } from "./engine.ts";
import type { Action, Finish, Send } from "./engine_actions.ts";
import type { Event, Failure } from "./engine_events.ts";
import { type EngineState, NOTHING_KNOWN } from "./engine_state.ts";
import { newItems, settledIds } from "./feeding.ts";
import { Inbox } from "./inbox.ts";
import { answeredEvent, behind } from "./learning.ts";
import { recall, remember } from "./memory.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { prepare } from "./preparing.ts";
import { RelayRun } from "./relay_run.ts";
import { deskOf, withMemories } from "./relays.ts";
import { type Answer, readAnswer } from "./response.ts";
import { type Loaded, type UnderWay, Writer } from "./sending.ts";
import { workBits } from "./stamping.ts";
import { newTally } from "./tally.ts";
import { lose } from "./verdicts.ts";

/** New directories in one sync; each is newer than the one before. */
const MOST_BEGINNINGS = 4;

type Word =
  | { readonly kind: "came"; readonly request: UnderWay; readonly body: Bytes }
  | { readonly kind: "broke"; readonly request: UnderWay; readonly error: unknown }
  | { readonly kind: "tick" }
  | { readonly kind: "look" }
  | { readonly kind: "wake" };

export interface RunnerParts {
  readonly session: Session;
  readonly transport: Transport;
  readonly sealer: Pick<Sealer, "stamp">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly entropy: Entropy;
  /** Names the network that the phone is on. */
  readonly network: () => string;
  /** Called with the low 16 bits of a relay's day number. */
  readonly heardDay: (day: number) => void;
}

const FAILURES: Readonly<Record<string, Failure>> = {
  timeout: "timeout",
  "not-a-relay": "not_a_relay",
  cut: "cut",
};

export class Runner {
  private readonly parts: RunnerParts;
  private tally = newTally();
  private inbox = new Inbox<Word>();
  private state: EngineState = NOTHING_KNOWN;
  private relays = new Map<string, RelayRun>();
  private readonly underWay = new Set<UnderWay>();
  private finish: Finish | null = null;
  private callOffTick: () => void = () => undefined;
  private network = "";
  private startMs = 0;
  private hasMail = false;
  private isRunning = false;
  /** The person lets photos and files go in this run. */
  private isPressed = false;
  /** Bytes that left and are not in the vault's count yet. */
  private uncounted = 0;

  constructor(parts: RunnerParts) {
    this.parts = parts;
  }

  /** Run until everything is handed over and fetched, or no relay can be asked. */
  async run(isManual: boolean, isPressed = false): Promise<SyncSummary> {
    const { session, clock, timer, network } = this.parts;
    this.tally = newTally();
    this.isPressed = isPressed;
    this.inbox = new Inbox();
    this.hasMail = false;
    if (deskOf(session.held().content) === null) return { ...this.tally, ended: "not-joined" };
    this.network = network();
    this.startMs = Math.floor(clock.nowSeconds() * 1000) - timer.elapsedMs();
    this.isRunning = true;
    try {
      await prepare(this.parts);
      for (let beginning = 0; beginning < MOST_BEGINNINGS; beginning += 1) {
        await this.goOn(isManual && beginning === 0, beginning > 0);
        if (!this.isOutdated()) break;
      }
      await this.conclude();
    } finally {
      this.isRunning = false;
      this.abandon();
    }
    return { ...this.tally };
  }

  /** Something was saved or forgotten: a run that goes on takes it in at once. */
  look(): void {
    if (this.isRunning) this.inbox.put({ kind: "look" });
  }

  /** The network has come back: connections from before are dead, whether they know it or not. */
  wake(): void {
    if (this.isRunning) this.inbox.put({ kind: "wake" });
  }

  /** How many blobs wait for Wi-Fi or for the next month, and not for a link. */
  heldBack(): number {
    return this.parts.session.held().rows.size - this.going().size;
  }

  /** Let the engine run with the relays known now. */
  private async goOn(isManual: boolean, isAnew: boolean): Promise<void> {
    const { content } = this.parts.session.held();
    const bits = workBits(content);
    const lines = [...(deskOf(content)?.relays ?? [])];
    const before = this.relays;
    this.relays = new Map(
      lines.map(([key, line]) => [
        key,
        (isAnew ? before.get(key) : undefined) ?? new RelayRun(line, bits),
      ]),
    );
    if (!isAnew) this.state = NOTHING_KNOWN;
    this.finish = null;
    await this.begin(isManual);
    while (this.finish === null) await this.hear(await this.inbox.next());
  }

  /** Let the engine begin with what is queued, and with what is known of the relays. */
  private begin(isManual: boolean): Promise<void> {
    const { content } = this.parts.session.held();
    const known = new Map(this.state.relays.map((facts) => [facts.key, facts]));
    const relays = recall(content, this.network).map((facts) => ({
      ...(known.get(facts.key) ?? facts),
      place: facts.place,
    }));
    const items = newItems(this.going(), new Map(), this.parts.clock.nowSeconds());
    return this.tell({ kind: "begin", nowMs: this.nowMs(), items, relays, isManual });
  }

  private async beginAnew(): Promise<void> {
    const left = [...this.underWay];
    for (const one of left) this.letGo(one);
    await this.launch([], left);
    this.network = this.parts.network();
    await this.begin(true);
  }

  /** Tell whether a directory that came in this run names other relays. */
  private isOutdated(): boolean {
    const named = [...(deskOf(this.parts.session.held().content)?.relays.keys() ?? [])];
    return named.length !== this.relays.size || named.some((key) => !this.relays.has(key));
  }

  // --- what the engine says --------------------------------------------------------------

  /** Let the engine take in events, and do what it says. */
  private async tell(...events: readonly Event[]): Promise<void> {
    this.callOffTick();
    const actions: Action[] = [];
    for (const event of events) {
      const stepped = step(this.state, event);
      this.state = stepped.state;
      actions.push(...stepped.actions);
    }
    const stops = actions.filter((action) => action.kind === "stop");
    const given = new Set(stops.map(({ request }) => request));
    const stopped = [...this.underWay].filter((one) => given.has(one.send.request));
    for (const one of stopped) this.letGo(one);
    const sends = actions.filter((action) => action.kind === "send");
    if (stopped.length > 0 || sends.length > 0) await this.launch(sends, stopped);
    for (const action of actions) {
      if (action.kind === "wait") this.tickAt(action.untilMs);
      if (action.kind === "finish") await this.end(action);
    }
  }

  private tickAt(untilMs: number): void {
    this.callOffTick();
    const tick = () => this.inbox.put({ kind: "tick" });
    this.callOffTick = this.parts.timer.after(Math.max(0, untilMs - this.nowMs()), tick);
  }

  /** Commit what is about to leave, all lanes in one transaction, then let it leave. */
  private async launch(sends: readonly Send[], stopped: readonly UnderWay[]): Promise<void> {
    const { session, transport } = this.parts;
    const writer = new Writer(this.parts, this.relays);
    const loaded: Loaded[] = [];
    for (const send of sends) loaded.push(await writer.loaded(send));
    await session.update((held) => writer.committed(held, loaded, stopped));
    for (const one of loaded) {
      const request = writer.written(one, !this.hasMail);
      this.underWay.add(request);
      this.tally.roundTrips += 1;
      this.tally.sent += request.exchange.puts.length;
      this.tally.bytesUp += request.body.length;
      this.uncounted += request.body.length;
      const { url } = request.relay.line;
      const seconds = one.send.timeoutMs / 1000;
      const { inbox } = this;
      transport.exchange(url, request.body, seconds, request.abort.signal).then(
        (body) => inbox.put({ kind: "came", request, body }),
        (error: unknown) => inbox.put({ kind: "broke", request, error }),
      );
    }
  }

  /** Stop waiting for a request; what it asked of a mailbox may be asked again. */
  private letGo(request: UnderWay): void {
    this.underWay.delete(request);
    request.abort.abort();
    request.forgetMail();
  }

  private abandon(): void {
    this.callOffTick();
    for (const request of [...this.underWay]) this.letGo(request);
  }

  /** End the run; what is still under way brings nothing that is missing. */
  private async end(finish: Finish): Promise<void> {
    const left = [...this.underWay];
    this.abandon();
    this.finish = finish;
    if (left.length > 0) await this.launch([], left);
  }

  // --- what lanes say ----------------------------------------------------------------------

  private hear(word: Word): Promise<void> {
    switch (word.kind) {
      case "tick":
        return this.tell({ kind: "tick", nowMs: this.nowMs() });
      case "look":
        return this.takeStock();
      case "wake":
        return this.beginAnew();
      case "broke":
        return this.broke(word.request, word.error);
      case "came":
        return this.came(word.request, word.body);
    }
  }

  /** Tell the engine what was saved and what was forgotten. */
  private async takeStock(): Promise<void> {
    const nowMs = this.nowMs();
    const ids = settledIds(this.going(), this.state.items);
    const items = this.unknownItems();
    await this.tell({ kind: "dropped", nowMs, ids }, { kind: "added", nowMs, items });
  }

  private unknownItems() {
    return newItems(this.going(), this.state.items, this.parts.clock.nowSeconds());
  }

  /** What may go now; photos and files that may not stay out of the engine's sight. */
  private going() {
    return goingRows(this.parts.session.held(), this.circumstances());
  }

  private circumstances() {
    const { clock, network } = this.parts;
    return { nowSeconds: clock.nowSeconds(), network: network(), isPressed: this.isPressed };
  }

  private async broke(request: UnderWay, error: unknown): Promise<void> {
    if (!(error instanceof TransportError)) throw error;
    if (!this.underWay.has(request)) return;
    this.letGo(request);
    await this.parts.session.update(({ rows }) => {
      const edit = new RowEdit(rows);
      lose(edit, request.exchange);
      return edit.isEmpty() ? null : edit.change();
    });
    const failure = FAILURES[error.slug] ?? "reset";
    const { request: number } = request.send;
    const nowMs = this.nowMs();
    await this.tell({ kind: "failed", nowMs, request: number, failure, chance: this.chance() });
  }

  private async came(request: UnderWay, body: Bytes): Promise<void> {
    if (!this.underWay.has(request)) return;
    let answer: Answer;
    try {
      answer = readAnswer(body, request.asked);
    } catch (error) {
      return this.broke(request, error);
    }
    this.underWay.delete(request);
    this.tally.bytesDown += body.length;
    const bytes = this.uncounted + body.length;
    this.uncounted = 0;
    const { session, clock, entropy } = this.parts;
    const asked = { exchange: request.exchange, mail: request.mail };
    const outcome = await session.change((held) => {
      const nowSeconds = clock.nowSeconds();
      const isFirst = !this.state.relays.some((relay) => relay.hasAnswered);
      const found = outcomeOf(held, { ...asked, nowSeconds, isFirst }, answer);
      // A new directory may name relays that this phone has not met.
      const met = withMemories(found.change.content ?? held.content, entropy);
      const content = withCounted(met, bytes, nowSeconds);
      return { change: { ...found.change, content }, result: found };
    });
    await this.learn(request, answer, outcome, body.length);
  }

  private async learn(
    request: UnderWay,
    answer: Answer,
    outcome: Outcome,
    answerBytes: number,
  ): Promise<void> {
    const { tally } = this;
    tally.receipts += outcome.receipts;
    tally.acknowledged += outcome.acknowledged;
    tally.replies += outcome.replies;
    this.parts.heardDay(answer.day);
    this.hasMail ||= answer.mailbox !== null;
    request.relay.heed(answer.policy, answer.problem);
    request.relay.noteBegun(request.exchange, answer);
    request.relay.isBehind = outcome.hasMorePages;
    request.noteMail(answer.mailbox);
    const { content } = this.parts.session.held();
    if (this.isOutdated() && this.underWay.size === 0) {
      this.finish = { kind: "finish", reason: "done", againAtMs: 0 };
      return;
    }
    const nowMs = this.nowMs();
    const settled = settledIds(this.going(), this.state.items);
    const event = answeredEvent(request, answer, outcome, {
      nowMs,
      movedBytes: request.body.length + answerBytes,
      settled,
      behind: behind(this.relays, content.reports),
      chance: this.chance(),
    });
    await this.tell({ kind: "added", nowMs, items: this.unknownItems() }, event);
  }

  // --- at the end --------------------------------------------------------------------------

  /** Keep what was learned, and say how it ended. */
  private async conclude(): Promise<void> {
    const facts = this.state.relays;
    const { network, uncounted } = this;
    const nowSeconds = this.parts.clock.nowSeconds();
    await this.parts.session.update(({ content }) => ({
      content: withCounted(remember(content, network, facts), uncounted, nowSeconds),
    }));
    this.uncounted = 0;
    const reason = this.finish?.reason ?? "done";
    const hasAnswered = facts.some((relay) => relay.hasAnswered);
    if (reason === "unreachable") this.tally.ended = "unreachable";
    if (reason === "resting") this.tally.ended = hasAnswered ? "paused" : "unreachable";
  }

  /** Wall time when the run began, plus what a clock that does not jump has counted since. */
  private nowMs(): number {
    return this.startMs + this.parts.timer.elapsedMs();
  }

  private chance(): number {
    return Math.floor(randomUnit(this.parts.entropy) * (MOST_CHANCE + 1));
  }
}
