/** Carries out what `asking.ts` decides: asks the network, breaks off, and hands on what came whole. */
import { type Bytes, concat } from "../bytes.ts";
import { systemTimer } from "../clock.ts";
import { type Act, Asking, type Wanted } from "./asking.ts";

/** How often it is looked whether an answer has fallen silent: a fraction of the least patience. */
const LOOK_MS = 250;

/** Refused, and not because of the moment. */
const isRefused = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429;

/** An answer, read to its end. */
export interface Brought {
  readonly content: Bytes;
  readonly headers: Headers;
}

export interface Bringing<File extends Wanted> {
  readonly order: readonly File[];
  /** Places in the order that are there already. */
  readonly done?: Iterable<number>;
  /** How the browser's own cache is used at first; when a file is asked for again it is not. */
  readonly cacheOf?: (name: string) => RequestCache;
  /** A file is there; what this returns is waited for in the end. */
  readonly came: (file: File, brought: Brought) => Promise<void>;
  readonly heard?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** They tell of the bytes on the line, not of those that are stored. */
const OF_THE_LINE = ["content-encoding", "content-length", "etag"];

function headersOf(answer: Response): Headers {
  const headers = new Headers(answer.headers);
  for (const name of OF_THE_LINE) headers.delete(name);
  return headers;
}

async function read(answer: Response, heard: (bytes: number) => void): Promise<Brought> {
  if (answer.body === null) throw new Error("no body");
  const parts: Bytes[] = [];
  const reader = answer.body.getReader() as ReadableStreamDefaultReader<Bytes>;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { content: concat(...parts), headers: headersOf(answer) };
    parts.push(value);
    heard(value.length);
  }
}

class Bringer<File extends Wanted> {
  private readonly bringing: Bringing<File>;
  private readonly asking: Asking;
  private readonly running = new Map<number, AbortController>();
  private readonly storing: Promise<void>[] = [];
  private readonly settle: (error: unknown) => void;
  private look = (): void => undefined;
  private isEnded = false;

  constructor(bringing: Bringing<File>, settle: (error: unknown) => void) {
    this.bringing = bringing;
    this.asking = new Asking(bringing.order, bringing.done);
    this.settle = settle;
    bringing.signal?.addEventListener("abort", () => this.fail(new Error("broken off")));
  }

  /** Do what is to be done now; called after each event, and when nothing happens. */
  step(): void {
    this.look();
    if (this.isEnded) return;
    if (this.asking.isDone()) {
      this.end();
      return void Promise.all(this.storing).then(() => this.settle(undefined));
    }
    for (const act of this.asking.next(systemTimer.elapsedMs())) this.carryOut(act);
    if (!this.isEnded) this.look = systemTimer.after(LOOK_MS, () => this.step());
  }

  private carryOut(act: Act): void {
    const file = act.kind === "ask" ? this.bringing.order[act.at] : undefined;
    if (act.kind === "give-up") this.fail(new Error("no line"));
    else if (act.kind === "break-off") this.running.get(act.id)?.abort();
    else if (file !== undefined) void this.ask(act.id, file, act.isAgain);
  }

  private async ask(id: number, file: File, isAgain: boolean): Promise<void> {
    const { came, cacheOf, heard } = this.bringing;
    const breakOff = new AbortController();
    this.running.set(id, breakOff);
    try {
      const cache = isAgain ? "no-store" : (cacheOf?.(file.name) ?? "no-store");
      const answer = await fetch(file.name, { cache, signal: breakOff.signal });
      // A file that is not there will not be there the next time.
      if (isRefused(answer.status)) return this.fail(new Error("no such file"));
      if (!answer.ok) throw new Error("not now");
      const brought = await read(answer, (bytes) => {
        this.asking.heard(id, bytes, systemTimer.elapsedMs());
        heard?.(bytes);
      });
      if (this.asking.came(id)) this.keep(came(file, brought));
    } catch {
      this.asking.failed(id, systemTimer.elapsedMs());
    }
    this.running.delete(id);
    this.step();
  }

  private keep(stored: Promise<void>): void {
    this.storing.push(stored.catch((error: unknown) => this.fail(error)));
  }

  private fail(error: unknown): void {
    this.end();
    this.settle(error);
  }

  private end(): void {
    this.isEnded = true;
    for (const one of this.running.values()) one.abort();
  }
}

/** Bring all files of an order; rejects when the line is given up, or something cannot be stored. */
export function bring<File extends Wanted>(bringing: Bringing<File>): Promise<void> {
  return new Promise((resolve, reject) => {
    // The first word counts: what cannot be stored has failed before the rest is there.
    new Bringer(bringing, (error) => (error === undefined ? resolve() : reject(error))).step();
  });
}
