/**
 * The slow work: hashing and sealing files, Argon2id, work stamps.
 *
 * `Sealer` is the seam: in a browser it runs in a worker (`worker_sealer.ts`), so that the page
 * stays responsive; in the worker itself, and where there is none, it runs right here. A file is
 * read once and whole (its largest size, 25 MiB, allows it): what is hashed is what is sealed, and the
 * browser's own hash runs beside the sealing. While one batch is written to disk the next is sealed.
 */
import { type Bytes, wipe } from "./bytes.ts";
import { type ChunkPlan, planChunks } from "./domain/lengths.ts";
import { sealChunk } from "./envelope/chunks.ts";
import { envelopeIdOf } from "./envelope/keys.ts";
import { sha256Native } from "./envelope/native_hash.ts";
import { type Argon2Cost, passphraseKey } from "./envelope/primitives.ts";
import { rehearse, type SealedEnvelope, type SealOptions, seal } from "./envelope/sealing.ts";
import { searchStamp } from "./envelope/stamps.ts";
import { InvalidReportError } from "./errors.ts";
import { KEY_BYTES } from "./generated/constants.ts";
import { stored } from "./loading.ts";
import type { Examined } from "./media/cleaning.ts";
import type { Sealed } from "./outbox/places.ts";
import { thumbnailOf } from "./thumbnails.ts";
import type { CommitElsewhere } from "./vault_commit.ts";

/**
 * 2 MiB in chunks of 16 KiB. Each batch is one commit, which writes the head (512 KiB) and waits for the
 * disk: a photo of 5 MB has three. Larger ones would hold more in memory and show less progress.
 */
export const BATCH_CHUNKS = 128;
/** Nonces tried between two looks at the clock of the event loop. */
const STAMP_TRIES = 20_000;

export interface SealedChunk {
  readonly id: Bytes;
  /** A part of its batch's one buffer, which stays with the worker or goes to the page as a whole. */
  readonly blob: Sealed;
}

/** One whose bytes are on this thread. */
export interface SealedHere extends SealedChunk {
  readonly blob: Bytes;
}

/** Takes one batch and resolves when it is on disk; the next one is handed over only then. */
export type TakeChunks<Chunk extends SealedChunk = SealedChunk> = (
  chunks: readonly Chunk[],
  index: number,
) => Promise<void>;

export interface SealedFile {
  readonly sha256: Bytes;
  readonly sizeBytes: number;
  readonly chunkCount: number;
}

export interface Sealer {
  sealFile(file: Blob, key: Bytes, classBytes: number, take: TakeChunks): Promise<SealedFile>;
  passphraseKey(passphrase: string, salt: Bytes, cost: Argon2Cost): Promise<Bytes>;
  stamp(id: Bytes, week: number, bits: number): Promise<number>;
  /** Seal a report's canonical JSON; the worker draws its own chance. The caller wipes what it gave. */
  sealReport(json: Bytes, options: SealOptions): Promise<SealedEnvelope>;
  /** Seal nothing to nobody, so that the first report is not the first seal. */
  rehearse(): Promise<void>;
  /** A small copy of a picture, or null; drawn from `shown`, a lighter file of the same picture. */
  thumbnail(file: Blob, shown: Blob): Promise<Blob | null>;
  /** What a file says beside what it shows, and the same file without it. */
  examine(file: File): Promise<Examined>;
  /** A version of a large photo that goes ahead of it, or null. */
  smallCopy(file: File): Promise<File | null>;
  /** Let go of what was sealed and is in no commit. */
  letGo(): void;
  /** Where a commit of the vault can be done off this thread. */
  readonly commit?: CommitElsewhere;
  close(): void;
}

async function bytesOf(file: Blob): Promise<Bytes> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.length === file.size) return bytes;
  } catch {
    // The file went away, or changed, under our hands.
  }
  throw new InvalidReportError("attachment-empty");
}

function sealBatch(bytes: Bytes, key: Bytes, plan: ChunkPlan, from: number): SealedHere[] {
  const until = Math.min(plan.chunkCount, from + BATCH_CHUNKS);
  const batch = new Uint8Array((until - from) * plan.classBytes);
  const chunks: SealedHere[] = [];
  for (let index = from; index < until; index += 1) {
    const at = index * plan.roomBytes;
    const part = bytes.subarray(at, at + plan.roomBytes);
    const place = (index - from) * plan.classBytes;
    const blob = batch.subarray(place, place + plan.classBytes);
    chunks.push({ id: envelopeIdOf(sealChunk(key, index, plan, part, blob)), blob });
  }
  return chunks;
}

/** Seal a batch while the one before it is written; hand it over when that one is on disk. */
async function sealBatches(
  bytes: Bytes,
  key: Bytes,
  plan: ChunkPlan,
  take: TakeChunks<SealedHere>,
): Promise<void> {
  let written = Promise.resolve();
  for (let from = 0; from < plan.chunkCount; from += BATCH_CHUNKS) {
    const chunks = sealBatch(bytes, key, plan, from);
    await written;
    written = take(chunks, from);
    // Refused while the next batch is being sealed: it is heard above, or below.
    written.catch(() => undefined);
  }
  await written;
}

/** Seal a file here and now. */
export async function sealFile(
  file: Blob,
  key: Bytes,
  classBytes: number,
  take: TakeChunks<SealedHere>,
): Promise<SealedFile> {
  if (key.length !== KEY_BYTES || file.size < 1) throw new InvalidReportError("attachment-empty");
  const plan = planChunks(file.size, classBytes);
  const bytes = await bytesOf(file);
  const hashing = sha256Native(bytes);
  try {
    await sealBatches(bytes, key, plan, take);
  } finally {
    await hashing;
    wipe(bytes);
  }
  return { sha256: await hashing, sizeBytes: file.size, chunkCount: plan.chunkCount };
}

/** Search a work stamp, giving way to other work in between. */
export async function findStamp(id: Bytes, week: number, bits: number): Promise<number> {
  for (let from = 0; ; from += STAMP_TRIES) {
    const nonce = searchStamp(id, week, bits, from, STAMP_TRIES);
    if (nonce !== null) return nonce;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function sealReport(json: Bytes, options: SealOptions): Promise<SealedEnvelope> {
  return Promise.resolve().then(() => seal(json, options));
}

function rehearseHere(): Promise<void> {
  return Promise.resolve().then(() => rehearse());
}

/** What few reports need comes when it is wanted. */
async function examine(file: File): Promise<Examined> {
  return (await stored(() => import("./media/cleaning.ts"))).examine(file);
}

async function smallCopy(file: File): Promise<File | null> {
  return (await stored(() => import("./media/small_copy.ts"))).smallCopyOf(file);
}

/** The sealer without a worker. */
export const localSealer: Sealer = {
  sealFile,
  passphraseKey,
  stamp: findStamp,
  sealReport,
  rehearse: rehearseHere,
  thumbnail: thumbnailOf,
  examine,
  smallCopy,
  letGo: () => undefined,
  close: () => undefined,
};
