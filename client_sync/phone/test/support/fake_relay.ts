/**
 * Relays in memory that keep sync.md: they read requests byte by byte, sign what they say, and hold
 * what they took. `FakeNetwork` is the way to them, with every fault a real one has.
 */
import { type Bytes, base64url, concat, hex, readUint, uint } from "../../src/bytes.ts";
import type { BridgeLine } from "../../src/domain/directory.ts";
import { envelopeIdOf } from "../../src/envelope/keys.ts";
import { ed25519PublicKey } from "../../src/envelope/primitives.ts";
import { stampBits } from "../../src/envelope/stamps.ts";
import { TransportError } from "../../src/errors.ts";
import {
  BUCKETS_BYTES,
  MAX_BOARD_FRAMES,
  MAX_MAILBOX_ENTRIES,
  MAX_REQUEST_PAYLOAD_BYTES,
  PutStatus,
  REQUEST_HEADER_BYTES,
} from "../../src/generated/constants.ts";
import type { Transport } from "../../src/transports/base.ts";
import { encodeFrame, type Frame, FrameType, readFrames } from "../../src/wire/frames.ts";
import { Beginnings } from "./beginnings.ts";
import {
  decodeIds,
  decodeRequestHeader,
  decodeStamp,
  decodeToken,
  signHave,
  signReceipt,
  tokenHash,
} from "./relay_side.ts";

const KEEP_DAYS = 30;

export interface HeldReply {
  readonly address: Bytes;
  readonly cipher: Bytes;
}

export class FakeRelay {
  readonly url: string;
  readonly key: Bytes;
  /** Blobs by id; each stored once. */
  readonly blobs = new Map<string, Bytes>();
  /** Ids the desk has; their bytes are gone but a copy is still a duplicate. */
  readonly purged = new Set<string>();
  readonly replies: HeldReply[] = [];
  readonly pages: Bytes[] = [];
  directory: Bytes | null = null;
  directoryVersion = 0;
  day: number;
  workBits = 0;
  full = false;
  /** Hashes of tokens that the desk put here, hex; each counts once. */
  readonly tokens = new Set<string>();
  readonly spent: string[] = [];
  /** Ids that came behind a COURIER frame. */
  readonly carried = new Set<string>();
  /** What came of blobs whose connection was cut. */
  readonly beginnings = new Beginnings();
  private readonly seed: Bytes;

  constructor(url: string, seed: Bytes, day: number) {
    this.url = url;
    this.seed = seed;
    this.key = ed25519PublicKey(seed);
    this.day = day;
  }

  line(): BridgeLine {
    return { url: this.url, relayKey: this.key, rootKey: null, name: null, extra: [] };
  }

  invite(rootKey: Bytes, name: string): string {
    return `tocsin1 ${this.url} k=${base64url(this.key)} d=${base64url(rootKey)} n=${encodeURIComponent(name)}`;
  }

  /** Take as many whole frames of a request as arrived, and answer. */
  answer(request: Bytes): Bytes {
    const header = decodeRequestHeader(request.subarray(0, REQUEST_HEADER_BYTES));
    const body = request.slice(REQUEST_HEADER_BYTES);
    const { frames } = readFrames(body, MAX_REQUEST_PAYLOAD_BYTES);
    this.beginnings.keep(body, frames);
    return concat(
      uint(1, 1),
      uint(0, 1),
      uint(this.day & 0xffff, 2),
      uint(this.pages.length, 4),
      ...this.receipt(frames),
      ...this.have(frames),
      ...this.problem(frames),
      ...this.newerDirectory(header.directoryVersion),
      ...this.newerPages(header.boardCursor),
      this.mailbox(header.mailboxPrefix, header.mailboxCursor),
      encodeFrame(FrameType.POLICY, concat(uint(this.workBits, 1), uint(131_072, 4), uint(0, 4))),
    );
  }

  private days() {
    return { day: this.day, untilDay: this.day + KEEP_DAYS };
  }

  private takeToken(hash: string | undefined): boolean {
    if (hash === undefined || !this.tokens.delete(hash)) return false;
    this.spent.push(hash);
    return true;
  }

  /** Hashes of the tokens of a request, by the ids they are for. */
  private offered(frames: readonly Frame[]): Map<string, string> {
    const tokens = frames.filter(({ type }) => type === FrameType.TOKEN);
    return new Map(
      tokens.map(({ payload }) => {
        const { id, secret } = decodeToken(payload);
        return [hex(id), hex(tokenHash(secret))];
      }),
    );
  }

  private take(blob: Bytes, bits: number, token: string | undefined): number {
    const id = hex(envelopeIdOf(blob));
    if (!(BUCKETS_BYTES as readonly number[]).includes(blob.length)) return PutStatus.REFUSED;
    if (this.blobs.has(id) || this.purged.has(id)) return PutStatus.DUPLICATE;
    if (this.full) return PutStatus.FULL;
    if (bits < this.workBits && !this.takeToken(token)) return PutStatus.NEED_WORK;
    this.blobs.set(id, blob);
    return PutStatus.STORED;
  }

  /** Bits of work proven for each id. */
  private worked(frames: readonly Frame[]): Map<string, number> {
    const stamps = frames.filter(({ type }) => type === FrameType.STAMP);
    return new Map(
      stamps.map(({ payload }) => {
        const { id, week, nonce } = decodeStamp(payload);
        return [hex(id), stampBits(id, week, nonce)];
      }),
    );
  }

  private receipt(frames: readonly Frame[]): Bytes[] {
    const work = this.worked(frames);
    const tokens = this.offered(frames);
    const brought = this.beginnings.brought(frames);
    const ids = brought.map(({ blob }) => envelopeIdOf(blob));
    const courierAt = frames.findIndex(({ type }) => type === FrameType.COURIER);
    const statuses = brought.map(({ blob, at }, index) => {
      const id = hex(ids[index] as Bytes);
      if (courierAt >= 0 && at > courierAt) this.carried.add(id);
      return this.take(blob, work.get(id) ?? 0, tokens.get(id));
    });
    if (ids.length === 0) return [];
    const payload = signReceipt(this.seed, this.key, this.days(), ids, statuses);
    return [encodeFrame(FrameType.RECEIPT, payload)];
  }

  private have(frames: readonly Frame[]): Bytes[] {
    const query = frames.find((frame) => frame.type === FrameType.QUERY);
    if (query === undefined) return [];
    const ids = decodeIds(query.payload);
    const held = ids.map((id) => this.blobs.has(hex(id)) || this.purged.has(hex(id)));
    const have = signHave(this.seed, this.key, this.days(), ids, held);
    return [encodeFrame(FrameType.HAVE, have), ...this.beginnings.begun(ids, held)];
  }

  /** A rest that cannot be joined ends the reading. */
  private problem(frames: readonly Frame[]): Bytes[] {
    if (this.beginnings.joins(frames)) return [];
    const told = '{"retry":true,"slug":"bad-rest","status":409}';
    return [encodeFrame(FrameType.PROBLEM, new TextEncoder().encode(told))];
  }

  private newerDirectory(version: number): Bytes[] {
    const newer = this.directory !== null && this.directoryVersion > version;
    return newer ? [encodeFrame(FrameType.DIRECTORY, this.directory as Bytes)] : [];
  }

  private newerPages(cursor: number): Bytes[] {
    return this.pages
      .slice(cursor, cursor + MAX_BOARD_FRAMES)
      .map((page) => encodeFrame(FrameType.BOARD, page));
  }

  private mailbox(prefix: number, cursor: number): Bytes {
    const rows = this.replies
      .map((reply, at) => ({ ...reply, row: at + 1 }))
      .filter(({ row }) => row > cursor)
      .slice(0, MAX_MAILBOX_ENTRIES);
    const last = rows.at(-1)?.row ?? cursor;
    const entries = rows.map(({ address, cipher }) => concat(address, cipher));
    const head = concat(uint(0, 1), uint(prefix, 2), uint(last, 4), uint(entries.length, 2));
    return encodeFrame(FrameType.MAILBOX, concat(head, ...entries));
  }
}

export type Fault =
  | "unreachable" /* nothing arrives */
  | "answer-lost" /* the request arrived whole, the answer did not come back */
  | "request-cut" /* half of the request arrived */
  | "portal" /* a captive portal answers 200 with a page */
  | "forged"; /* the answer's signatures are wrong */

/** The way to the relays: each exchange takes the next fault of the list, or none. */
export class FakeNetwork implements Transport {
  readonly relays = new Map<string, FakeRelay>();
  readonly requests: { url: string; request: Bytes }[] = [];
  readonly faults: (Fault | null)[] = [];
  readonly dead = new Set<string>();
  down = false;

  add(relay: FakeRelay): void {
    this.relays.set(relay.url, relay);
  }

  exchange(url: string, request: Bytes): Promise<Bytes> {
    this.requests.push({ url, request });
    const relay = this.relays.get(url);
    if (this.down || relay === undefined || this.dead.has(url)) return unanswered();
    switch (this.faults.shift() ?? null) {
      case "unreachable":
        return unanswered();
      case "answer-lost":
        relay.answer(request);
        return unanswered();
      case "request-cut":
        relay.answer(request.slice(0, Math.max(REQUEST_HEADER_BYTES, request.length >> 1)));
        return unanswered();
      case "portal":
        return Promise.resolve(new TextEncoder().encode("<!doctype html><title>Log in</title>"));
      case "forged":
        return Promise.resolve(forged(relay.answer(request)));
      case null:
        return Promise.resolve(relay.answer(request));
    }
  }
}

/** A way that can be held up: the exchange under way then fails once it is released. */
export class SlowNetwork implements Transport {
  private readonly network: FakeNetwork;
  private held: Promise<void> | null = null;

  constructor(network: FakeNetwork) {
    this.network = network;
  }

  /** Hold up the next exchange; the function returned lets it fail. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  async exchange(url: string, request: Bytes): Promise<Bytes> {
    const { held } = this;
    this.held = null;
    if (held === null) return this.network.exchange(url, request);
    await held;
    return unanswered();
  }
}

function unanswered(): Promise<never> {
  return Promise.reject(new TransportError("no-answer"));
}

/** Turn one bit of every signed word. */
function forged(answer: Bytes): Bytes {
  const spoiled = answer.slice();
  let at = 8;
  while (at + 4 <= spoiled.length) {
    const length = readUint(spoiled, at + 1, 3);
    const type = spoiled[at] as number;
    const signed: readonly number[] = [FrameType.RECEIPT, FrameType.HAVE, FrameType.BOARD];
    if (signed.includes(type)) {
      const last = at + 3 + length;
      spoiled[last] = (spoiled[last] ?? 0) ^ 1;
    }
    at += 4 + length;
  }
  return spoiled;
}
