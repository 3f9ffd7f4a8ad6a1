/**
 * The first thing that a page runs: it brings the app over a line that may be thin and lossy.
 *
 * Theory of operation. On a first visit the files come as packs, cut into pieces, in one queue that
 * repeats what has fallen silent (`load/asking.ts`): first what the first page needs and the person's
 * language, then the rest of what must be there without a network. Each piece is stored as it comes, so
 * that a visit that is cut goes on where it was. The files go into the service worker's store; once the
 * worker is in charge the page loads from there, while the rest still comes. Wherever that is not
 * possible, or fails, the page loads its files as any page does.
 */
import { systemTimer } from "./clock.ts";
import { type Pack, PackStore } from "./load/packs.ts";
import { CACHE_PREFIX, FIRST_LOCK, REST_LOCK, REST_MESSAGE, TRUST_CACHE } from "./load/stored.ts";

/** Written by tools/phone_build/loader.mjs. */
declare const __LOAD__: {
  readonly release: string;
  readonly first: Pack;
  readonly rest: Pack;
  readonly after: Pack;
  readonly spoken: Readonly<Record<string, Pack>>;
  readonly script: string;
  readonly styles: string;
  readonly parts: readonly string[];
};

/** The worker's file is small, but its connection may be the one that is silent for long. */
const REGISTERED_MS = 60_000;
/** Once all is stored the worker takes over within a second; a browser that never lets it is not waited for. */
const CHARGE_MS = 20_000;
/** A line that is quick shows no bar: it would only flicker. */
const SHOWN_AFTER_MS = 700;

const own = (document.currentScript as HTMLScriptElement | null)?.src ?? "";

/** What comes while the first page stands. */
const behind: readonly Pack[] = [__LOAD__.rest, __LOAD__.after];

let isStarted = false;

function link(rel: string, href: string): HTMLLinkElement {
  const made = document.createElement("link");
  made.rel = rel;
  made.href = href;
  document.head.append(made);
  return made;
}

async function start(): Promise<void> {
  if (isStarted) return;
  isStarted = true;
  const sheet = link("stylesheet", __LOAD__.styles);
  // Without its styles the page still works.
  await new Promise((go) => {
    sheet.onload = go;
    sheet.onerror = go;
  });
  const script = document.createElement("script");
  script.type = "module";
  script.src = __LOAD__.script;
  document.head.append(script);
}

/** Load the app as any page does: from its store where there is one, or over the network. */
async function startPlainly(): Promise<void> {
  if (isStarted) return;
  for (const name of __LOAD__.parts) link("modulepreload", name);
  await start();
}

/** The pack of the language nearest to what the browser asks for; English needs none. */
function language(): Pack[] {
  const tags = navigator.languages.map((tag) => tag.split("-")[0] ?? "");
  const pack = __LOAD__.spoken[tags.find((tag) => tag === "en" || tag in __LOAD__.spoken) ?? "en"];
  return pack === undefined ? [] : [pack];
}

/** A calm bar, without words: it belongs to no language, and to no app. */
function bar(packs: readonly Pack[]): (bytes: number) => void {
  const shown = document.createElement("progress");
  shown.max = packs.flatMap(({ pieces }) => pieces).reduce((sum, [, bytes]) => sum + bytes, 0);
  shown.value = 0;
  shown.setAttribute("aria-label", document.title);
  shown.style.cssText = "display:block;inline-size:60%;block-size:12px;margin:40vh auto 0";
  systemTimer.after(SHOWN_AFTER_MS, () => {
    if (!isStarted) document.getElementById("app")?.append(shown);
  });
  return (bytes) => {
    shown.value += bytes;
  };
}

/** Hold a lock until the function returned is called; null where it is held and not waited for. */
function held(name: string, ifAvailable: boolean): Promise<(() => void) | null> {
  return new Promise((got, refused) => {
    const hold = (lock: Lock | null) =>
      lock === null ? got(null) : new Promise<void>((free) => got(free));
    navigator.locks.request(name, { ifAvailable }, hold).catch(refused);
  });
}

function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_, late) => systemTimer.after(milliseconds, () => late(new Error("late")))),
  ]);
}

async function register(workers: ServiceWorkerContainer): Promise<void> {
  const { installing, waiting, active } = await workers.register("sw.js");
  if ((installing ?? waiting ?? active) === null) throw new Error("no worker");
}

function inCharge(workers: ServiceWorkerContainer): Promise<unknown> {
  if (workers.controller !== null) return Promise.resolve();
  return new Promise((go) => workers.addEventListener("controllerchange", go, { once: true }));
}

/** The page and this script lie in the browser's own cache, which is asked and not the network. */
async function keepOwn(cache: Cache): Promise<void> {
  for (const name of ["./", own]) {
    const answer = await fetch(name, { cache: "force-cache" });
    if (!answer.ok) throw new Error("not kept");
    await cache.put(name, answer);
  }
}

async function firstVisit(workers: ServiceWorkerContainer): Promise<void> {
  const cache = await caches.open(CACHE_PREFIX + __LOAD__.release);
  const store = new PackStore(cache);
  const wanted = [__LOAD__.first, ...language()];
  const heard = bar(wanted);
  const freeFirst = await held(FIRST_LOCK, false);
  const freeRest = await held(REST_LOCK, true);
  const stop = new AbortController();
  try {
    const registered = register(workers);
    const waiting = new Set(wanted);
    let isThere = (): void => undefined;
    const there = new Promise<void>((go) => {
      isThere = go;
    });
    const packs = freeRest === null ? wanted : [...wanted, ...behind];
    const stored = (pack: Pack): void => {
      waiting.delete(pack);
      if (waiting.size === 0) isThere();
    };
    const all = store.bring(packs, heard, stored, stop.signal);
    // Whatever fails before all is there ends this.
    await Promise.race([there, all.then(() => there), registered.then(() => there)]);
    void all.catch(() => workers.controller?.postMessage(REST_MESSAGE)).finally(() => freeRest?.());
    await keepOwn(cache);
    freeFirst?.();
    await within(REGISTERED_MS, registered);
    await within(CHARGE_MS, inCharge(workers));
    document.documentElement.dataset.visit = "first";
    await start();
  } catch (error) {
    stop.abort();
    freeFirst?.();
    freeRest?.();
    throw error;
  }
}

/** Bring what an earlier visit left out: the loader does, or, where files are checked, the worker. */
async function goOn(controller: ServiceWorker): Promise<void> {
  if (await caches.has(TRUST_CACHE)) return controller.postMessage(REST_MESSAGE);
  const store = new PackStore(await caches.open(CACHE_PREFIX + __LOAD__.release));
  const left = await Promise.all(behind.map((pack) => store.has(pack)));
  if (left.every(Boolean)) return;
  const free = await held(REST_LOCK, true);
  if (free === null) return;
  const bring = store.bring(
    behind,
    () => undefined,
    () => undefined,
  );
  await bring.catch(() => controller.postMessage(REST_MESSAGE)).finally(free);
}

async function begin(): Promise<void> {
  const workers = isSecureContext
    ? (navigator.serviceWorker as ServiceWorkerContainer | undefined)
    : undefined;
  const controller = workers?.controller ?? null;
  if (controller !== null) {
    await startPlainly();
    return goOn(controller);
  }
  // Where a worker is there and not in charge, the person has asked for the network's files.
  const isFirst = workers !== undefined && (await workers.getRegistration())?.active == null;
  if (!isFirst || (await caches.has(TRUST_CACHE))) return startPlainly();
  await firstVisit(workers);
}

void begin().catch(startPlainly);
