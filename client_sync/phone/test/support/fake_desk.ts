/** A desk in memory: it pulls from the fake relays, opens, joins attachments, acknowledges, replies. */
import { type Bytes, concat, hex, sameBytes } from "../../src/bytes.ts";
import { dateOf, weekOf } from "../../src/clock.ts";
import type { Directory } from "../../src/domain/directory.ts";
import type { Manifest, Report } from "../../src/domain/report.ts";
import { chunkTag } from "../../src/envelope/chunks.ts";
import { ackTag, mailboxAddress } from "../../src/envelope/derived.ts";
import type { Entropy } from "../../src/envelope/entropy.ts";
import { type DerivedKeys, deskIdOf, envelopeIdOf } from "../../src/envelope/keys.ts";
import { deflate } from "../../src/envelope/padding.ts";
import { ed25519PublicKey, sha256Of, x25519PublicKey } from "../../src/envelope/primitives.ts";
import { pageHash } from "../../src/envelope/signing.ts";
import { AckStatus, type ReplyKind, SUITE_1 } from "../../src/generated/constants.ts";
import { decodeReport } from "../../src/wire/report.ts";
import {
  encodeDirectory,
  encodeReply,
  type Identity,
  openChunk,
  openEnvelope,
  sealReply,
  signDirectory,
  signPage,
} from "./desk_side.ts";
import type { FakeRelay } from "./fake_relay.ts";

const CHUNK_TAG_BYTES = 16;
const WEEKS = 4;

export interface Received {
  readonly id: string;
  readonly report: Report;
  readonly keys: DerivedKeys;
  /** How many times a copy arrived. */
  copies: number;
  complete: boolean;
}

export class FakeDesk {
  readonly name = "The desk";
  smsNumber: string | null = null;
  readonly rootKey: Bytes;
  readonly deskId: Bytes;
  readonly received = new Map<string, Received>();
  private readonly rootSeed: Bytes;
  private readonly boardSeed: Bytes;
  private readonly identities: Identity[];
  private readonly chunks = new Map<string, Bytes>();
  private readonly pages: Bytes[] = [];
  private readonly nowSeconds: () => number;

  constructor(entropy: Entropy, nowSeconds: () => number) {
    this.nowSeconds = nowSeconds;
    this.rootSeed = entropy(32);
    this.boardSeed = entropy(32);
    this.rootKey = ed25519PublicKey(this.rootSeed);
    this.deskId = deskIdOf(this.rootKey);
    const week = weekOf(nowSeconds());
    this.identities = Array.from({ length: WEEKS }, (_, at) => ({
      week: week + at,
      secret: entropy(32),
      slots: 2,
    }));
  }

  directory(version: number, relays: readonly FakeRelay[], change: Partial<Directory> = {}): Bytes {
    const today = Math.floor(this.nowSeconds() / 86_400);
    const json = encodeDirectory({
      version,
      issuedDay: today,
      expiresDay: today + 7 * WEEKS,
      deskId: this.deskId,
      name: this.name,
      rootChain: [],
      forms: [],
      recipients: this.identities.map(({ week, secret, slots }) => ({
        week: week as number,
        suite: SUITE_1,
        slots,
        key: x25519PublicKey(secret),
      })),
      backup: null,
      boardKey: ed25519PublicKey(this.boardSeed),
      relays: relays.map((relay) => relay.line()),
      policy: {
        workBits: 0,
        smallestBytes: 1024,
        boardPrefixBits: 0,
        graceDays: 60,
        maxAttachmentBytes: 1_000_000,
        smsNumber: this.smsNumber,
      },
      formsVersion: 1,
      taxonomyVersion: "un-2014-draft-0",
      appRelease: "",
      appFile: "",
      ...change,
    });
    return signDirectory(this.rootSeed, json);
  }

  /** Publish a directory of this version on all relays. */
  publishDirectory(
    version: number,
    relays: readonly FakeRelay[],
    change: Partial<Directory> = {},
  ): void {
    for (const relay of relays) {
      relay.directory = this.directory(version, relays, change);
      relay.directoryVersion = version;
    }
  }

  /** Pull, purge, open, and acknowledge on every relay's board what is new. */
  pull(relays: readonly FakeRelay[], acknowledge = true): void {
    const tags: Bytes[] = [];
    for (const relay of relays) {
      for (const [id, blob] of relay.blobs) {
        tags.push(...this.take(blob));
        relay.blobs.delete(id);
        relay.purged.add(id);
      }
    }
    tags.push(...this.completed());
    if (acknowledge && tags.length > 0) this.publish(relays, tags);
  }

  /** Take blobs that came by hand. */
  takeBlobs(blobs: readonly Bytes[]): void {
    for (const blob of blobs) this.take(blob);
    this.completed();
  }

  publish(relays: readonly FakeRelay[], tags: readonly Bytes[]): void {
    const last = this.pages.at(-1);
    const page = signPage(this.boardSeed, this.deskId, {
      seq: this.pages.length + 1,
      day: Math.floor(this.nowSeconds() / 86_400),
      prev: last === undefined ? new Uint8Array(32) : pageHash(last),
      tags,
    });
    this.pages.push(page);
    for (const relay of relays) relay.pages.splice(0, relay.pages.length, ...this.pages);
  }

  tag(id: string, status: number): Bytes {
    return ackTag(this.expect(id).keys.ack, status);
  }

  expect(id: string): Received {
    const found = this.received.get(id);
    if (found === undefined) throw new Error("the desk has no such report");
    return found;
  }

  /** Put a reply into this week's mailbox and say on the board that it waits there. */
  reply(
    relays: readonly FakeRelay[],
    id: string,
    n: number,
    text: string,
    kind: ReplyKind = "reply",
  ): void {
    const { keys } = this.expect(id);
    const now = this.nowSeconds();
    const address = mailboxAddress(keys.mailbox, weekOf(now));
    const sentOn = dateOf(Math.floor(now / 86_400));
    const json = encodeReply({ n, kind, text, lang: "en", sentOn });
    const cipher = sealReply(keys.reply, address, deflate(json));
    for (const relay of relays) relay.replies.push({ address, cipher });
    this.publish(relays, [this.tag(id, AckStatus.REPLY_WAITING)]);
  }

  /** The file of an attachment, once every chunk is here and its hash fits. */
  file(manifest: Manifest): Bytes | null {
    const parts: Bytes[] = [];
    for (let index = 0; index < manifest.chunkCount; index += 1) {
      const blob = this.chunks.get(hex(chunkTag(manifest.key, index, manifest.chunkCount)));
      if (blob === undefined) return null;
      parts.push(openChunk(manifest.key, index, manifest.chunkCount, blob));
    }
    const file = concat(...parts).slice(0, manifest.sizeBytes);
    return sameBytes(sha256Of(file), manifest.sha256) ? file : null;
  }

  private take(blob: Bytes): Bytes[] {
    const known = this.received.get(hex(envelopeIdOf(blob)));
    if (known) {
      known.copies += 1;
      return [];
    }
    try {
      const { id, json, keys } = openEnvelope(blob, this.deskId, this.identities);
      const report = decodeReport(json);
      const complete = report.attachments.length === 0;
      this.received.set(hex(id), { id: hex(id), report, keys, copies: 1, complete });
      return [ackTag(keys.ack, complete ? AckStatus.ACCEPTED : AckStatus.RECEIVED)];
    } catch {
      this.chunks.set(hex(blob.slice(0, CHUNK_TAG_BYTES)), blob);
      return [];
    }
  }

  private completed(): Bytes[] {
    const tags: Bytes[] = [];
    for (const received of this.received.values()) {
      if (received.complete) continue;
      if (received.report.attachments.some((manifest) => this.file(manifest) === null)) continue;
      received.complete = true;
      tags.push(ackTag(received.keys.ack, AckStatus.ACCEPTED));
    }
    return tags;
  }
}
