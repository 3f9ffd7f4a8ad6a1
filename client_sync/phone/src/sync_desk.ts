/**
 * Decides when a sync runs, and sees to it that only one does.
 *
 * A call while one is running is followed by another round, so that what was saved in the meantime
 * does not wait for the timer. The lock is shared by all tabs.
 */

import type { Platform } from "./browser.ts";
import { fromHex } from "./bytes.ts";
import { weekOf } from "./clock.ts";
import type { SyncSummary } from "./domain/sync.ts";
import { randomUnit } from "./envelope/entropy.ts";
import type { Session } from "./session.ts";
import { type LinkNow, reportSummaries, waitingBlobs } from "./summaries.ts";
import { waits } from "./sync/backoff.ts";
import { restUntilSeconds } from "./sync/memory.ts";
import type { Runner } from "./sync/runner.ts";
import { nextToStamp, workBits } from "./sync/stamping.ts";
import { SYNC_LOCK } from "./tabs.ts";
import { FRESH_SECONDS, nextSync } from "./wakeups.ts";

const NOTHING: SyncSummary = {
  sent: 0,
  receipts: 0,
  acknowledged: 0,
  replies: 0,
  bytesUp: 0,
  bytesDown: 0,
  roundTrips: 0,
  ended: "busy",
};

export class SyncDesk {
  private readonly platform: Platform;
  private readonly session: Session;
  /** There once something was to be synced: the first page does without it. */
  private runner: Runner | null = null;
  private readonly endWake: () => void;
  private running: Promise<SyncSummary> | null = null;
  /** The sync that a person asked for while another was running. */
  private asked: Promise<SyncSummary> | null = null;
  private again = false;
  private closed = false;
  private stamping = false;
  private cancelTimer: () => void = () => undefined;
  private nextTrySeconds: number | null = null;
  private lastEnded: SyncSummary["ended"] | null = null;
  private lastRunSeconds = 0;
  private day: number | null = null;

  constructor(platform: Platform, session: Session) {
    this.platform = platform;
    this.session = session;
    this.endWake = platform.surroundings.onWake((isNetworkBack) => this.wake(isNetworkBack));
  }

  /** Low 16 bits of the day of the relay heard last, or null. */
  relayDay(): number | null {
    return this.day;
  }

  link(): LinkNow {
    return {
      online: this.platform.surroundings.online(),
      syncing: this.running !== null,
      lastEnded: this.lastEnded,
      nextTrySeconds: this.nextTrySeconds,
    };
  }

  /**
   * Sync because the person asked: pauses after failures do not count.
   *
   * One that runs already may have begun without a network, so its result is no answer: another
   * follows it. Presses in the meantime share that one.
   */
  now(withMedia = false): Promise<SyncSummary> {
    if (this.running === null) return this.run(true, withMedia);
    this.asked ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.asked = null;
        return this.now(withMedia);
      });
    return this.asked;
  }

  /** Sync because there is something to do; nobody waits for it. */
  soon(): void {
    if (this.running === null) {
      void this.quietly();
      return;
    }
    this.again = true;
    this.runner?.look();
  }

  close(): void {
    this.closed = true;
    this.cancelTimer();
    this.endWake();
  }

  /** What is under way when the network comes back began without it: it is begun anew. */
  private wake(isNetworkBack: boolean): void {
    const age = this.platform.clock.nowSeconds() - this.lastRunSeconds;
    const isDue = isNetworkBack || age > FRESH_SECONDS || this.lastEnded !== "done";
    if (this.running === null && isDue) void this.quietly(true);
    else if (isNetworkBack) this.runner?.wake();
    this.session.announce();
  }

  /** A sync by itself has nobody to tell of an error: what it was about stays queued. */
  private async quietly(isManual = false): Promise<void> {
    try {
      await this.run(isManual);
    } catch {
      this.lastEnded = "unreachable";
      this.schedule();
    }
  }

  private run(isManual: boolean, withMedia = false): Promise<SyncSummary> {
    if (this.running !== null) {
      this.again = true;
      return this.running;
    }
    this.cancelTimer();
    this.running = this.guarded(isManual, withMedia).finally(() => {
      this.running = null;
      this.afterRun();
    });
    this.session.announce();
    return this.running;
  }

  private async guarded(isManual: boolean, withMedia: boolean): Promise<SyncSummary> {
    if (this.session.locked()) return NOTHING;
    // Without a network a phone that has stored little has no runner either.
    const runner = await this.theRunner().catch(() => null);
    const { surroundings } = this.platform;
    const unreachable: SyncSummary = { ...NOTHING, ended: "unreachable" };
    const run = () => runner?.run(isManual, withMedia) ?? Promise.resolve(unreachable);
    const summary = (await surroundings.ifFree(SYNC_LOCK, run)) ?? NOTHING;
    this.lastEnded = summary.ended;
    return summary;
  }

  private async theRunner(): Promise<Runner> {
    const loaded = await import("./sync/runner.ts");
    const { session } = this;
    const { transport, sealer, clock, timer, entropy, surroundings } = this.platform;
    const heardDay = (day: number) => {
      this.day = day;
    };
    const network = () => surroundings.network();
    const parts = { session, transport, sealer, clock, timer, entropy, network, heardDay };
    this.runner ??= new loaded.Runner(parts);
    return this.runner;
  }

  /** Do the work that relays ask for while blobs wait, one after the other. */
  private async stampAhead(): Promise<void> {
    if (this.stamping) return;
    this.stamping = true;
    try {
      while (!this.closed && !this.session.locked() && (await this.stampNext())) {
        // Each is kept before the next one is looked for.
      }
    } finally {
      this.stamping = false;
    }
  }

  private async stampNext(): Promise<boolean> {
    const { clock, sealer } = this.platform;
    const { content, rows } = this.session.held();
    const now = clock.nowSeconds();
    const row = nextToStamp(content, rows, now);
    if (row === undefined) return false;
    const [week, bits] = [weekOf(now), workBits(content)];
    const nonce = await sealer.stamp(fromHex(row.id), week, bits);
    await this.session.update((held) => {
      const kept = held.rows.get(row.id);
      return kept === undefined ? null : { rows: [{ ...kept, stamp: { week, nonce, bits } }] };
    });
    return true;
  }

  private afterRun(): void {
    if (this.closed) return;
    this.lastRunSeconds = this.platform.clock.nowSeconds();
    const again = this.again && this.lastEnded === "done";
    this.again = false;
    if (again) this.soon();
    else this.schedule();
    // What fails here is done when it is sent.
    void this.stampAhead().catch(() => undefined);
    this.session.announce();
  }

  private schedule(): void {
    this.cancelTimer();
    this.nextTrySeconds = null;
    if (this.closed || this.session.locked()) return;
    const { clock, entropy, surroundings } = this.platform;
    const held = this.session.held();
    if (held.content.desk === null) return;
    const now = clock.nowSeconds();
    const restsUntil = restUntilSeconds(held.content, surroundings.network());
    const unspoken = reportSummaries(held).filter(
      (report) => report.state === "handed-over",
    ).length;
    const stake = {
      // What waits for Wi-Fi or for the next month is no reason to ask again soon.
      waiting: waitingBlobs(held.rows) - (this.runner?.heldBack() ?? 0),
      unspoken,
      retryAtSeconds: waits(restsUntil, now) ? restsUntil : 0,
      isInFront: surroundings.inFront(),
    };
    if (stake.waiting > 0) surroundings.wakeWhenOnline();
    this.nextTrySeconds = nextSync(stake, now, randomUnit(entropy));
    this.cancelTimer = surroundings.setTimer(() => {
      // Nobody looks any more: the quicker pace is over.
      if (stake.isInFront && !surroundings.inFront() && stake.waiting === 0) this.schedule();
      else this.soon();
    }, this.nextTrySeconds - now);
  }
}
