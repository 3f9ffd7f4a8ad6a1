/** Surroundings in which nothing happens by itself; no database, so that a browser can load it too. */
import type { Origin, Releases, Surroundings } from "../../src/browser.ts";
import type { Timer } from "../../src/clock.ts";

/** Locks like the browser's, shared by all phones that are given the same object. */
export class FakeLocks {
  private readonly tails = new Map<string, Promise<unknown>>();

  ifFree<T>(name: string, action: () => Promise<T>): Promise<T | null> {
    return this.tails.has(name) ? Promise.resolve(null) : this.whenFree(name, action);
  }

  async whenFree<T>(name: string, action: () => Promise<T>): Promise<T> {
    const before = this.tails.get(name) ?? Promise.resolve();
    const result = before.then(action);
    const tail = result.catch(() => undefined);
    this.tails.set(name, tail);
    try {
      return await result;
    } finally {
      if (this.tails.get(name) === tail) this.tails.delete(name);
    }
  }
}

/** Turns of the event loop in which something else may happen before time passes. */
const TURNS = 8;

/** Time that passes only while somebody waits for it and nothing else happens. */
export class FakeTimer implements Timer {
  private passedMs = 0;

  elapsedMs(): number {
    return this.passedMs;
  }

  after(milliseconds: number, action: () => void): () => void {
    let isOff = false;
    const turn = (left: number) => {
      if (isOff) return;
      if (left > 0) {
        setTimeout(turn, 0, left - 1);
        return;
      }
      this.passedMs += milliseconds;
      action();
    };
    turn(TURNS);
    return () => {
      isOff = true;
    };
  }
}

/** Surroundings in which nothing happens by itself: timers are kept, not fired. */
export class FakeSurroundings implements Surroundings {
  readonly locks: FakeLocks;
  readonly timers: (() => void)[] = [];
  readonly wakes = new Set<(isNetworkBack: boolean) => void>();
  readonly peers: Set<() => void>;
  openedFrom: Origin = "site";
  isOnline = true;
  isInFront = true;
  networkName = "any";
  isPersistent = true;
  ownRelease: string | null = null;
  trusted: readonly string[] = [];
  erased = false;
  private readonly own = new Set<() => void>();

  constructor(locks = new FakeLocks(), peers = new Set<() => void>()) {
    this.locks = locks;
    this.peers = peers;
  }

  origin(): Origin {
    return this.openedFrom;
  }
  online(): boolean {
    return this.isOnline;
  }
  network(): string {
    return this.networkName;
  }
  inFront(): boolean {
    return this.isInFront;
  }
  onWake(wake: (isNetworkBack: boolean) => void): () => void {
    this.wakes.add(wake);
    return () => this.wakes.delete(wake);
  }
  wakeWhenOnline(): void {
    this.erased = false;
  }
  ifFree<T>(name: string, action: () => Promise<T>): Promise<T | null> {
    return this.locks.ifFree(name, action);
  }
  whenFree<T>(name: string, action: () => Promise<T>): Promise<T> {
    return this.locks.whenFree(name, action);
  }
  tellPeers(): void {
    for (const listener of this.peers) if (!this.own.has(listener)) listener();
  }
  onPeers(listener: () => void): () => void {
    this.peers.add(listener);
    this.own.add(listener);
    return () => this.peers.delete(listener);
  }
  releases(): Promise<Releases> {
    return Promise.resolve({
      ownRelease: () => Promise.resolve(this.ownRelease),
      trustRelease: (release) => {
        this.trusted = [release, ...this.trusted.filter((one) => one !== release)];
        return Promise.resolve(this.trusted);
      },
      isFile: () => Promise.resolve(false),
    });
  }
  storage(): Promise<{ persistent: boolean; usedBytes: number; quotaBytes: number }> {
    return Promise.resolve({ persistent: this.isPersistent, usedBytes: 0, quotaBytes: 0 });
  }
  askPersistent(): Promise<boolean> {
    this.isPersistent = true;
    return Promise.resolve(true);
  }
  eraseCaches(): Promise<void> {
    this.erased = true;
    return Promise.resolve();
  }
  setTimer(action: () => void): () => void {
    this.timers.push(action);
    return () => undefined;
  }
}
