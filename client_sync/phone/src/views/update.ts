/** Keeps the app's files on the phone by the service worker, and tells when newer ones have come. */
import { t } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { notice } from "./parts.ts";

let isNewerReady = false;

/** Let the app open without a network; `onNewer` is called when a newer version is ready. */
export async function keepFiles(onNewer: () => void): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register("sw.js");
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      const isUpdate = navigator.serviceWorker.controller !== null;
      worker?.addEventListener("statechange", () => {
        if (!isUpdate || worker.state !== "installed") return;
        isNewerReady = true;
        onNewer();
      });
    });
  } catch {
    // Private windows refuse it: the app works as long as the tab is open, and settings say so.
  }
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
