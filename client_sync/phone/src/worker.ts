/** The worker: does the slow work of `sealer.ts` off the page's thread, one message a job. */
import { type Bytes, wipe } from "./bytes.ts";
import { PhoneError } from "./errors.ts";
import {
  findStamp,
  localSealer,
  type SealedChunk,
  type SealedHere,
  sealFile,
  type TakeChunks,
} from "./sealer.ts";
import { thumbnailOf } from "./thumbnails.ts";
import { Committer, type VaultCommit } from "./vault_commit.ts";
import { batchesOf, bytesOf, withBytes } from "./vault_strips.ts";
import type { Batches, FromWorker, Result, ToWorker } from "./worker_messages.ts";

declare const self: DedicatedWorkerGlobalScope;

interface Waiter {
  readonly go: () => void;
  readonly stop: (reason: PhoneError) => void;
}

/** Jobs that wait until the page has stored their last batch. */
const waiting = new Map<number, Waiter>();
const committer = new Committer(indexedDB);
/** What is sealed and not committed yet: a page that only plans would be kept busy with megabytes. */
const batches = new Map<number, Bytes>();
let lastBatch = 0;

function say(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

/** Keep a batch, and name its chunks by their places in it. */
function kept(chunks: readonly SealedHere[]): SealedChunk[] {
  const [first] = chunks;
  if (first === undefined) return [];
  lastBatch += 1;
  // One buffer for the whole batch, as `sealer.ts` made it.
  batches.set(lastBatch, new Uint8Array(first.blob.buffer));
  return chunks.map(({ id, blob }) => ({
    id,
    blob: { batch: lastBatch, atBytes: blob.byteOffset, length: blob.length },
  }));
}

function taker(job: number, stays: boolean): TakeChunks<SealedHere> {
  return (chunks, index) =>
    new Promise((go, stop) => {
      waiting.set(job, { go, stop });
      if (stays) say({ kind: "chunks", job, chunks: kept(chunks), index });
      else {
        const buffers = [...new Set(chunks.map((chunk) => chunk.blob.buffer))];
        say({ kind: "chunks", job, chunks, index }, buffers);
      }
    });
}

/** Write what the page planned, and let go of what is on disk now. */
async function commit(given: VaultCommit, json: Bytes): Promise<null> {
  const touched = withBytes(given.touched, (away) => bytesOf(batches, away));
  await committer.commit({ ...given, touched }, json);
  for (const batch of batchesOf(given.touched)) batches.delete(batch);
  return null;
}

/** Copies for the page, which commits them itself: another tab may come first, and it asks again. */
function handOver(asked: readonly number[]): Batches {
  return new Map([...batches].filter(([batch]) => asked.includes(batch)));
}

function resultOf(message: ToWorker): Promise<Result> | null {
  switch (message.kind) {
    case "seal-file":
      return sealFile(
        message.file,
        message.key,
        message.classBytes,
        taker(message.job, message.stays),
      );
    case "passphrase-key":
      return localSealer.passphraseKey(message.passphrase, message.salt, message.cost);
    case "seal-report":
      return localSealer.sealReport(message.json, message.options);
    case "commit":
      return commit(message.commit, message.json);
    case "hand-over":
      return Promise.resolve(handOver(message.batches));
    case "let-go":
      batches.clear();
      return null;
    case "rehearse":
      return localSealer.rehearse().then(() => null);
    case "stamp":
      return findStamp(message.id, message.week, message.bits);
    case "thumbnail":
      return thumbnailOf(message.file, message.shown);
    case "examine":
      return localSealer.examine(message.file);
    case "small-copy":
      return localSealer.smallCopy(message.file);
    case "taken":
      waiting.get(message.job)?.go();
      return null;
    case "cancel":
      waiting.get(message.job)?.stop(new PhoneError("storage-refused"));
      return null;
  }
}

async function answer(message: ToWorker): Promise<void> {
  const { job } = message;
  try {
    const work = resultOf(message);
    if (work === null) return;
    const result = await work;
    say({ kind: "done", job, result });
    // The page has its own copy by now, and lets go of it when the report is kept.
    if (result !== null && typeof result === "object" && "keys" in result) {
      wipe(...Object.values(result.keys));
    }
  } catch (error) {
    say({ kind: "failed", job, slug: error instanceof PhoneError ? error.slug : "worker-failed" });
  } finally {
    if (message.kind === "seal-report") {
      wipe(message.json, message.options.author ?? new Uint8Array(0));
    }
  }
}

self.onmessage = (received: MessageEvent<ToWorker>) => {
  void answer(received.data);
};
say({ kind: "up" });
