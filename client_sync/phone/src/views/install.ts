/** The browser's offer to put the app on the home screen, kept until the person asks for it. */

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

let offer: InstallEvent | null = null;

/** Keep the browser's offer; call once, before it can come. */
export function awaitInstallOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event as InstallEvent;
  });
}

/** Tell whether the app runs from the home screen. */
export function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches;
}

/** Tell whether the browser offered it. */
export function canInstall(): boolean {
  return offer !== null;
}

/** Take up the offer; it can be taken once. */
export async function install(): Promise<void> {
  const taken = offer;
  offer = null;
  await taken?.prompt();
}
