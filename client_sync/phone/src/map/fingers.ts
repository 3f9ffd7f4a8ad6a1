/**
 * What fingers on the map mean: one drags, two draw apart or together, a short touch presses. Pure.
 */
import { moved, type Pixel, type Window, zoomed } from "./window.ts";

/** A touch that moves less is a press: about a millimetre and a half. */
const STILL_PIXELS = 9;

export class Fingers {
  readonly #at = new Map<number, Pixel>();
  #farthest = 0;
  #first: Pixel = [0, 0];

  down(finger: number, at: Pixel): void {
    if (this.#at.size === 0) {
      this.#farthest = 0;
      this.#first = at;
    } else {
      // Two fingers never press.
      this.#farthest = Number.POSITIVE_INFINITY;
    }
    this.#at.set(finger, at);
  }

  /** The window after a finger moved. */
  move(window: Window, finger: number, to: Pixel): Window {
    const from = this.#at.get(finger);
    if (from === undefined) return window;
    this.#farthest = Math.max(this.#farthest, distance(this.#first, to));
    const other = [...this.#at].find(([id]) => id !== finger)?.[1];
    this.#at.set(finger, to);
    if (other === undefined) {
      // A trembling finger does not drag.
      return this.#farthest < STILL_PIXELS ? window : moved(window, minus(to, from));
    }
    const before = distance(from, other);
    const factor = before === 0 ? 1 : distance(to, other) / before;
    const dragged = moved(window, minus(half(to, other), half(from, other)));
    return zoomed(dragged, factor, half(to, other));
  }

  /** A finger went up; where it pressed, or null. */
  up(finger: number): Pixel | null {
    const at = this.#at.get(finger);
    this.#at.delete(finger);
    const isPress = at !== undefined && this.#at.size === 0 && this.#farthest < STILL_PIXELS;
    return isPress ? this.#first : null;
  }

  /** The phone took the fingers for something else. */
  cancel(): void {
    this.#at.clear();
  }
}

const minus = (one: Pixel, other: Pixel): Pixel => [one[0] - other[0], one[1] - other[1]];
const half = (one: Pixel, other: Pixel): Pixel => [
  (one[0] + other[0]) / 2,
  (one[1] + other[1]) / 2,
];

function distance(one: Pixel, other: Pixel): number {
  const [x, y] = minus(one, other);
  return Math.hypot(x, y);
}
