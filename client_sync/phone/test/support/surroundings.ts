/** A phone for tests: an in-memory database, a clock that is turned by hand, a network that can fail. */
import { IDBFactory } from "fake-indexeddb";
import type { Answers } from "../../src/app.ts";
import type { Platform } from "../../src/browser.ts";
import type { Bytes } from "../../src/bytes.ts";
import { type Entropy, randomBytes } from "../../src/envelope/entropy.ts";
import { blake2bOf } from "../../src/envelope/primitives.ts";
import { localSealer, type Sealer } from "../../src/sealer.ts";
import { FakeDesk } from "./fake_desk.ts";
import { FakeNetwork, FakeRelay, SlowNetwork } from "./fake_relay.ts";
import { FakeLocks, FakeSurroundings, FakeTimer } from "./fake_surroundings.ts";

/** Monday 2026-11-23 12:00 UTC. */
export const NOON_SECONDS = 1_795_435_200;

/** The same bytes for the same seed, whatever the machine; a store of 4 MiB takes milliseconds. */
export function seededEntropy(seed: number): Entropy {
  let counter = 0;
  return (length) => {
    counter += 1;
    const label = new TextEncoder().encode(`${seed} ${counter}`);
    const bytes = new Uint8Array(length);
    bytes.set(blake2bOf(label, { bytes: 64 }).subarray(0, length));
    // Xorshift, from what the hash gave: chance enough for a test.
    let word = new DataView(blake2bOf(label, { bytes: 16 }).buffer).getUint32(0) | 1;
    for (let at = 64; at < length; at += 1) {
      word ^= word << 13;
      word ^= word >>> 17;
      word ^= word << 5;
      bytes[at] = word;
    }
    return bytes;
  };
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
  readonly slow = new SlowNetwork(this.network);
  readonly desk: FakeDesk;
  readonly relays: FakeRelay[];
  readonly factory: IDBFactory = new IDBFactory();
  readonly timer = new FakeTimer();
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
      timer: this.timer,
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
