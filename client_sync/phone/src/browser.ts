/**
 * The seams between the app and the browser it runs in.
 *
 * `Platform` names everything that the core asks of its surroundings; `browserPlatform` is the real
 * one. Tests give their own: a fake network, a clock that they turn, an in-memory database.
 */
import { type Clock, systemClock, systemTimer, type Timer } from "./clock.ts";
import { type Entropy, randomBytes } from "./envelope/entropy.ts";
import { REST_LOCK } from "./load/stored.ts";
import { networkName } from "./network.ts";
import type { Sealer } from "./sealer.ts";
import { ifFree, openChannel, SYNC_LOCK, whenFree } from "./tabs.ts";
import type { Transport } from "./transports/base.ts";
import { relayHttp } from "./transports/relay_http.ts";
import { startSealer } from "./worker_sealer.ts";

const SYNC_TAG = "tocsin-sync";

/**
 * Where the app was opened from: a web site; a file that a person copied; or such a file in a browser
 * that lets it keep nothing.
 */
export type Origin = "site" | "file" | "file-unkept";

export interface Releases {
  /** SHA-256 of the release that runs, when it is whole; null where it cannot be told. */
  ownRelease(): Promise<string | null>;
  /** Remember a release that the desk stands for; the record of all such, the newest first. */
  trustRelease(release: string): Promise<readonly string[]>;
  /** Tell whether a file has this SHA-256. */
  isFile(file: Blob, digest: string): Promise<boolean>;
}

export interface Surroundings {
  origin(): Origin;
  online(): boolean;
  /** Names the network that the phone is on, as far as a browser tells. */
  network(): string;
  /** A person looks at the app. */
  inFront(): boolean;
  /**
   * Call `wake` when it is a good moment to sync, and say whether the network has just come back;
   * returns the function that ends it.
   */
  onWake(wake: (isNetworkBack: boolean) => void): () => void;
  /** Ask to be woken once there is a network, even when the app is closed by then. */
  wakeWhenOnline(): void;
  /** Run `action` while no other tab holds `name`; null when one does. */
  ifFree<T>(name: string, action: () => Promise<T>): Promise<T | null>;
  /** Run `action` once no other tab holds `name`. */
  whenFree<T>(name: string, action: () => Promise<T>): Promise<T>;
  /** Tell other tabs that something is on disk, and hear it from them. */
  tellPeers(): void;
  onPeers(listener: () => void): () => void;
  /** Loaded when a desk names a release: before that there is nothing to compare with. */
  releases(): Promise<Releases>;
  storage(): Promise<{ persistent: boolean; usedBytes: number; quotaBytes: number }>;
  askPersistent(): Promise<boolean>;
  /** Remove cached files of the app and its service worker. */
  eraseCaches(): Promise<void>;
  setTimer(action: () => void, seconds: number): () => void;
}

export interface Platform {
  readonly factory: IDBFactory;
  readonly transport: Transport;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly entropy: Entropy;
  readonly surroundings: Surroundings;
}

/** Neither Background Sync nor its periodic kind is in every browser, nor in TypeScript's list. */
interface SyncManager {
  register(tag: string, options?: { readonly minInterval: number }): Promise<void>;
}

/** The browser takes it as a wish: it wakes an installed app as often as it is used. */
const PERIOD_MS = 12 * 3600 * 1000;

/** A page opened from a file has no origin of its own, or one that it shares with all files. */
const isCopied = (): boolean => origin === "null" || !location.protocol.startsWith("http");

/** None for a page opened from a file; some browsers throw when such a page only asks. */
function serviceWorker(): ServiceWorkerContainer | undefined {
  return !isCopied() && "serviceWorker" in navigator ? navigator.serviceWorker : undefined;
}

async function registerSync(): Promise<void> {
  const workers = serviceWorker();
  if (workers === undefined || !("SyncManager" in globalThis)) return;
  // On a first visit the small worker is there still: what the other one asks the network for would
  // get in the way of the report.
  if (!isFirstVisit(workers)) await registerSyncing(workers).catch(() => undefined);
  const { sync } = ((await workers.getRegistration()) ?? {}) as { sync?: SyncManager };
  // Refused where the person forbids background work; the timer and `online` remain.
  await sync?.register(SYNC_TAG).catch(() => undefined);
}

function listen(
  target: EventTarget | undefined,
  name: string,
  listener: (event: Event) => void,
): () => void {
  target?.addEventListener(name, listener);
  return () => target?.removeEventListener(name, listener);
}

function inFront(): boolean {
  return document.visibilityState === "visible";
}

function onWake(wake: (isNetworkBack: boolean) => void): () => void {
  const ends = [
    listen(globalThis, "online", () => wake(true)),
    listen(document, "visibilitychange", () => {
      if (inFront()) wake(false);
    }),
    listen(serviceWorker(), "message", (event) => {
      if ((event as MessageEvent<unknown>).data === SYNC_TAG) wake(true);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

async function storageNow(): Promise<{
  persistent: boolean;
  usedBytes: number;
  quotaBytes: number;
}> {
  const manager = navigator.storage as StorageManager | undefined;
  // Refused to pages that may keep nothing.
  const [persistent, estimate] = await Promise.all([
    manager?.persisted().catch(() => false),
    manager?.estimate().catch(() => undefined),
  ]);
  return {
    persistent: persistent ?? false,
    usedBytes: estimate?.usage ?? 0,
    quotaBytes: estimate?.quota ?? 0,
  };
}

async function eraseCaches(): Promise<void> {
  if (!isCopied() && "caches" in globalThis) {
    for (const name of await caches.keys()) await caches.delete(name);
  }
  for (const registration of (await serviceWorker()?.getRegistrations()) ?? []) {
    await registration.unregister();
  }
}

function browserSurroundings(origin: Origin): Surroundings {
  const channel = openChannel();
  return {
    origin: () => origin,
    online: () => navigator.onLine,
    network: networkName,
    inFront,
    onWake,
    wakeWhenOnline: () => void registerSync(),
    ifFree,
    whenFree,
    tellPeers: () => channel?.postMessage("changed"),
    onPeers: (listener) => listen(channel, "message", listener),
    releases: () => import("./own_release.ts"),
    storage: storageNow,
    askPersistent: () => navigator.storage?.persist?.() ?? Promise.resolve(false),
    eraseCaches,
    setTimer: (action, seconds) => {
      const timer = setTimeout(action, seconds * 1000);
      return () => clearTimeout(timer);
    },
  };
}

/** After the first page is drawn and the first report may be on its way. */
const REST_MS = 60_000;

/** The page was not loaded from the phone's own store; the loader says so where it has filled it since. */
function isFirstVisit(workers: ServiceWorkerContainer): boolean {
  return workers.controller === null || document.documentElement.dataset.visit === "first";
}

/** Where there is Background Sync, the worker that syncs without a page. */
function registerSyncing(workers: ServiceWorkerContainer): Promise<unknown> {
  return workers.register("sw-sync.js", { type: "module" });
}

/**
 * Start the service worker, which makes the app open without a network, and tell it what this page
 * loaded before it was there. On a first visit it is the small one: the one that syncs without a page
 * asks the network about every file it shares with the page, and takes over when there is time.
 */
async function startServiceWorker(): Promise<void> {
  const workers = serviceWorker();
  if (workers === undefined) return;
  const syncs = "SyncManager" in globalThis;
  const isFirst = isFirstVisit(workers);
  await (syncs && !isFirst ? registerSyncing(workers) : workers.register("sw.js"));
  const { active } = await workers.ready;
  active?.postMessage(performance.getEntriesByType("resource").map(({ name }) => name));
  setTimeout(() => void laterOn(workers, syncs && isFirst).catch(() => undefined), REST_MS);
}

async function laterOn(workers: ServiceWorkerContainer, becomesSyncing: boolean): Promise<void> {
  const { active, periodicSync } = (await workers.ready) as ServiceWorkerRegistration & {
    readonly periodicSync?: SyncManager;
  };
  active?.postMessage(null);
  // What is needed sooner may still be on its way, and a report goes first.
  for (const name of [REST_LOCK, SYNC_LOCK]) await whenFree(name, () => Promise.resolve());
  if (becomesSyncing) await registerSyncing(workers);
  // Refused to apps that are not on the home screen.
  await periodicSync?.register(SYNC_TAG, { minInterval: PERIOD_MS });
}

/** The browser as it is. */
export async function browserPlatform(): Promise<Platform> {
  // Refused in private windows of some browsers: the app works there while it is open.
  void startServiceWorker().catch(() => undefined);
  const { origin, factory } = isCopied()
    ? await (await import("./copied_file.ts")).keepingHere()
    : { origin: "site" as const, factory: indexedDB };
  return {
    factory,
    transport: relayHttp,
    sealer: startSealer(origin === "site"),
    clock: systemClock,
    timer: systemTimer,
    entropy: randomBytes,
    surroundings: browserSurroundings(origin),
  };
}
