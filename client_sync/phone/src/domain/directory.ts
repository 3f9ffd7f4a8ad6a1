/** Who a phone seals to and where it hands over (docs/spec/directory.md). */
import type { Bytes } from "../bytes.ts";

export interface RecipientRecord {
  readonly week: number;
  readonly suite: number;
  readonly slots: number;
  readonly key: Bytes;
}

export interface BackupRecord {
  readonly suite: number;
  readonly key: Bytes;
}

/** Where a relay is and which key signs its receipts; with root key and name it is an invite. */
export interface BridgeLine {
  readonly url: string;
  readonly relayKey: Bytes;
  readonly rootKey: Bytes | null;
  readonly name: string | null;
  /** Other `key=value` fields, kept in order and ignored. */
  readonly extra: readonly (readonly [string, string])[];
}

export interface Policy {
  readonly workBits: number;
  readonly smallestBytes: number;
  readonly boardPrefixBits: number;
  readonly graceDays: number;
  readonly maxAttachmentBytes: number;
  /** Where text messages go; null when the desk takes none. */
  readonly smsNumber: string | null;
}

export interface RootLink {
  readonly root: Bytes;
  readonly sig: Bytes;
}

export interface Directory {
  readonly version: number;
  /** Day numbers. */
  readonly issuedDay: number;
  readonly expiresDay: number;
  readonly deskId: Bytes;
  readonly name: string;
  readonly rootChain: readonly RootLink[];
  readonly recipients: readonly RecipientRecord[];
  readonly backup: BackupRecord | null;
  readonly boardKey: Bytes;
  readonly relays: readonly BridgeLine[];
  readonly policy: Policy;
  readonly formsVersion: number;
  /** The desk's own form documents, unread: `forms.ts` reads them. */
  readonly forms: readonly unknown[];
  readonly taxonomyVersion: string;
  readonly appRelease: string;
  /** SHA-256 of the app as one file, or empty. */
  readonly appFile: string;
}

/** The recipient of a week, or the nearest listed one: a phone's clock may be wrong. */
export function recipientFor(directory: Directory, week: number): RecipientRecord {
  const distance = (record: RecipientRecord) => Math.abs(record.week - week);
  return directory.recipients.reduce((best, record) =>
    distance(record) < distance(best) ? record : best,
  );
}

export function listsWeek(directory: Directory, week: number): boolean {
  return directory.recipients.some((record) => record.week === week);
}
