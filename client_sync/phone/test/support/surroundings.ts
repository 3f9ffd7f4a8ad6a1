/** A phone for tests: an in-memory database, a clock that is turned by hand, a network that can fail. */
import { IDBFactory } from "fake-indexeddb";
import type { Answers } from "../../src/app.ts";
import type { Platform, Surroundings } from "../../src/browser.ts";
import type { Bytes } from "../../src/bytes.ts";
import { type Entropy, randomBytes } from "../../src/envelope/entropy.ts";
import { blake2bOf } from "../../src/envelope/primitives.ts";
import { localSealer, type Sealer } from "../../src/sealer.ts";
import { FakeDesk } from "./fake_desk.ts";
import { FakeNetwork, FakeRelay } from "./fake_relay.ts";

/** Monday 2026-11-23 12:00 UTC. */
export const NOON_SECONDS = 1_795_435_200;

/** The same bytes for the same seed, whatever the machine. */
export function seededEntropy(seed: number): Entropy {
  let counter = 0;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 64) {
      counter += 1;
      const block = blake2bOf(new TextEncoder().encode(`${seed} ${counter}`), { bytes: 64 });
      bytes.set(block.subarray(0, Math.min(64, length - at)), at);
    }
    return bytes;
  };
}

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

/** A quick stand-in for Argon2id: the cost is the sealer's own business. */
const QUICK_SEALER: Sealer = {
  ...localSealer,
  passphraseKey: (passphrase, salt) =>
    Promise.resolve(blake2bOf(new TextEncoder().encode(passphrase), { bytes: 32, key: salt })),
};

/** One phone, one desk, some relays, one clock. */
export class World {
  nowSeconds = NOON_SECONDS;
  readonly network = new FakeNetwork();
  readonly desk: FakeDesk;
  readonly relays: FakeRelay[];
  readonly factory: IDBFactory = new IDBFactory();
  readonly locks = new FakeLocks();
  readonly peers = new Set<() => void>();
  readonly entropy: Entropy;

  constructor(relayCount = 1, entropy: Entropy = randomBytes) {
    this.entropy = entropy;
    this.desk = new FakeDesk(entropy, () => this.nowSeconds);
    const day = Math.floor(this.nowSeconds / 86_400);
    this.relays = Array.from(
      { length: relayCount },
      (_, at) => new FakeRelay(`https://relay${at}.example/path`, entropy(32), day),
    );
    for (const relay of this.relays) this.network.add(relay);
    this.desk.publishDirectory(1, this.relays);
  }

  invite(): string {
    return (this.relays[0] as FakeRelay).invite(this.desk.rootKey, this.desk.name);
  }

  /** The platform of one tab; tabs of one world share database, locks and messages. */
  platform(change: Partial<Platform> = {}): Platform & { surroundings: FakeSurroundings } {
    return {
      factory: this.factory,
      transport: this.network,
      sealer: QUICK_SEALER,
      clock: { nowSeconds: () => this.nowSeconds },
      entropy: this.entropy,
      surroundings: new FakeSurroundings(this.locks, this.peers),
      ...change,
    } as Platform & { surroundings: FakeSurroundings };
  }

  pass(seconds: number): void {
    this.nowSeconds += seconds;
    for (const relay of this.relays) relay.day = Math.floor(this.nowSeconds / 86_400);
  }
}

export const CANARY = "kestrel-over-the-granary";

export function answers(change: Partial<Answers> = {}): Answers {
  return {
    category: "attack",
    text: `Three trucks came at night. ${CANARY}`,
    lang: "en",
    source: "saw",
    observedAt: "2026-11-22T23:00:00Z",
    observedPrecision: "hour",
    place: { text: `Behind the mill, ${CANARY}`, latitude: 12.5, longitude: -1.25 },
    ...change,
  };
}

export function photo(sizeBytes: number, name = `${CANARY}.jpg`): File {
  const bytes: Bytes = seededEntropy(sizeBytes)(sizeBytes);
  return new File([bytes], name, { type: "image/jpeg" });
}
