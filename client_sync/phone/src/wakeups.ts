/**
 * When to sync without being told: on a timer with jitter, when the network comes back, when the app
 * comes to the front, and when the service worker is woken by Background Sync.
 *
 * The timer's pace follows what is at stake: soon while something waits to be handed over, slower
 * while only the desk's word is missing, slowest when nothing is expected. Jitter keeps phones that
 * got their network back together from calling together.
 */

export interface Stake {
  /** Blobs without a receipt. */
  readonly waiting: number;
  /** Reports handed over of which the desk has not spoken. */
  readonly unspoken: number;
  /** When the first relay may be asked again; 0 for now. */
  readonly retryAtSeconds: number;
}

const WAITING_SECONDS = 20;
const UNSPOKEN_SECONDS = 60;
const IDLE_SECONDS = 900;
/** Coming to the front is no reason to ask again at once. */
export const FRESH_SECONDS = 15;

/** When to sync next; `unit` in [0, 1) is the jitter. */
export function nextSync(stake: Stake, nowSeconds: number, unit: number): number {
  const pace =
    stake.waiting > 0 ? WAITING_SECONDS : stake.unspoken > 0 ? UNSPOKEN_SECONDS : IDLE_SECONDS;
  return Math.max(nowSeconds + pace * (0.5 + unit), stake.retryAtSeconds);
}
