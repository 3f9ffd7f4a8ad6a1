/**
 * Performs what the engine names: commit, hand over, commit the outcome, ask again.
 *
 * Theory of operation. Every blob is marked `in_flight` on disk before its first byte leaves, and
 * the outcome is on disk before the next action is chosen. A phone that dies in between finds blobs
 * `in_flight` that nobody is sending: the next run calls them lost, asks the relay for them, and
 * goes on. Handing over twice is harmless, because a blob is known by its hash.
 */

import { type Bytes, fromHex, hex } from "../bytes.ts";
import { type Clock, dayOf, weekOf } from "../clock.ts";
import type { BridgeLine } from "../domain/directory.ts";
import type { RequestHeader, SyncSummary } from "../domain/sync.ts";
import { type Entropy, randomUnit } from "../envelope/entropy.ts";
import { TransportError } from "../errors.ts";
import { moved, type Row } from "../outbox/rows.ts";
import { permits } from "../outbox/states.ts";
import type { Sealer } from "../sealer.ts";
import type { Held, Session } from "../session.ts";
import type { Transport } from "../transports/base.ts";
import type { RelayMemory, VaultContent } from "../vault.ts";
import { timeoutSeconds } from "./backoff.ts";
import { boardCursor } from "./board.ts";
import { type Action, plan, type Situation } from "./engine.ts";
import { type MailboxAsk, mailboxAsk } from "./mailbox.ts";
import { outcomeOf, outcomeOfFailure } from "./outcome.ts";
import { deskOf, relayViews, withMemories } from "./relays.ts";
import { encodeRequest, type Put } from "./request.ts";
import { type Answer, readAnswer } from "./response.ts";
import type { Exchange } from "./verdicts.ts";

/** A run that needs more than this is not converging; the next one goes on. */
const MOST_EXCHANGES = 4000;
/** In a row, without anything to hand over: pages and mailboxes of a phone that was away for long. */
const MOST_FETCHES = 64;

type ExchangeAction = Extract<Action, { kind: "exchange" }>;
type Tally = { -readonly [Name in keyof SyncSummary]: SyncSummary[Name] };

export interface RunnerParts {
  readonly session: Session;
  readonly transport: Transport;
  readonly sealer: Pick<Sealer, "stamp">;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Called with the low 16 bits of a relay's day number. */
  readonly heardDay: (day: number) => void;
}

function newTally(): Tally {
  return {
    sent: 0,
    receipts: 0,
    acknowledged: 0,
    replies: 0,
    bytesUp: 0,
    bytesDown: 0,
    roundTrips: 0,
    ended: "done",
  };
}

/** Where a relay is, and what is known of it. */
function relayIn(content: VaultContent, key: string): { line: BridgeLine; memory: RelayMemory } {
  const line = deskOf(content)?.relays.get(key);
  const memory = content.relays[key];
  if (!line || !memory) throw new TransportError("unknown-relay");
  return { line, memory };
}

function headerOf(content: VaultContent, ask: MailboxAsk): RequestHeader {
  return {
    directoryVersion: deskOf(content)?.directory?.version ?? 0,
    boardCursor: boardCursor(content.board, content.reports.length > 0),
    mailboxPrefix: ask.prefix,
    mailboxCursor: ask.cursor,
    wantsMailbox: true,
  };
}

export class Runner {
  private readonly parts: RunnerParts;
  private tally = newTally();
  /** Exchanges of this run that brought what they owed. */
  private exchanges = 0;
  private fetches = 0;
  private moreToFetch = false;

  constructor(parts: RunnerParts) {
    this.parts = parts;
  }

  /** Run until everything is handed over and fetched, or no relay can be asked. */
  async run(ignorePauses: boolean): Promise<SyncSummary> {
    this.tally = newTally();
    this.exchanges = 0;
    this.fetches = 0;
    this.moreToFetch = false;
    if (deskOf(this.parts.session.held().content) === null) {
      return { ...this.tally, ended: "not-joined" };
    }
    await this.prepare(ignorePauses);
    while (this.tally.roundTrips < MOST_EXCHANGES && (await this.step())) {
      // Each step commits; the next one is named anew from what is on disk.
    }
    return { ...this.tally };
  }

  /** Do one action; false when there is nothing to do now. */
  private async step(): Promise<boolean> {
    const action = plan(this.situation());
    switch (action.kind) {
      case "finish":
        return false;
      case "pause":
        this.tally.ended = this.exchanges > 0 ? "paused" : "unreachable";
        return false;
      case "overdue":
        await this.requeue(action.ids);
        return true;
      case "exchange":
        await this.perform(action);
        return true;
    }
  }

  /** Put right what an earlier run left: nothing is in flight now; carried blobs that expired go. */
  private async prepare(ignorePauses: boolean): Promise<void> {
    const { session, clock, entropy } = this.parts;
    const today = dayOf(clock.nowSeconds());
    const expired = (row: Row) =>
      row.kind === "courier" &&
      row.state === "held" &&
      row.receipts.every(({ untilDay }) => untilDay < today);
    await session.update(({ content, rows }) => {
      const lost = [...rows.values()].filter((row) => row.state === "in_flight");
      const remembered = withMemories(content, entropy);
      const relays = Object.fromEntries(
        Object.entries(remembered.relays).map(([key, memory]) => [
          key,
          ignorePauses ? { ...memory, retryAtSeconds: 0 } : memory,
        ]),
      );
      return {
        content: { ...remembered, relays },
        rows: lost.map((row) => moved(row, "lost")),
        drop: [...rows.values()].filter(expired).map((row) => row.id),
      };
    });
  }

  private situation(): Situation {
    const { content, rows } = this.parts.session.held();
    return {
      nowSeconds: this.parts.clock.nowSeconds(),
      rows: rows.values(),
      relays: relayViews(content),
      syncs: content.syncs,
      exchanges: this.exchanges,
      moreToFetch: this.moreToFetch,
    };
  }

  private async requeue(ids: readonly string[]): Promise<void> {
    await this.parts.session.update(({ rows }) => ({
      rows: ids.flatMap((id) => {
        const row = rows.get(id);
        return row?.state === "held" ? [moved(row, "overdue")] : [];
      }),
    }));
  }

  private async perform(action: ExchangeAction): Promise<void> {
    const { clock, entropy, session } = this.parts;
    const loaded = await this.loaded(action);
    const held = await this.markInFlight(action, loaded);
    // What the person forgot in the meantime has no row any more, and stays here.
    const puts = loaded.filter(({ id }) => held.rows.get(hex(id))?.state === "in_flight");
    const { line, memory } = relayIn(held.content, action.relay);
    const query = action.query.map(fromHex);
    const ask = mailboxAsk(held.content.reports, memory, this.tally.roundTrips);
    const request = encodeRequest({ header: headerOf(held.content, ask), puts, query });
    const startedAtSeconds = clock.nowSeconds();
    const asked = { relayKey: line.relayKey, puts: puts.map((put) => put.id), query };
    this.tally.roundTrips += 1;
    this.tally.sent += puts.length;
    this.tally.bytesUp += request.length;
    const heard = await this.handOver(line.url, request, memory.bytesPerSecond, asked);
    const exchange = {
      relay: action.relay,
      puts: puts.map((put) => hex(put.id)),
      query: action.query,
      mailboxPrefix: ask.prefix,
      startedAtSeconds,
      endedAtSeconds: clock.nowSeconds(),
      movedBytes: request.length + (heard?.bytes ?? 0),
      jitter: randomUnit(entropy),
    };
    if (heard !== null) await this.settle(exchange, heard.answer);
    else {
      this.moreToFetch = false;
      await session.update((now) => outcomeOfFailure(now, exchange));
    }
  }

  /** Read the blobs of a request, with the work that the relay asks for. */
  private async loaded(action: ExchangeAction): Promise<Put[]> {
    const { session } = this.parts;
    const { content, rows } = session.held();
    const bits = content.relays[action.relay]?.workBits ?? 0;
    const puts: Put[] = [];
    for (const id of action.puts) {
      const blob = await session.blob(id);
      if (blob === undefined) continue;
      const stamp = bits > 0 ? await this.stampFor(fromHex(id), bits) : null;
      puts.push({ id: fromHex(id), blob, carried: rows.get(id)?.kind === "courier", stamp });
    }
    return puts;
  }

  private async stampFor(id: Bytes, bits: number): Promise<Put["stamp"]> {
    const week = weekOf(this.parts.clock.nowSeconds());
    return { id, week, nonce: await this.parts.sealer.stamp(id, week, bits) };
  }

  /** Commit what is about to leave. A row whose bytes are gone can never be sent: it goes. */
  private markInFlight(action: ExchangeAction, puts: readonly Put[]): Promise<Held> {
    const { session } = this.parts;
    if (action.puts.length === 0) return Promise.resolve(session.held());
    const ids = puts.map((put) => hex(put.id));
    return session.update(({ rows }) => ({
      rows: ids.flatMap((id) => {
        const row = rows.get(id);
        return row && permits(row.state, "put") ? [moved(row, "put", { relay: action.relay })] : [];
      }),
      drop: action.puts.filter((id) => !ids.includes(id)),
    }));
  }

  private async handOver(
    url: string,
    request: Bytes,
    bytesPerSecond: number,
    asked: Parameters<typeof readAnswer>[1],
  ): Promise<{ answer: Answer; bytes: number } | null> {
    try {
      const timeout = timeoutSeconds(request.length, bytesPerSecond);
      const body = await this.parts.transport.exchange(url, request, timeout);
      this.tally.bytesDown += body.length;
      return { answer: readAnswer(body, asked), bytes: body.length };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return null;
    }
  }

  private async settle(exchange: Exchange, answer: Answer): Promise<void> {
    const { session, entropy, heardDay } = this.parts;
    const isFirst = this.exchanges === 0;
    const outcome = await session.change((held) => {
      const found = outcomeOf(held, exchange, answer, isFirst);
      const { content } = found.change;
      // A new directory may name relays that this phone has not met.
      const change = {
        ...found.change,
        ...(content && { content: withMemories(content, entropy) }),
      };
      return { change, result: found };
    });
    this.exchanges += 1;
    this.fetches = exchange.puts.length > 0 ? 0 : this.fetches + 1;
    this.moreToFetch = outcome.more && this.fetches < MOST_FETCHES;
    this.tally.receipts += outcome.receipts;
    this.tally.acknowledged += outcome.acknowledged;
    this.tally.replies += outcome.replies;
    heardDay(answer.day);
  }
}
