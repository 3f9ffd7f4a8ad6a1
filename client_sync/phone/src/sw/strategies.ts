/**
 * What the service worker does, by name.
 *
 * Theory of operation. The app is a fixed list of files with their hashes in their names. Those that
 * the app cannot open without are stored before the worker counts as installed: it then opens
 * without a network, whole or not at all. On a thin link every byte counts, so the rest comes later:
 * a language once it is spoken, the code reader and the icons when there is time. What an earlier
 * release had stored is stored of the new one too, before it takes over. Where a desk stands for a release
 * no other is stored, and no file that is not of it (`checked.ts`). Nothing else is ever stored:
 * reports, receipts and replies travel by POST to a relay and pass this worker by.
 */

import { type Hashes, hashesInstalled, hashesToInstall, signedFile } from "./checked.ts";

export interface AppFile {
  readonly url: string;
  /** `install`: the app does not open without it; `later`: when there is time; `spoken`: a language. */
  readonly keep: "install" | "later" | "spoken";
}

export interface Release {
  readonly name: string;
  readonly files: readonly AppFile[];
}

const CACHE_PREFIX = "tocsin-app-";
export const SYNC_TAG = "tocsin-sync";

function cacheName(release: Release): string {
  return CACHE_PREFIX + release.name;
}

/** A name with its content's hash in it: what the browser's own cache holds of it is right. */
const HASHED = /-[0-9A-Z]{8}(?=\.[a-z]+$)/;

const PART = /^chunk-/;

/** What a file is for, whatever its content: the name without the hash. */
function roleOf(url: string): string {
  return url.replace(HASHED, "");
}

/**
 * Store files. What the page has just loaded is taken from the browser's own cache, so that a first
 * visit over a thin link loads nothing twice; a name without a hash is asked for again, which costs
 * a short answer when nothing changed.
 */
async function storeFiles(
  cache: Cache,
  urls: readonly string[],
  hashes: Hashes | null,
): Promise<void> {
  await Promise.all(
    urls.map(async (url) => {
      const answer = await fetch(url, { cache: HASHED.test(url) ? "default" : "no-cache" });
      await cache.put(url, await signedFile(url, answer, hashes));
    }),
  );
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

/**
 * Store what the app needs to open, and what was stored of an earlier release; one failure fails all.
 *
 * Tells whether this release was stored before.
 */
export async function storeRelease(release: Release, scope: string): Promise<boolean> {
  const roles = await rolesStored(scope);
  const cache = await caches.open(cacheName(release));
  const stored = new Set((await cache.keys()).map(({ url }) => url.slice(scope.length) || "./"));
  const isKept = ({ url }: AppFile) => roles.has(roleOf(url));
  // Parts without a name of their own come with those that have one: all of them or none.
  const named = release.files.filter(({ url, keep }) => keep === "later" && !PART.test(url));
  const keepsLater = named.every(isKept);
  const wanted = release.files.filter(
    (file) => file.keep === "install" || (file.keep === "later" ? keepsLater : isKept(file)),
  );
  const missing = wanted.map(({ url }) => url).filter((url) => !stored.has(url));
  await storeFiles(cache, missing, await hashesToInstall(cache));
  return missing.length === 0;
}

/**
 * Store what is not stored yet: of `urls` (what a page has loaded), or else whatever may be wanted
 * once, one file after the other. What fails now is tried another time.
 */
export async function storeMore(
  release: Release,
  scope: string,
  urls: readonly string[] | null,
): Promise<void> {
  const cache = await caches.open(cacheName(release));
  const loaded = new Set(urls?.map((url) => url.slice(scope.length)));
  const wanted = release.files.filter(({ url, keep }) =>
    urls === null ? keep === "later" : loaded.has(url),
  );
  for (const { url } of wanted) {
    const isStored = (await cache.match(url)) !== undefined;
    if (!isStored) await storeFiles(cache, [url], await hashesInstalled(cache));
  }
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
