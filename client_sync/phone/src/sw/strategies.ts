/**
 * What the service worker does, by name.
 *
 * Theory of operation. The app is a fixed list of files with their hashes in their names. Those that
 * the app cannot open without are stored before the worker counts as installed: it then opens
 * without a network, whole or not at all. What else must be there without a network comes with them, or,
 * on a first visit, while the page stands already (`loader.ts`). On a thin link every byte counts, so the
 * rest comes later: a language once it is spoken, the code reader and the icons when there is time. What an earlier
 * release had stored is stored of the new one too, before it takes over. Where a desk stands for a release
 * no other is stored, and no file that is not of it (`checked.ts`). Nothing else is ever stored:
 * reports, receipts and replies travel by POST to a relay and pass this worker by.
 */

import { systemTimer } from "../clock.ts";
import { CACHE_PREFIX, FIRST_LOCK, REST_LOCK, type REST_MESSAGE } from "../load/stored.ts";
import { ifFree, SYNC_LOCK, whenFree } from "../tabs.ts";
import { type Hashes, hashesInstalled, hashesToInstall, signedFile } from "./checked.ts";

export interface AppFile {
  readonly url: string;
  /**
   * `install`: the app does not open without it; `rest`: what else writes, seals and queues; `after`: what
   * else must be there without a network; `later`: when there is time; `spoken`: a language.
   */
  readonly keep: "install" | "rest" | "after" | "later" | "spoken";
}

/** What comes at once behind what the first page needs. */
const isRest = ({ keep }: AppFile): boolean => keep === "rest" || keep === "after";

export interface Release {
  readonly name: string;
  readonly files: readonly AppFile[];
}

export const SYNC_TAG = "tocsin-sync";

function cacheName(release: Release): string {
  return CACHE_PREFIX + release.name;
}

/** 100 KB, more than the largest file, on 16 kbit/s. */
const TRY_MS = 60_000;

/** A name with its content's hash in it: what the browser's own cache holds of it is right. */
const HASHED = /-[0-9A-Z]{8}(?=\.[a-z]+$)/;

const PART = /^chunk-/;

/** What a file is for, whatever its content: the name without the hash. */
function roleOf(url: string): string {
  return url.replace(HASHED, "");
}

/** Fetch a file whole, or fail when it is not there in time. */
async function fetchedInTime(url: string, cache: RequestCache): Promise<Response> {
  const breakOff = new AbortController();
  const callOff = systemTimer.after(TRY_MS, () => breakOff.abort());
  try {
    const answer = await fetch(url, { cache, signal: breakOff.signal });
    // Its body, too, must come in time.
    await answer.clone().arrayBuffer();
    return answer;
  } finally {
    callOff();
  }
}

/**
 * Fetch a file, and again when a connection breaks or falls silent. What a page has just loaded is taken
 * from the browser's own cache, so that a first visit loads nothing twice; a name without a hash is
 * asked for again, which costs a short answer when nothing changed.
 */
async function fetched(url: string, hashes: Hashes | null): Promise<Response> {
  // The same file of an earlier release has the same name.
  const kept = HASHED.test(url) ? await caches.match(url) : undefined;
  const same = kept && (await signedFile(url, kept, hashes).catch(() => undefined));
  if (same) return same;
  const fresh = HASHED.test(url) ? "reload" : "no-cache";
  const tries: RequestCache[] = [HASHED.test(url) ? "default" : fresh, fresh, fresh];
  let problem: unknown;
  for (const cache of tries) {
    try {
      return await signedFile(url, await fetchedInTime(url, cache), hashes);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/** Store files, each as it comes: one that fails does not undo the others. */
async function storeFiles(
  cache: Cache,
  urls: readonly string[],
  hashes: Hashes | null,
): Promise<void> {
  const all = urls.map(async (url) => cache.put(url, await fetched(url, hashes)));
  await Promise.allSettled(all);
  await Promise.all(all);
}

/** What files of earlier releases were for. */
async function rolesStored(scope: string): Promise<Set<string>> {
  const roles = new Set<string>();
  for (const name of await caches.keys()) {
    if (!name.startsWith(CACHE_PREFIX)) continue;
    const stored = await (await caches.open(name)).keys();
    for (const { url } of stored) roles.add(roleOf(url.slice(scope.length)));
  }
  return roles;
}

/** Of these files those that are stored; where there are hashes, only those that have them. */
async function filesStored(
  cache: Cache,
  urls: readonly string[],
  hashes: Hashes | null,
): Promise<Set<string>> {
  const stored = new Set<string>();
  for (const url of urls) {
    const answer = await cache.match(url);
    if (answer === undefined) continue;
    const isRight = signedFile(url, answer, hashes).then(
      () => true,
      () => false,
    );
    if (await isRight) stored.add(url);
  }
  return stored;
}

/**
 * Store what the app must have without a network, and what was stored of an earlier release. Where the
 * loader of a page brings files (`loader.ts`), what it brings first is waited for, and the rest is left to
 * it. What was stored before something failed is kept for the next try.
 *
 * Tells whether this release was stored before.
 */
export async function storeRelease(release: Release, scope: string): Promise<boolean> {
  await whenFree(FIRST_LOCK, () => Promise.resolve());
  const isBrought = (await ifFree(REST_LOCK, () => Promise.resolve(true))) === null;
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX));
  const isUpdate = names.some((name) => name !== cacheName(release));
  const roles = await rolesStored(scope);
  const cache = await caches.open(cacheName(release));
  const isKept = ({ url }: AppFile) => roles.has(roleOf(url));
  // Parts without a name of their own come with those that have one: all of them or none.
  const named = release.files.filter(({ url, keep }) => keep === "later" && !PART.test(url));
  const keepsLater = named.every(isKept);
  const isWanted = (file: AppFile): boolean => {
    if (file.keep === "install") return true;
    if (isRest(file)) return isUpdate || !isBrought;
    return file.keep === "later" ? keepsLater : isKept(file);
  };
  const wanted = release.files.filter(isWanted).map(({ url }) => url);
  const hashes = await hashesToInstall(cache);
  const stored = await filesStored(cache, wanted, hashes);
  const missing = wanted.filter((url) => !stored.has(url));
  await storeFiles(cache, missing, hashes);
  return missing.length === 0;
}

/** What a page asks to be stored: what it has loaded, the rest of what must be there, or all there is. */
export type More = readonly string[] | typeof REST_MESSAGE | null;

/**
 * Store what is not stored yet of what a page asks for, one file after the other. What fails now is
 * tried another time.
 */
export async function storeMore(release: Release, scope: string, more: More): Promise<void> {
  const cache = await caches.open(cacheName(release));
  const loaded = new Set(Array.isArray(more) ? more.map((url) => url.slice(scope.length)) : []);
  const isAsked = (file: AppFile): boolean => {
    if (Array.isArray(more)) return loaded.has(file.url);
    return isRest(file) || (file.keep === "later" && more === null);
  };
  const store = async (): Promise<void> => {
    for (const { url } of release.files.filter(isAsked)) {
      // What is only wanted once must not get in the way of a report.
      if (more === null) await whenFree(SYNC_LOCK, () => Promise.resolve());
      const isStored = (await cache.match(url)) !== undefined;
      if (!isStored) await storeFiles(cache, [url], await hashesInstalled(cache));
    }
  };
  // Not while a page brings the same files.
  await (Array.isArray(more) ? store() : whenFree(REST_LOCK, store));
}

/** Remove the files of other releases, once this one is in charge. */
export async function dropOtherReleases(release: Release): Promise<void> {
  const names = await caches.keys();
  const others = names.filter(
    (name) => name.startsWith(CACHE_PREFIX) && name !== cacheName(release),
  );
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The app's file that a request asks for; undefined for everything that is none of the app's. */
export function appFileFor(request: Request, scope: string, release: Release): string | undefined {
  if (request.method !== "GET" || !request.url.startsWith(scope)) return undefined;
  const [path = ""] = request.url.slice(scope.length).split(/[?#]/);
  if (request.mode === "navigate" && path === "") return "./";
  return release.files.find(({ url }) => url === path)?.url;
}

/** Answer from the store; what is not stored yet, or was evicted, from the network, and keep it. */
export async function fromStore(
  url: string,
  request: Request,
  release: Release,
): Promise<Response> {
  const cache = await caches.open(cacheName(release));
  const stored = await cache.match(url);
  if (stored !== undefined) return stored;
  const asked = await fetch(request);
  const answer = asked.ok ? await signedFile(url, asked, await hashesInstalled(cache)) : asked;
  // A name with a hash is always the same file; a full phone shows it and does not keep it.
  if (answer.ok && HASHED.test(url)) await cache.put(url, answer.clone()).catch(() => undefined);
  return answer;
}

/** The open pages of the app, as the browser's `Clients` gives them. */
export interface Pages {
  matchAll(options: { type: "window" }): Promise<readonly { postMessage(message: string): void }[]>;
}

/**
 * There is a network again. Open pages hold the vault and do the sync; where there is none, it is done
 * here. A rejection tells the browser to wake us again later.
 */
export async function syncSomewhere(
  clients: Pages,
  withoutPage: () => Promise<boolean>,
): Promise<void> {
  const pages = await clients.matchAll({ type: "window" });
  for (const page of pages) page.postMessage(SYNC_TAG);
  if (pages.length === 0 && !(await withoutPage())) throw new Error("something still waits");
}
