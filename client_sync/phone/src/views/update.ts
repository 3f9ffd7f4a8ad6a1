/** Tells when the service worker has stored a newer version of the app. */
import { t } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { notice } from "./parts.ts";

let isNewerReady = false;

/** Call `onNewer` when a newer version is ready; where there is no service worker, never. */
export async function awaitNewer(onNewer: () => void): Promise<void> {
  // A page opened from a file has none, or may not even ask.
  const hasNone = origin === "null" || !("serviceWorker" in navigator);
  const registration = hasNone ? undefined : await navigator.serviceWorker.ready;
  registration?.addEventListener("updatefound", () => {
    const arriving = registration.installing;
    arriving?.addEventListener("statechange", () => {
      // The same release under another name is not newer: see `startServiceWorker`.
      const isOther = arriving.scriptURL !== registration.active?.scriptURL;
      if (arriving.state !== "installed" || isOther) return;
      isNewerReady = true;
      onNewer();
    });
  });
}

/** The notice that a newer version is ready, or nothing. */
export function updateNotice(): Child {
  return (
    isNewerReady &&
    notice(
      "calm",
      el(
        "p",
        {},
        t("A newer version of this app is ready. Close the app and open it again to use it."),
      ),
    )
  );
}
