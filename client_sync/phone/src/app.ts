/**
 * The phone app without its pages: everything a view may ask for.
 *
 * Theory of operation. A view never touches keys, storage or the network. It reads plain, frozen
 * snapshots (`drafts()`, `reports()`, `link()` ...) that cost nothing, calls a method that changes
 * something, and draws again when `onChange` tells it to. Every method that returns a promise has
 * committed its effect to disk when the promise resolves ("save, then send"): a view may tell the
 * person "saved" then, and not a moment earlier. Errors are `PhoneError`s: `slug` for the code,
 * `explain(error)` for the person.
 */
import type { Disguise, Guard, GuardSettings } from "./app_guard.ts";
import type { Answers } from "./domain/answers.ts";
import type { Form } from "./domain/forms.ts";
import type { SyncSummary } from "./domain/sync.ts";
import type { Category, Purpose } from "./generated/constants.ts";
import type { Thrift } from "./thrift.ts";

export type { Answers, AnswerValue, FilledForm, PlaceAnswer } from "./domain/answers.ts";
export type { Form, Question, Text } from "./domain/forms.ts";
export type { SyncSummary } from "./domain/sync.ts";
export type {
  Category,
  PlacePrecision,
  Purpose,
  Source,
  TimePrecision,
} from "./generated/constants.ts";

/** What the person sees of a report's way; each word is only shown when it is proven. */
export type DeliveryState =
  | "waiting" /* sealed on this phone, no relay has signed for it yet */
  | "handed-over" /* a relay signed a receipt; the desk has not spoken yet */
  | "at-desk" /* the desk itself acknowledged on its signed board */
  | "reply"; /* the desk replied and this phone holds the reply */

/** Where the person stands: say the passphrase, join a desk, go on, or see a notes app and nothing else. */
export type AppState = "locked" | "new" | "joined" | "notes";

/** What a thread asks of the person: `needs-you` while a question of the desk is unanswered. */
export type ThreadState = DeliveryState | "needs-you";

export interface DeskInfo {
  readonly name: string;
  /** 32 hex digits; read aloud to compare with the desk's poster. */
  readonly fingerprint: string;
  /** False until the desk's signed directory is here: drafts can be written, reports not sealed yet. */
  readonly ready: boolean;
  readonly directoryVersion: number;
  /** `YYYY-MM-DD`, or null without a directory. */
  readonly expires: string | null;
  readonly relays: number;
  readonly maxAttachmentBytes: number;
}

export interface DraftAttachment {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly sizeBytes: number;
}

/** A draft lives encrypted in the vault; its attachments are sealed the moment they are added. */
export interface Draft {
  readonly id: string;
  readonly answers: Answers;
  readonly attachments: readonly DraftAttachment[];
  readonly changedAt: string;
}

/** What can still be brought back: a draft, or an attachment of one. */
export interface Removed {
  readonly id: string;
  readonly kind: "draft" | "attachment";
}

/** Removing with a way back: one thing at a time, sealed in the vault until the way back is closed. */
export interface Removals {
  last(): Removed | null;
  removeDraft(draftId: string): Promise<void>;
  removeAttachment(draftId: string, attachmentId: string): Promise<void>;
  /** Bring back what was removed last. */
  undo(): Promise<void>;
  /** Close the way back; it closes by itself after UNDO_SECONDS, and when the app is opened anew. */
  end(): Promise<void>;
}

/** A pack of places that is on this phone. */
export interface PlacesInfo {
  readonly name: string;
  /** `YYYY-MM-DD` of the gazetteer. */
  readonly made: string;
  readonly count: number;
}

export interface FoundPlace {
  /** The name that was found. */
  readonly name: string;
  /** The place's first name, where another was found. */
  readonly alsoCalled: string;
  readonly region: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly precision: "settlement" | "admin2";
}

/** Names of places without a network: one pack at a time, sealed in the vault. */
export interface PlaceNames {
  info(): PlacesInfo | null;
  /** Take a pack in the place of the one there is; a damaged file changes nothing. */
  take(file: Blob): Promise<PlacesInfo>;
  remove(): Promise<void>;
  search(typed: string, most: number): Promise<readonly FoundPlace[]>;
}

/** What a camera or a program wrote into a file, beside what the file shows. */
export interface FileNotes {
  /** `silent`: nothing; `speaks`: `without` is the file without it; `unknown`: it cannot be told or removed. */
  readonly kind: "silent" | "speaks" | "unknown";
  /** It names the place where it was made. */
  readonly place: boolean;
  readonly without: File | null;
}

export interface ReportSummary {
  /** 64 hex digits: the id of the sealed envelope, the same id that the desk sees. */
  readonly id: string;
  readonly sealedAt: string;
  readonly state: DeliveryState;
  /** The desk is done with it (it may be forgotten on the phone). */
  readonly closed: boolean;
  /** The desk confirmed the report with every attachment. */
  readonly complete: boolean;
  readonly attachments: number;
  readonly media: MediaProgress;
  /** Handed over, but no word of the desk for longer than it should take; it is being sent another way. */
  readonly overdue: boolean;
  readonly replies: number;
  readonly unread: number;
  /** Something of it is still kept here, sealed, and could be carried by hand. */
  readonly portable: boolean;
  /** Of a follow-up: the own report that begins its thread, and why it was written. */
  readonly follows: Follows | null;
}

export interface Follows {
  readonly report: string;
  readonly purpose: Purpose | null;
  /** How many answers of the desk this phone held in the thread by then. */
  readonly after: number;
}

/** Attachment chunks on their way; `total` 0 means a report without attachments. */
export interface MediaProgress {
  readonly total: number;
  readonly handedOver: number;
}

export interface Reply {
  readonly reportId: string;
  readonly n: number;
  readonly kind: "reply" | "question" | "safety";
  readonly text: string;
  readonly lang: string;
  /** `YYYY-MM-DD` */
  readonly sentOn: string;
  readonly read: boolean;
}

export interface LinkState {
  readonly status:
    | "idle" /* nothing under way; see lastExchangeAt */
    | "syncing"
    | "offline" /* the phone says it has no network */
    | "unreachable" /* a network, but no relay answered as a relay should */;
  /** ISO time of the last exchange with a relay that proved itself, or null. */
  readonly lastExchangeAt: string | null;
  /** ISO time of the next try by itself, or null when nothing is planned. */
  readonly nextTryAt: string | null;
  /** Blobs still without a receipt. */
  readonly waiting: number;
}

export type Warning =
  | {
      readonly kind: "clock" /** days this phone is ahead (+) or behind (-) */;
      readonly daysOff: number;
    }
  | { readonly kind: "directory-expired"; readonly expires: string }
  | { readonly kind: "week-not-listed" }
  | { readonly kind: "fork" } /* two different directories with one version: somebody is lying */
  | { readonly kind: "rollback" } /* a relay offered an older directory */
  | { readonly kind: "bad-directory" }
  | { readonly kind: "board-broken" } /* a page did not continue the desk's chain */
  | { readonly kind: "overdue"; readonly reports: number }
  | { readonly kind: "release-mismatch" } /* this app is not the release that the desk signed */
  | {
      readonly kind: "nothing-kept";
    } /* opened from a file, and this browser lets it keep nothing */
  | { readonly kind: "copied-file" } /* opened from a file: others may read what it keeps */
  | { readonly kind: "storage-not-persistent" };

export interface ImportSummary {
  /** Blobs taken to be carried for others. */
  readonly carried: number;
  /** Blobs that were here already (own ones included). */
  readonly known: number;
  /** New acknowledgements learned from board pages in the file. */
  readonly acknowledged: number;
  readonly directoryUpdated: boolean;
  /** The file was a joining bundle and this phone joined by it. */
  readonly joined: boolean;
  /** The file ended early or was damaged; what could be read was taken. */
  readonly incomplete: boolean;
}

/** How fine the codes on a screen are: `coarse` is for worn cameras and broken screens. */
export const FINENESS = ["fine", "middle", "coarse"] as const;
export type Fineness = (typeof FINENESS)[number];

/** One pixel a module of a QR code, with its white edge. */
export interface Picture {
  readonly side: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** A part of what waits, as codes without end: any `pieces` of them, give or take one, are enough. */
export interface ShownPart {
  readonly blobs: number;
  /** Photos and files; otherwise what people wrote. */
  readonly isMedia: boolean;
  readonly pieces: number;
  picture(index: number): Picture;
}

/** What waits, cut into parts that a screen can show, what people wrote first. */
export interface Showing {
  readonly parts: number;
  open(part: number): Promise<ShownPart>;
}

/** What one code that a camera saw was good for. */
export type Seen =
  | { readonly kind: "nothing" } /* seen before, or no code of ours */
  | { readonly kind: "progress"; readonly have: number; readonly pieces: number }
  | { readonly kind: "spoilt" } /* what was collected does not fit together; it begins anew */
  | { readonly kind: "bundle"; readonly file: Blob; readonly pieces: number };

export interface Collecting {
  take(text: string): Seen;
}

export type AttachProgress = (doneBytes: number, totalBytes: number) => void;

export interface StorageInfo {
  /** The browser promised not to evict this app's storage by itself. */
  readonly persistent: boolean;
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

/** `system` follows the phone; `sunlight` is black on white, bold, for outdoors. */
export const LOOKS = ["system", "light", "dark", "sunlight"] as const;
export type Look = (typeof LOOKS)[number];

export interface App {
  state(): AppState;
  joined(): boolean;
  /** Accept an invite link or bridge line; tries to fetch the directory, works offline too. */
  join(inviteText: string): Promise<DeskInfo>;
  /** Read an invite without joining: the desk's name to show before the person agrees. */
  readInvite(inviteText: string): { readonly name: string; readonly fingerprint: string };
  desk(): DeskInfo | null;
  categories(): readonly Category[];

  /** The lists of questions in force, the desk's own in the place of ours; ask anew for a new directory. */
  forms(): Promise<readonly Form[]>;

  drafts(): readonly Draft[];
  emptyAnswers(): Answers;
  /** Keep a draft (a new one when `id` is null); resolves when it is encrypted and on disk. */
  keepDraft(id: string | null, answers: Answers): Promise<Draft>;
  /**
   * Seal a file to a draft at once, off the main thread; only its keys stay, in the vault. What goes
   * ahead of a picture is drawn from `shown`, where there is a smaller version of it.
   */
  attach(
    draftId: string,
    file: File,
    progress?: AttachProgress,
    shown?: File,
  ): Promise<DraftAttachment>;
  /** Look into a file before it is attached: what it says beside what it shows. */
  examine(file: File): Promise<FileNotes>;
  /** A version of a large photo to send ahead of it; null where none is worth it or can be made. */
  smallCopy(file: File): Promise<File | null>;
  /** Forget a draft with all that was added to it, at once. */
  dropDraft(draftId: string): Promise<void>;
  /** The way to remove that can be undone, loaded when first wanted. */
  removals(): Promise<Removals>;
  placeNames(): Promise<PlaceNames>;

  /** Seal a draft and queue it: after this nothing on the phone can open it again. */
  sealDraft(draftId: string): Promise<ReportSummary>;
  /** Where text messages go, or null when the desk takes none: then they are not spoken of. */
  smsNumber(): string | null;
  /** Seal a draft without files so small that text messages can carry it. */
  sealDraftForSms(draftId: string): Promise<ReportSummary>;
  /** The messages of a report sealed that way, one more than needed; null for any other. */
  smsTexts(reportId: string): Promise<readonly string[] | null>;

  reports(): readonly ReportSummary[];
  /** The desk's answers to a report and to what follows it, in the order in which they came. */
  replies(reportId: string): readonly Reply[];
  /** Mark the answers of a report's thread as read. */
  markRead(reportId: string): Promise<void>;
  /** Forget a report's thread on this phone, keys and all (allowed at any time; what is queued is dropped). */
  forget(reportId: string): Promise<void>;

  /** Send and ask for news; `withMedia` lets photos and files go in this one, whatever the network. */
  syncNow(withMedia?: boolean): Promise<SyncSummary>;
  /** What the vault holds of `thrift.ts`, and how the browser calls the network. */
  thrift(): { readonly kept: Partial<Thrift>; readonly network: string };
  setThrift(change: Partial<Thrift>): Promise<void>;
  link(): LinkState;
  warnings(): readonly Warning[];
  /** Call `listener` after every change; returns the function that ends it. */
  onChange(listener: () => void): () => void;

  /** How many sealed blobs this phone carries for other people. */
  carried(): number;
  /** Everything queued, or all that is kept of one report's thread, as one bundle file (`*.tocsin`). */
  exportBundle(reportId?: string): Promise<Blob>;
  importBundle(file: Blob): Promise<ImportSummary>;
  /** Everything queued as codes for another phone's camera; the queue stays as it is. */
  showCodes(fineness: Fineness): Promise<Showing>;
  /** Begin to collect another phone's codes; what is whole goes through `importBundle`. */
  collectCodes(): Promise<Collecting>;

  /** Whether a copied file of the app is the one that the desk signed; null when it named none. */
  checkCopy(file: Blob): Promise<boolean | null>;

  language(): string | null;
  setLanguage(lang: string): Promise<void>;

  /** How the pages look; like the language it is kept in clear and readable while locked. */
  look(): Look;
  setLook(look: Look): Promise<void>;

  hasPassphrase(): boolean;
  /** Protect the vault by a passphrase, or with null bind it to this device again. */
  setPassphrase(passphrase: string | null): Promise<void>;
  /** Open what the passphrase opens: the app, or the notes of the decoy. */
  unlock(passphrase: string): Promise<void>;
  /** Lock, where there is a passphrase. */
  lock(): void;
  /** The rest of the lock, loaded when first wanted. */
  guard(): Promise<Guard>;
  guardSettings(): GuardSettings;
  changeGuard(settings: Partial<GuardSettings>): Promise<void>;
  /** Erase everything and leave the notes. */
  panic(): Promise<void>;
  /** An invite was opened: the notes that a panic left become the app again. */
  comeBack(): Promise<void>;
  /** Name and icon that the app wears outside. */
  disguise(): string;
  setDisguise(disguise: Disguise): Promise<void>;

  storage(): Promise<StorageInfo>;
  askPersistentStorage(): Promise<boolean>;
  /** Erase the vault, the outbox, caches and settings; the app is as new afterwards. */
  wipe(): Promise<void>;
  /** Stop timers and close the database (tests, and before the page is thrown away). */
  close(): void;
}

export { openApp } from "./client.ts";
export { PhoneError } from "./errors.ts";
export { explain } from "./explain.ts";
