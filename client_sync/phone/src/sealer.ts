/**
 * The slow work: hashing and sealing files, Argon2id, work stamps.
 *
 * `Sealer` is the seam: in a browser it runs in a worker (`worker_sealer.ts`), so that the page
 * stays responsive; in the worker itself, and where there is none, it runs right here. A file is
 * read in parts of 1 MiB and its chunks are handed over 16 at a time: the memory in use does not
 * grow with the file.
 */
import { type Bytes, wipe } from "./bytes.ts";
import { type ChunkPlan, planChunks } from "./domain/lengths.ts";
import { sealChunk } from "./envelope/chunks.ts";
import { envelopeIdOf } from "./envelope/keys.ts";
import { type Argon2Cost, passphraseKey, sha256Stream } from "./envelope/primitives.ts";
import { searchStamp } from "./envelope/stamps.ts";
import { InvalidReportError } from "./errors.ts";
import { KEY_BYTES } from "./generated/constants.ts";
import { stored } from "./loading.ts";
import type { Examined } from "./media/cleaning.ts";
import { thumbnailOf } from "./thumbnails.ts";

/** 16 chunks of 16 KiB: one database transaction each, not one for every chunk. */
const BATCH_CHUNKS = 16;
const READ_BYTES = 1_048_576;
/** Nonces tried between two looks at the clock of the event loop. */
const STAMP_TRIES = 20_000;

export interface SealedChunk {
  readonly id: Bytes;
  readonly blob: Bytes;
}

/** Takes one batch and resolves when it is on disk; the next one is made only then. */
export type TakeChunks = (chunks: readonly SealedChunk[], index: number) => Promise<void>;

export interface SealedFile {
  readonly sha256: Bytes;
  readonly sizeBytes: number;
  readonly chunkCount: number;
}

export interface Sealer {
  sealFile(file: Blob, key: Bytes, classBytes: number, take: TakeChunks): Promise<SealedFile>;
  passphraseKey(passphrase: string, salt: Bytes, cost: Argon2Cost): Promise<Bytes>;
  stamp(id: Bytes, week: number, bits: number): Promise<number>;
  /** A small copy of a picture, or null. */
  thumbnail(file: Blob): Promise<Blob | null>;
  /** What a file says beside what it shows, and the same file without it. */
  examine(file: File): Promise<Examined>;
  /** A version of a large photo that goes ahead of it, or null. */
  smallCopy(file: File): Promise<File | null>;
  close(): void;
}

async function partOf(file: Blob, start: number, end: number): Promise<Bytes> {
  try {
    const part = new Uint8Array(await file.slice(start, end).arrayBuffer());
    if (part.length === end - start) return part;
  } catch {
    // The file went away, or changed, under our hands.
  }
  throw new InvalidReportError("attachment-empty");
}

async function hashFile(file: Blob): Promise<Bytes> {
  const hash = sha256Stream();
  for (let at = 0; at < file.size; at += READ_BYTES) {
    const part = await partOf(file, at, Math.min(file.size, at + READ_BYTES));
    hash.update(part);
    wipe(part);
  }
  return hash.digest();
}

async function sealBatch(
  file: Blob,
  key: Bytes,
  plan: ChunkPlan,
  from: number,
): Promise<SealedChunk[]> {
  const until = Math.min(plan.chunkCount, from + BATCH_CHUNKS);
  const start = Math.min(file.size, from * plan.roomBytes);
  const bytes = await partOf(file, start, Math.min(file.size, until * plan.roomBytes));
  const chunks: SealedChunk[] = [];
  for (let index = from; index < until; index += 1) {
    const at = (index - from) * plan.roomBytes;
    const blob = sealChunk(key, index, plan, bytes.subarray(at, at + plan.roomBytes));
    chunks.push({ id: envelopeIdOf(blob), blob });
  }
  wipe(bytes);
  return chunks;
}

/** Seal a file here and now. */
export async function sealFile(
  file: Blob,
  key: Bytes,
  classBytes: number,
  take: TakeChunks,
): Promise<SealedFile> {
  if (key.length !== KEY_BYTES || file.size < 1) throw new InvalidReportError("attachment-empty");
  const plan = planChunks(file.size, classBytes);
  const sha256 = await hashFile(file);
  for (let from = 0; from < plan.chunkCount; from += BATCH_CHUNKS) {
    await take(await sealBatch(file, key, plan, from), from);
  }
  return { sha256, sizeBytes: file.size, chunkCount: plan.chunkCount };
}

/** Search a work stamp, giving way to other work in between. */
export async function findStamp(id: Bytes, week: number, bits: number): Promise<number> {
  for (let from = 0; ; from += STAMP_TRIES) {
    const nonce = searchStamp(id, week, bits, from, STAMP_TRIES);
    if (nonce !== null) return nonce;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
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
  thumbnail: thumbnailOf,
  examine,
  smallCopy,
  close: () => undefined,
};
