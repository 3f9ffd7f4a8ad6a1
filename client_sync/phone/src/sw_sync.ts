/**
 * The service worker of browsers that have Background Sync: a module, so that it loads the same files as
 * the page and nothing comes over the line twice.
 */
import { syncInBackground } from "./background.ts";
import { SYNC_TAG, syncSomewhere } from "./sw/strategies.ts";
import "./sw.ts";
import { ifFree, openChannel } from "./tabs.ts";

declare const self: ServiceWorkerGlobalScope;

/** Neither is in every browser, nor in TypeScript's list of what is. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const channel = openChannel();

function wake(event: Event): void {
  const woken = event as SyncEvent;
  const committed = () => channel?.postMessage("changed");
  const withoutPage = () => syncInBackground({ factory: indexedDB, ifFree, committed });
  if (woken.tag === SYNC_TAG) woken.waitUntil(syncSomewhere(self.clients, withoutPage));
}

self.addEventListener("sync", wake);
self.addEventListener("periodicsync", wake);
