/** The page's side of the worker: a `Sealer` that posts its work there. */
import type { Bytes } from "./bytes.ts";
import type { SealedEnvelope, SealOptions } from "./envelope/sealing.ts";
import { ConflictError, PhoneError } from "./errors.ts";
import { stored } from "./loading.ts";
import type { Examined } from "./media/cleaning.ts";
import type { SealedFile, Sealer, TakeChunks } from "./sealer.ts";
import { nextTurn } from "./turns.ts";
import { type Head, headJson } from "./vault.ts";
import type { VaultCommit } from "./vault_commit.ts";
import { batchesOf, bytesOf, withBytes } from "./vault_strips.ts";
import type { Batches, FromWorker, Result, ToWorker } from "./worker_messages.ts";

/** The page names the worker's file, with its hash (tools/build_phone.mjs). */
const WORKER_NAME = 'meta[name="worker"]';

/** Where the app is one file, its one script is the worker's too: it looks whether there is a page. */
const WHOLE_PROGRAM = "script#program";

const CONFLICT = new ConflictError().slug;

interface Job {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
  readonly take: TakeChunks | null;
}

type Request<Kind extends ToWorker["kind"]> = Omit<Extract<ToWorker, { kind: Kind }>, "job">;

type Asked = {
  [Kind in Exclude<ToWorker["kind"], "taken" | "cancel" | "let-go">]: Request<Kind>;
}[Exclude<ToWorker["kind"], "taken" | "cancel" | "let-go">];

class WorkerSealer implements Sealer {
  private readonly start: () => Worker;
  private readonly keeps: boolean;
  private started: Worker | null = null;
  private readonly jobs = new Map<number, Job>();
  private lastJob = 0;
  private isUp = false;

  /** @param keeps the worker may write to the store: it is the same one that the page has. */
  constructor(start: () => Worker, keeps: boolean) {
    this.start = start;
    this.keeps = keeps;
    // On a first visit its modules are not to come over the line before they are wanted.
    if (document.documentElement.dataset.visit !== "first") void this.worker;
  }

  /** Started with the first job at the latest. */
  private get worker(): Worker {
    if (this.started !== null) return this.started;
    this.started = this.start();
    this.started.onmessage = (received: MessageEvent<FromWorker>) => this.hear(received.data);
    this.started.onerror = () => this.fail(new PhoneError("worker-failed"));
    return this.started;
  }

  sealFile(file: Blob, key: Bytes, classBytes: number, take: TakeChunks): Promise<SealedFile> {
    const request: Request<"seal-file"> = {
      kind: "seal-file",
      file,
      key,
      classBytes,
      stays: this.keeps,
    };
    return this.run(request, take) as Promise<SealedFile>;
  }

  passphraseKey(...[passphrase, salt, cost]: Parameters<Sealer["passphraseKey"]>): Promise<Bytes> {
    const request: Request<"passphrase-key"> = { kind: "passphrase-key", passphrase, salt, cost };
    return this.run(request, null) as Promise<Bytes>;
  }

  stamp(id: Bytes, week: number, bits: number): Promise<number> {
    const request: Request<"stamp"> = { kind: "stamp", id, week, bits };
    return this.run(request, null) as Promise<number>;
  }

  sealReport(json: Bytes, { entropy: _, ...options }: SealOptions): Promise<SealedEnvelope> {
    const request: Request<"seal-report"> = { kind: "seal-report", json, options };
    return this.run(request, null) as Promise<SealedEnvelope>;
  }

  async rehearse(): Promise<void> {
    await this.run({ kind: "rehearse" }, null);
  }

  thumbnail(file: Blob, shown: Blob): Promise<Blob | null> {
    const request: Request<"thumbnail"> = { kind: "thumbnail", file, shown };
    return this.run(request, null) as Promise<Blob | null>;
  }

  examine(file: File): Promise<Examined> {
    const request: Request<"examine"> = { kind: "examine", file };
    return this.run(request, null) as Promise<Examined>;
  }

  smallCopy(file: File): Promise<File | null> {
    // Where only pages can draw, the page draws.
    if (typeof OffscreenCanvas === "undefined") return pageSealer.smallCopy(file);
    const request: Request<"small-copy"> = { kind: "small-copy", file };
    return this.run(request, null) as Promise<File | null>;
  }

  /** Not before the worker's code is there: on a first visit nothing waits for a file. */
  readonly commit = async (commit: VaultCommit, head: Head): Promise<VaultCommit | null> => {
    if (!this.keeps || !this.isUp) return commit;
    // What was planned took its time; a finger or a frame comes before the rest.
    await nextTurn();
    const json = headJson(head);
    try {
      await this.run({ kind: "commit", commit, json }, null, [json.buffer]);
      return null;
    } catch (error) {
      if (error instanceof PhoneError && error.slug === CONFLICT) throw new ConflictError();
      // Tried again by the page: it works there, or says why not.
      return this.handedOver(commit);
    }
  };

  letGo(): void {
    this.started?.postMessage({ kind: "let-go", job: 0 } satisfies ToWorker);
  }

  close(): void {
    this.started?.terminate();
    this.isUp = false;
    this.fail(new PhoneError("worker-failed"));
  }

  /** The same commit with the bytes that the worker had. */
  private async handedOver(commit: VaultCommit): Promise<VaultCommit> {
    const asked = [...batchesOf(commit.touched)];
    if (asked.length === 0) return commit;
    const batches = (await this.run({ kind: "hand-over", batches: asked }, null)) as Batches;
    return { ...commit, touched: withBytes(commit.touched, (away) => bytesOf(batches, away)) };
  }

  private run(
    request: Asked,
    take: TakeChunks | null,
    transfer: Transferable[] = [],
  ): Promise<Result> {
    this.lastJob += 1;
    const job = this.lastJob;
    return new Promise((resolve, reject) => {
      const { worker } = this;
      this.jobs.set(job, { resolve, reject, take });
      worker.postMessage({ ...request, job }, transfer);
    });
  }

  private hear(message: FromWorker): void {
    if (message.kind === "up") {
      this.isUp = true;
      return;
    }
    const job = this.jobs.get(message.job);
    if (job === undefined) return;
    if (message.kind === "chunks") {
      void this.store(message, job);
      return;
    }
    this.jobs.delete(message.job);
    if (message.kind === "done") job.resolve(message.result);
    else job.reject(new PhoneError(message.slug));
  }

  /** Store one batch; when that fails the job fails with the store's own error. */
  private async store(message: Extract<FromWorker, { kind: "chunks" }>, job: Job): Promise<void> {
    try {
      await job.take?.(message.chunks, message.index);
      this.worker.postMessage({ kind: "taken", job: message.job } satisfies ToWorker);
    } catch (error) {
      this.jobs.delete(message.job);
      this.worker.postMessage({ kind: "cancel", job: message.job } satisfies ToWorker);
      job.reject(error);
    }
  }

  private fail(reason: PhoneError): void {
    for (const job of this.jobs.values()) job.reject(reason);
    this.jobs.clear();
  }
}

/** Tell whether this browser runs modules in workers: only one that does reads `type`. */
function hasModuleWorkers(): boolean {
  let isRead = false;
  const options = {
    get type(): WorkerType {
      isRead = true;
      return "module";
    },
  };
  try {
    // No address at all: the options are read, and then nothing is loaded.
    new Worker("http://[", options);
  } catch {
    // As it should.
  }
  return isRead;
}

/** How to start the worker that the page names, or the page's own script again; null without one. */
function workerToStart(): (() => Worker) | null {
  if (typeof Worker === "undefined") return null;
  const name = document.querySelector<HTMLMetaElement>(WORKER_NAME)?.content;
  if (name) return hasModuleWorkers() ? () => new Worker(name, { type: "module" }) : null;
  const program = document.querySelector(WHOLE_PROGRAM)?.textContent;
  if (!program) return null;
  // Refused to some copied files: better seen now, while the page can still do the work itself.
  const worker = new Worker(URL.createObjectURL(new Blob([program], { type: "text/javascript" })));
  return () => worker;
}

const here = async () => (await stored(() => import("./sealer.ts"))).localSealer;

/** The sealer in the page itself; few browsers need it, so it comes when it has something to do. */
const pageSealer: Sealer = {
  sealFile: async (...given) => (await here()).sealFile(...given),
  passphraseKey: async (...given) => (await here()).passphraseKey(...given),
  stamp: async (...given) => (await here()).stamp(...given),
  sealReport: async (...given) => (await here()).sealReport(...given),
  rehearse: async () => (await here()).rehearse(),
  thumbnail: async (...given) => (await here()).thumbnail(...given),
  examine: async (...given) => (await here()).examine(...given),
  smallCopy: async (...given) => (await here()).smallCopy(...given),
  letGo: () => undefined,
  close: () => undefined,
};

/** A sealer in a worker where the browser can, else one in the page itself. */
export function startSealer(keeps: boolean): Sealer {
  try {
    const start = workerToStart();
    return start === null ? pageSealer : new WorkerSealer(start, keeps);
  } catch {
    return pageSealer;
  }
}
