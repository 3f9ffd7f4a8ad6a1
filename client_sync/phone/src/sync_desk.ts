/**
 * Decides when a sync runs, and sees to it that only one does.
 *
 * A call while one is running is followed by another round, so that what was saved in the meantime
 * does not wait for the timer. The lock is shared by all tabs.
 */

import type { Platform } from "./browser.ts";
import type { SyncSummary } from "./domain/sync.ts";
import { randomUnit } from "./envelope/entropy.ts";
import type { Session } from "./session.ts";
import { type LinkNow, reportSummaries, waitingBlobs } from "./summaries.ts";
import { waits } from "./sync/backoff.ts";
import { restUntilSeconds } from "./sync/memory.ts";
import { Runner } from "./sync/runner.ts";
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
  private readonly runner: Runner;
  private readonly endWake: () => void;
  private running: Promise<SyncSummary> | null = null;
  /** The sync that a person asked for while another was running. */
  private asked: Promise<SyncSummary> | null = null;
  private again = false;
  private closed = false;
  private cancelTimer: () => void = () => undefined;
  private nextTrySeconds: number | null = null;
  private lastEnded: SyncSummary["ended"] | null = null;
  private lastRunSeconds = 0;
  private day: number | null = null;

  constructor(platform: Platform, session: Session) {
    const { transport, sealer, clock, timer, entropy, surroundings } = platform;
    this.platform = platform;
    this.session = session;
    this.runner = new Runner({
      session,
      transport,
      sealer,
      clock,
      timer,
      entropy,
      network: () => surroundings.network(),
      heardDay: (day) => {
        this.day = day;
      },
    });
    this.endWake = surroundings.onWake(() => this.wake());
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
  now(): Promise<SyncSummary> {
    if (this.running === null) return this.run(true);
    this.asked ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.asked = null;
        return this.now();
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
    this.runner.look();
  }

  close(): void {
    this.closed = true;
    this.cancelTimer();
    this.endWake();
  }

  private wake(): void {
    const age = this.platform.clock.nowSeconds() - this.lastRunSeconds;
    if (age > FRESH_SECONDS || this.lastEnded !== "done") this.soon();
    this.session.announce();
  }

  /** A sync by itself has nobody to tell of an error: what it was about stays queued. */
  private async quietly(): Promise<void> {
    try {
      await this.run(false);
    } catch {
      this.lastEnded = "unreachable";
      this.schedule();
    }
  }

  private run(ignorePauses: boolean): Promise<SyncSummary> {
    if (this.running !== null) {
      this.again = true;
      return this.running;
    }
    this.cancelTimer();
    this.running = this.guarded(ignorePauses).finally(() => {
      this.running = null;
      this.afterRun();
    });
    this.session.announce();
    return this.running;
  }

  private async guarded(ignorePauses: boolean): Promise<SyncSummary> {
    if (this.session.locked()) return NOTHING;
    const { surroundings } = this.platform;
    const summary =
      (await surroundings.ifFree(SYNC_LOCK, () => this.runner.run(ignorePauses))) ?? NOTHING;
    this.lastEnded = summary.ended;
    return summary;
  }

  private afterRun(): void {
    if (this.closed) return;
    this.lastRunSeconds = this.platform.clock.nowSeconds();
    const again = this.again && this.lastEnded === "done";
    this.again = false;
    if (again) this.soon();
    else this.schedule();
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
      waiting: waitingBlobs(held.rows),
      unspoken,
      retryAtSeconds: waits(restsUntil, now) ? restsUntil : 0,
    };
    this.nextTrySeconds = nextSync(stake, now, randomUnit(entropy));
    this.cancelTimer = surroundings.setTimer(() => this.soon(), this.nextTrySeconds - now);
  }
}
