/** The service worker: events only; what they do has a name in `sw/strategies.ts`. */
import { syncInBackground } from "./background.ts";
import {
  type AppFile,
  appFileFor,
  dropOtherReleases,
  fromStore,
  SYNC_TAG,
  storeRelease,
  syncSomewhere,
} from "./sw/strategies.ts";
import { ifFree, openChannel } from "./tabs.ts";
import { relayHttp } from "./transports/relay_http.ts";

declare const self: ServiceWorkerGlobalScope;
/** Written by tools/build_phone.mjs. */
declare const __PRECACHE__: readonly AppFile[];
declare const __RELEASE__: string;

/** Background Sync is not in every browser, nor in TypeScript's list of what is. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const channel = openChannel();
const release = { name: __RELEASE__, files: __PRECACHE__ };

self.addEventListener("install", (event) => {
  event.waitUntil(storeRelease(release));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOtherReleases(release).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = appFileFor(event.request, self.registration.scope, release);
  if (url !== undefined) event.respondWith(fromStore(url, event.request, release));
});

self.addEventListener("sync", (event) => {
  const woken = event as SyncEvent;
  const committed = () => channel?.postMessage("changed");
  const parts = { factory: indexedDB, transport: relayHttp, ifFree, committed };
  const withoutPage = () => syncInBackground(parts);
  if (woken.tag === SYNC_TAG) woken.waitUntil(syncSomewhere(self.clients, withoutPage));
});
