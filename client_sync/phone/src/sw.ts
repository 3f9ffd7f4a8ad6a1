/**
 * The service worker: events only; what they do has a name in `sw/strategies.ts`.
 *
 * This is all of it for browsers without Background Sync. Where there is one, `sw_sync.ts` adds the
 * sync without a page.
 */
import {
  type AppFile,
  appFileFor,
  dropOtherReleases,
  fromStore,
  type More,
  storeMore,
  storeRelease,
} from "./sw/strategies.ts";

declare const self: ServiceWorkerGlobalScope;
/** Written by tools/build_phone.mjs. */
declare const __FILES__: Readonly<Record<AppFile["keep"], readonly string[]>>;
declare const __RELEASE__: string;

const tiers = Object.entries(__FILES__) as [AppFile["keep"], readonly string[]][];
const files = tiers.flatMap(([keep, urls]) => urls.map((url): AppFile => ({ url, keep })));
const release = { name: __RELEASE__, files };

self.addEventListener("install", (event) => {
  // Where all is stored already it is the same release under its other name, which may take over.
  const stored = storeRelease(release, self.registration.scope);
  event.waitUntil(stored.then((isKnown) => (isKnown ? self.skipWaiting() : undefined)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOtherReleases(release).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = appFileFor(event.request, self.registration.scope, release);
  if (url !== undefined) event.respondWith(fromStore(url, event.request, release));
});

// A page says what it has loaded (a list of addresses), that the rest is missing, or that there is time (null).
self.addEventListener("message", (event) => {
  const more = event.data as More;
  event.waitUntil(storeMore(release, self.registration.scope, more).catch(() => undefined));
});
