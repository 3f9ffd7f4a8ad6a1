/**
 * What the service worker does, by name.
 *
 * The app is a fixed list of files with their hashes in it, all of them stored before the worker
 * counts as installed: the app then opens without a network, whole or not at all. Nothing else is
 * ever stored: reports, receipts and replies travel by POST to a relay and pass this worker by.
 */

export interface AppFile {
  readonly url: string;
  readonly revision: string;
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
const HASHED = /-[0-9A-Z]{8}\.(?:js|css)$/;

/**
 * Store every file of the release; one failure fails all. What the page has just loaded is taken
 * from the browser's own cache, so that a first visit over a thin link loads nothing twice.
 */
export async function storeRelease(release: Release): Promise<void> {
  const cache = await caches.open(cacheName(release));
  const requests = release.files.map(
    ({ url }) => new Request(url, { cache: HASHED.test(url) ? "default" : "reload" }),
  );
  await cache.addAll(requests);
}

/** Remove the files of other releases, once this one is in charge. */
export async function dropOtherReleases(release: Release): Promise<void> {
  const names = await caches.keys();
  const others = names.filter(
    (name) => name.startsWith(CACHE_PREFIX) && name !== cacheName(release),
  );
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The stored file that answers a request; undefined for everything that is none of the app's. */
export function appFileFor(request: Request, scope: string, release: Release): string | undefined {
  if (request.method !== "GET" || !request.url.startsWith(scope)) return undefined;
  const [path = ""] = request.url.slice(scope.length).split(/[?#]/);
  if (request.mode === "navigate" && path === "") return "./";
  return release.files.find(({ url }) => url === path)?.url;
}

/** Answer from the store; from the network only if the browser evicted the file. */
export async function fromStore(
  url: string,
  request: Request,
  release: Release,
): Promise<Response> {
  const cache = await caches.open(cacheName(release));
  return (await cache.match(url)) ?? fetch(request);
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
