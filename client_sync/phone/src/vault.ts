/**
 * What the phone knows and nobody else may: pinned root, keys, drafts, replies, and what waits.
 *
 * Theory of operation. The head of the vault is one JSON document: what the phone knows, the outbox's
 * rows, and where each sealed blob lies. It is padded to 512 KiB, for ever, and sealed as a whole, so
 * that its size tells neither how much a person wrote nor how many reports wait. It is a plain
 * immutable value; `session.ts` replaces it and commits it. After a report is sealed the vault keeps
 * of it only when it was sealed, how many attachments it has, and the keys for what comes back:
 * neither words, place, time of the event nor category.
 */

import { type Bytes, textOf, utf8, wipe } from "./bytes.ts";
import type { Answers } from "./domain/answers.ts";
import { pad, unpad } from "./envelope/padding.ts";
import { PhoneError, VaultError } from "./errors.ts";
import type { Purpose, ReplyKind } from "./generated/constants.ts";
import { type PackedRows, packRows, unpackRows } from "./outbox/packed_rows.ts";
import type { Places } from "./outbox/places.ts";
import type { Row } from "./outbox/rows.ts";
import type { Thrift } from "./thrift.ts";

/** Size of the padded head: 300 reports, ten long drafts, a directory, and 1,000 rows of 16 KiB of media. */
export const HEAD_BYTES = 524_288;

/** base64url of bytes */
export type Base64 = string;

export interface DeskMemory {
  /** Bridge line of the invite; it pins root key and relay key. */
  readonly invite: string;
  /** The signed directory as it came, verified before it got here; null until the first one. */
  readonly directory: Base64 | null;
}

export interface AuthorMemory {
  readonly seed: Base64;
  readonly seq: number;
  readonly prev: string | null;
}

export interface BoardMemory {
  /** The last page accepted; 0 for none. */
  readonly seq: number;
  readonly hash: Base64;
  /** While there is no such page: pages up to this one are older than this phone's first contact. */
  readonly startAfter: number | null;
}

export interface RelayMemory {
  /** Which random mailbox this phone asks that relay for when it expects nothing: always the same. */
  readonly idlePrefix: number;
  /** Mailbox prefix, decimal -> cursor. */
  readonly cursors: Readonly<Record<string, number>>;
  readonly lastExchangeSeconds: number | null;
  readonly workBits: number;
  /** Network, as `network.ts` names it -> what was learned there; absent in earlier releases. */
  readonly links?: Readonly<Record<string, LinkMemory>>;
}

/** What one run of the sync leaves to the next on the same network (docs/spec/engine.md section 1). */
export interface LinkMemory {
  readonly failures: number;
  readonly restUntilMs: number;
  readonly fullUntilMs: number;
  readonly rateBytesPerSecond: number;
  readonly roundTripMs: number;
  readonly batchBytes: number;
  readonly mostBatchBytes: number;
}

export interface ReportMemory {
  readonly id: string;
  readonly sealedAtSeconds: number;
  readonly attachments: number;
  readonly chunks: number;
  readonly ack: Base64;
  readonly mailbox: Base64;
  readonly reply: Base64;
  /** Statuses that the desk's board spoke for it, as bits: 1 << status. */
  readonly spoken: number;
  /** Week of the mailbox where a reply waits, or null. */
  readonly replyWeek: number | null;
  /** Relay key, hex -> the blob each of its one-time tokens is bound to, in their order. */
  readonly tokens?: Readonly<Record<string, readonly string[]>>;
  /** Absent in a report that begins a thread. */
  readonly follows?: FollowMemory;
}

/** Of a follow-up: what it follows and why, so that a thread can be shown. Its words are not here. */
export interface FollowMemory {
  readonly report: string;
  readonly purpose: Purpose | null;
  /** How many answers of the desk this phone held in that thread by then. */
  readonly after: number;
}

export interface ReplyMemory {
  readonly report: string;
  readonly n: number;
  readonly kind: ReplyKind;
  readonly text: string;
  readonly lang: string;
  readonly sentOn: string;
  readonly read: boolean;
}

export interface AttachmentMemory {
  readonly id: string;
  readonly key: Base64;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly chunkCount: number;
  readonly classBytes: number;
  readonly mime: string;
  readonly name: string;
  /** The small copy of a picture; null where there is none, absent in vaults of earlier releases. */
  readonly thumbnail?: ThumbnailMemory | null;
}

export interface ThumbnailMemory {
  readonly key: Base64;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly chunkCount: number;
  readonly mime: string;
}

export interface DraftMemory {
  readonly id: string;
  readonly answers: Answers;
  readonly attachments: readonly AttachmentMemory[];
  readonly changedAtSeconds: number;
}

/** What was removed and can still be brought back, sealed like all else here. */
export type RemovedMemory =
  | { readonly kind: "draft"; readonly draft: DraftMemory }
  | {
      readonly kind: "attachment";
      readonly draftId: string;
      /** Its place among the draft's. */
      readonly at: number;
      readonly attachment: AttachmentMemory;
    };

/** A pack of places (docs/spec/places.md): what it is, and the ids of its parts among the blobs. */
export interface PlacesMemory {
  readonly name: string;
  readonly made: string;
  readonly count: number;
  readonly parts: readonly string[];
}

export interface VaultContent {
  readonly v: 1;
  readonly desk: DeskMemory | null;
  readonly author: AuthorMemory | null;
  readonly board: BoardMemory;
  /** Relay key, hex -> what was learned of it. */
  readonly relays: Readonly<Record<string, RelayMemory>>;
  readonly reports: readonly ReportMemory[];
  readonly replies: readonly ReplyMemory[];
  readonly drafts: readonly DraftMemory[];
  /** The last thing removed, for as long as `removals.ts` lets it; absent in earlier releases. */
  readonly removed?: RemovedMemory | null;
  /** Absent in earlier releases. */
  readonly places?: PlacesMemory | null;
  /** What was spent of the month's data, and what the person allows; absent in earlier releases. */
  readonly thrift?: Partial<Thrift>;
  /** How many syncs reached a relay. */
  readonly syncs: number;
  /** Signs of foul play that stay until the person erases the app. */
  readonly alarms: readonly ("fork" | "rollback" | "bad-directory" | "board-broken")[];
}

export const EMPTY_VAULT: VaultContent = {
  v: 1,
  desk: null,
  author: null,
  board: { seq: 0, hash: "", startAfter: null },
  relays: {},
  reports: [],
  replies: [],
  drafts: [],
  syncs: 0,
  alarms: [],
};

/** All that the head of the vault holds. */
export interface Head {
  readonly content: VaultContent;
  readonly rows: ReadonlyMap<string, Row>;
  /** Id of a row -> where its blob lies. */
  readonly places: Places;
}

export const EMPTY_HEAD: Head = { content: EMPTY_VAULT, rows: new Map(), places: new Map() };

/** The head as JSON; a place is `[id, unit, size]`. */
interface PackedHead {
  readonly content: VaultContent;
  readonly outbox: PackedRows;
  readonly places: readonly (readonly [string, number, number])[];
}

/** The head as JSON, before it is padded; whoever seals it wipes it. */
export function headJson({ content, rows, places }: Head): Bytes {
  const packed: PackedHead = {
    content,
    outbox: packRows(rows),
    places: [...places].map(([id, { unit, sizeBytes }]) => [id, unit, sizeBytes]),
  };
  const json = utf8(JSON.stringify(packed));
  // A head that grew would show that there is much in it.
  if (json.length >= HEAD_BYTES) throw new PhoneError("store-full");
  return json;
}

/** Pad to the one size, and wipe what was given; the caller wipes the result once it is sealed. */
export function paddedHead(json: Bytes): Bytes {
  const padded = pad(json, HEAD_BYTES);
  wipe(json);
  return padded;
}

export function packHead(head: Head): Bytes {
  return paddedHead(headJson(head));
}

/** Read what `packHead` wrote; it was authenticated by the vault key before it gets here. */
export function unpackHead(padded: Bytes): Head {
  try {
    const json = unpad(padded);
    const { content, outbox, places } = JSON.parse(textOf(json)) as PackedHead;
    wipe(json, padded);
    if (content.v !== EMPTY_VAULT.v) throw new VaultError("vault-damaged");
    const placed = places.map(([id, unit, sizeBytes]) => [id, { unit, sizeBytes }] as const);
    return { content, rows: unpackRows(outbox), places: new Map(placed) };
  } catch {
    throw new VaultError("vault-damaged");
  }
}
