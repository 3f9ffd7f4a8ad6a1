/**
 * When to sync without being told: on a timer, when the network comes back, when the app comes to the
 * front, and when the service worker is woken by Background Sync or its periodic kind.
 *
 * Theory of operation. While something waits to be handed over the timer's pace is quick, and while a
 * person looks at the app it is when only the desk's word is missing; both are spread by chance, so
 * that phones that got their network back together do not call together. Otherwise pauses are drawn
 * from an exponential distribution. It has no memory: whoever watches the line learns nothing from the
 * time of one poll about the next, and the pace is the same whether a report was sent before or not.
 *
 * Spec: docs/spec/engine.md section 5
 */

export interface Stake {
  /** Blobs without a receipt. */
  readonly waiting: number;
  /** Reports handed over of which the desk has not spoken. */
  readonly unspoken: number;
  /** When the first relay may be asked again; 0 for now. */
  readonly retryAtSeconds: number;
  /** A person looks at the app. */
  readonly isInFront: boolean;
}

const WAITING_SECONDS = 20;
const UNSPOKEN_SECONDS = 60;
/** The mean. */
const IDLE_SECONDS = 900;
/** Coming to the front is no reason to ask again at once. */
export const FRESH_SECONDS = 15;

function pauseSeconds({ waiting, unspoken, isInFront }: Stake, unit: number): number {
  if (waiting > 0) return WAITING_SECONDS * (0.5 + unit);
  if (unspoken > 0 && isInFront) return UNSPOKEN_SECONDS * (0.5 + unit);
  return -Math.log(1 - unit) * IDLE_SECONDS;
}

/** When to sync next; `unit` in [0, 1) is the chance. */
export function nextSync(stake: Stake, nowSeconds: number, unit: number): number {
  return Math.max(nowSeconds + pauseSeconds(stake, unit), stake.retryAtSeconds);
}
