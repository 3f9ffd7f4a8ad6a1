/** The worker: does the slow work of `sealer.ts` off the page's thread, one message a job. */
import { wipe } from "./bytes.ts";
import { PhoneError } from "./errors.ts";
import { findStamp, localSealer, sealFile, type TakeChunks } from "./sealer.ts";
import { thumbnailOf } from "./thumbnails.ts";
import { Committer } from "./vault_commit.ts";
import type { FromWorker, Result, ToWorker } from "./worker_messages.ts";

declare const self: DedicatedWorkerGlobalScope;

interface Waiter {
  readonly go: () => void;
  readonly stop: (reason: PhoneError) => void;
}

/** Jobs that wait until the page has stored their last batch. */
const waiting = new Map<number, Waiter>();
const committer = new Committer(indexedDB);

function say(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

function taker(job: number): TakeChunks {
  return (chunks, index) =>
    new Promise((go, stop) => {
      waiting.set(job, { go, stop });
      // One buffer for the whole batch, as `sealer.ts` made it.
      const buffers = [...new Set(chunks.map((chunk) => chunk.blob.buffer))];
      say({ kind: "chunks", job, chunks, index }, buffers);
    });
}

function resultOf(message: ToWorker): Promise<Result> | null {
  switch (message.kind) {
    case "seal-file":
      return sealFile(message.file, message.key, message.classBytes, taker(message.job));
    case "passphrase-key":
      return localSealer.passphraseKey(message.passphrase, message.salt, message.cost);
    case "seal-report":
      return localSealer.sealReport(message.json, message.options);
    case "commit":
      return committer.commit(message.commit, message.json).then(() => null);
    case "rehearse":
      return localSealer.rehearse().then(() => null);
    case "stamp":
      return findStamp(message.id, message.week, message.bits);
    case "thumbnail":
      return thumbnailOf(message.file);
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
