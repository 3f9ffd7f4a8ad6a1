/** The app's one clock. Everything else takes a time as an argument or a `Clock`. */
import { SECONDS_PER_DAY, SECONDS_PER_WEEK } from "./generated/constants.ts";

export interface Clock {
  /** Seconds since 1970-01-01 00:00 UTC. */
  nowSeconds(): number;
}

export const systemClock: Clock = { nowSeconds: () => Date.now() / 1000 };

/** Time as it passes: unlike a clock it does not jump when somebody puts it right. */
export interface Timer {
  elapsedMs(): number;
  /** Call `action` after a while; the function returned calls it off. */
  after(milliseconds: number, action: () => void): () => void;
}

export const systemTimer: Timer = {
  elapsedMs: () => Math.floor(performance.now()),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};

export function dayOf(seconds: number): number {
  return Math.floor(seconds / SECONDS_PER_DAY);
}

export function weekOf(seconds: number): number {
  return Math.floor(seconds / SECONDS_PER_WEEK);
}

/** `YYYY-MM-DDTHH:MM:SSZ`, the only form of a time in a report. */
export function isoOf(seconds: number): string {
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10);
}

/** Day number of `YYYY-MM-DD`, or null if there is no such day. */
export function dayOfDate(date: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || date.startsWith("0000")) return null;
  const milliseconds = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(milliseconds)) return null;
  const day = milliseconds / (SECONDS_PER_DAY * 1000);
  return dateOf(day) === date ? day : null;
}

/** Seconds of `YYYY-MM-DDTHH:MM:SSZ`, or null if there is no such time. */
export function secondsOfIso(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) || text.startsWith("0000")) return null;
  const milliseconds = Date.parse(text);
  return !Number.isNaN(milliseconds) && isoOf(milliseconds / 1000) === text
    ? milliseconds / 1000
    : null;
}
