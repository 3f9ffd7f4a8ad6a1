/** Surroundings in which nothing happens by itself; no database, so that a browser can load it too. */
import type { Surroundings } from "../../src/browser.ts";

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

/** Surroundings in which nothing happens by itself: timers are kept, not fired. */
export class FakeSurroundings implements Surroundings {
  readonly locks: FakeLocks;
  readonly timers: (() => void)[] = [];
  readonly wakes = new Set<() => void>();
  readonly peers: Set<() => void>;
  isOnline = true;
  isPersistent = true;
  ownRelease: string | null = null;
  erased = false;
  private readonly own = new Set<() => void>();

  constructor(locks = new FakeLocks(), peers = new Set<() => void>()) {
    this.locks = locks;
    this.peers = peers;
  }

  online(): boolean {
    return this.isOnline;
  }
  onWake(wake: () => void): () => void {
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
  release(): Promise<string | null> {
    return Promise.resolve(this.ownRelease);
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
