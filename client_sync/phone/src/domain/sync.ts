/** What a phone and a relay say to each other (docs/spec/sync.md). */
import type { Bytes } from "../bytes.ts";

export interface RequestHeader {
  readonly directoryVersion: number;
  readonly boardCursor: number;
  readonly mailboxPrefix: number;
  readonly mailboxCursor: number;
  /** False on further requests of one run: no MAILBOX frame comes then. */
  readonly wantsMailbox: boolean;
}

export interface ResponseHeader {
  /** Low 16 bits of the relay's day number. */
  readonly day: number;
  readonly boardHead: number;
}

export interface Receipt {
  readonly day: number;
  readonly untilDay: number;
  readonly statuses: readonly number[];
  readonly sig: Bytes;
}

export interface Have {
  readonly day: number;
  readonly untilDay: number;
  readonly held: readonly boolean[];
  readonly sig: Bytes;
}

export interface Stamp {
  readonly id: Bytes;
  readonly week: number;
  readonly nonce: number;
}

/** A one-time token of a sender whom the desk knows, bound to one blob. */
export interface Token {
  readonly id: Bytes;
  readonly secret: Bytes;
}

/** What is missing of a blob whose beginning a relay kept. */
export interface Rest {
  readonly id: Bytes;
  readonly offsetBytes: number;
  readonly content: Bytes;
}

/** One page of acknowledgement tags; `raw` is the page as signed and hashed. */
export interface BoardPage {
  readonly seq: number;
  readonly day: number;
  readonly prev: Bytes;
  readonly tags: readonly Bytes[];
  readonly raw: Bytes;
}

export interface MailboxEntry {
  readonly address: Bytes;
  readonly cipher: Bytes;
}

export interface MailboxPage {
  readonly bits: number;
  readonly prefix: number;
  readonly cursor: number;
  readonly entries: readonly MailboxEntry[];
}

export interface RelayPolicy {
  readonly workBits: number;
  readonly maxBatchBytes: number;
  readonly retryAfterSeconds: number;
}

export interface Problem {
  readonly slug: string;
  readonly status: number;
  readonly retry: boolean;
}

/** What one run of the sync did. */
export interface SyncSummary {
  readonly sent: number;
  readonly receipts: number;
  readonly acknowledged: number;
  readonly replies: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly roundTrips: number;
  /** Why it stopped: everything is done, no relay can be reached, or a pause is due. */
  readonly ended: "done" | "unreachable" | "paused" | "not-joined" | "busy";
}
