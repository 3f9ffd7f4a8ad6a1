/**
 * Watches while the app is open: blank when it is left, locked after a while, erased by the gesture.
 *
 * Theory of operation. The phone takes the picture for its list of apps when a page is hidden, so the
 * page is made blank at that moment and at no other. Timers sleep with the phone, so what counts on
 * coming back is the clock. The gesture is listened for on the heading of every page, locked ones too,
 * only when the person turned it on.
 */
import type { App } from "../app.ts";
import { systemClock, systemTimer } from "../clock.ts";
import { isPanic, tapsAfter } from "../panic.ts";

const MINUTE_SECONDS = 60;
/** A camera or a list of files covers the app for a moment; leaving it for longer is leaving. */
const COVERED_SECONDS = 20;

function veil(isOn: boolean): void {
  document.documentElement.toggleAttribute("data-veiled", isOn);
}

/** Begin to watch. */
export function watchOver(app: App): void {
  const watch = new Watch(app);
  watch.start();
}

class Watch {
  readonly #app: App;
  #touchedSeconds = systemClock.nowSeconds();
  #hiddenSeconds: number | null = null;
  #taps: readonly number[] = [];
  #callOff: () => void = () => undefined;

  constructor(app: App) {
    this.#app = app;
  }

  start(): void {
    document.addEventListener("visibilitychange", () => this.#turn());
    addEventListener("pagehide", () => veil(true));
    addEventListener("pageshow", () => veil(document.visibilityState === "hidden"));
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(name, () => this.#touched(), { capture: true, passive: true });
    }
    addEventListener("pointerdown", (event) => this.#tapped(event), { capture: true });
    this.#touched();
  }

  #turn(): void {
    if (document.visibilityState === "hidden") {
      veil(true);
      this.#hiddenSeconds = systemClock.nowSeconds();
      this.#wait();
      return;
    }
    this.#lockIfDue();
    this.#hiddenSeconds = null;
    this.#touched();
    veil(false);
  }

  #touched(): void {
    this.#touchedSeconds = systemClock.nowSeconds();
    this.#wait();
  }

  /** Seconds from now until the app locks, or null. */
  #dueSeconds(): number | null {
    const { lockAfterMinutes, locksOnHide } = this.#app.guardSettings();
    const now = systemClock.nowSeconds();
    const due: number[] = [];
    if (lockAfterMinutes > 0) due.push(this.#touchedSeconds + lockAfterMinutes * MINUTE_SECONDS);
    if (locksOnHide && this.#hiddenSeconds !== null) {
      due.push(this.#hiddenSeconds + COVERED_SECONDS);
    }
    return due.length === 0 ? null : Math.min(...due) - now;
  }

  #wait(): void {
    this.#callOff();
    const seconds = this.#dueSeconds();
    if (seconds === null) return;
    const later = Math.max(1, seconds) * 1000;
    this.#callOff = systemTimer.after(later, () => this.#lockIfDue());
  }

  #lockIfDue(): void {
    const seconds = this.#dueSeconds();
    if (seconds !== null && seconds <= 0) this.#app.lock();
    else this.#wait();
  }

  #tapped(event: PointerEvent): void {
    const isHeading = event.target instanceof Element && event.target.closest("h1") !== null;
    if (!isHeading || !this.#app.guardSettings().panics) return;
    this.#taps = tapsAfter(this.#taps, systemTimer.elapsedMs());
    if (!isPanic(this.#taps)) return;
    this.#taps = [];
    void this.#app.panic();
  }
}
