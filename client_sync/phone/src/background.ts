/**
 * One sync without a page: the service worker runs it when the network is back and no window is open.
 *
 * Only a vault that is bound to the device can be opened without a person; with a passphrase the
 * reports wait until the app is opened.
 */
import { systemClock, systemTimer, type Timer } from "./clock.ts";
import { randomBytes } from "./envelope/entropy.ts";
import { VaultError } from "./errors.ts";
import { networkName } from "./network.ts";
import { findStamp } from "./sealer.ts";
import { Session } from "./session.ts";
import { Runner } from "./sync/runner.ts";
import { SYNC_LOCK } from "./tabs.ts";
import type { Transport } from "./transports/base.ts";
import { relayHttp } from "./transports/relay_http.ts";

/** States of blobs for which nobody has signed. */
const UNSIGNED: readonly string[] = ["queued", "in_flight", "in_doubt"];

export interface BackgroundParts {
  readonly factory: IDBFactory;
  /** The relay by HTTPS unless a test brings its own. */
  readonly transport?: Transport;
  readonly timer?: Timer;
  readonly network?: () => string;
  readonly ifFree: <T>(name: string, action: () => Promise<T>) => Promise<T | null>;
  /** Tell the pages that something is on disk. */
  readonly committed: () => void;
}

/** Run one sync; true when nothing is left that waits for a receipt. */
export async function syncInBackground(parts: BackgroundParts): Promise<boolean> {
  const { factory, transport = relayHttp, ifFree, committed } = parts;
  const derive = () => Promise.reject(new VaultError("locked"));
  const session = await Session.open({ factory, derive, committed });
  try {
    if (session.locked()) return true;
    const runner = new Runner({
      session,
      transport,
      sealer: { stamp: findStamp },
      clock: systemClock,
      timer: parts.timer ?? systemTimer,
      network: parts.network ?? networkName,
      entropy: randomBytes,
      heardDay: () => undefined,
    });
    // The browser says that there is a network again, and spaces its own tries: pauses from the time
    // without one do not count, or a window of thirty seconds would pass unused.
    await ifFree(SYNC_LOCK, () => runner.run(true));
    return ![...session.held().rows.values()].some((row) => UNSIGNED.includes(row.state));
  } finally {
    session.close();
  }
}
