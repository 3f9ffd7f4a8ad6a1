/**
 * The part of the world that is on the screen, and how to move it. Pure.
 *
 * Theory of operation. Degrees become pixels by one scale; longitude is drawn narrower by the cosine
 * of the middle's latitude, so that shapes near the middle are right. Near the poles nobody reports,
 * so the middle stays within 75 degrees.
 */
import type { Spot } from "./atlas.ts";
import type { Box } from "./outlines.ts";

export interface Window {
  readonly middle: Spot;
  /** Pixels of one degree of latitude. */
  readonly scale: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A point on the screen, in pixels from its upper left corner. */
export type Pixel = readonly [x: number, y: number];

/** The whole world on the narrowest screens. */
const LEAST_SCALE = 0.6;
/** A cell of the outlines is then 26 pixels: what is finer is not on the map. */
const MOST_SCALE = 640;
const FARTHEST_NORTH = 75;
/** Around what is shown whole. */
const MARGIN = 1.15;

/** Of people's land: without the empty north and south. */
export const WORLD: Box = [-170, -56, 180, 72];

const between = (least: number, value: number, most: number): number =>
  Math.min(Math.max(value, least), most);

const narrowing = ({ middle }: Window): number => Math.cos((middle.latitude * Math.PI) / 180);

/** A window on the whole world. */
export function worldWindow(width: number, height: number): Window {
  return showing({ middle: { longitude: 0, latitude: 0 }, scale: 1, width, height }, WORLD);
}

/** The same window of another size. */
export function resized(window: Window, width: number, height: number): Window {
  return { ...window, width, height };
}

/** Move a window so that a box is in it as large as may be. */
export function showing(window: Window, [west, south, east, north]: Box): Window {
  const middle = { longitude: (west + east) / 2, latitude: (south + north) / 2 };
  const moved = { ...window, middle };
  const across = window.width / Math.max((east - west) * narrowing(moved), 1e-3);
  const down = window.height / Math.max(north - south, 1e-3);
  return kept({ ...moved, scale: Math.min(across, down) / MARGIN });
}

export function pixelOf(window: Window, { longitude, latitude }: Spot): Pixel {
  const { middle, scale, width, height } = window;
  return [
    width / 2 + (longitude - middle.longitude) * scale * narrowing(window),
    height / 2 - (latitude - middle.latitude) * scale,
  ];
}

export function spotOf(window: Window, [x, y]: Pixel): Spot {
  const { middle, scale, width, height } = window;
  return {
    longitude: middle.longitude + (x - width / 2) / (scale * narrowing(window)),
    latitude: middle.latitude - (y - height / 2) / scale,
  };
}

/** Move what is shown by pixels: a finger that drags takes the map along. */
export function moved(window: Window, [dx, dy]: Pixel): Window {
  const middle = spotOf(window, [window.width / 2 - dx, window.height / 2 - dy]);
  return kept({ ...window, middle });
}

/** Make everything larger by a factor; what is under `at` stays there. */
export function zoomed(window: Window, factor: number, at?: Pixel): Window {
  const scale = between(LEAST_SCALE, window.scale * factor, MOST_SCALE);
  const larger = { ...window, scale };
  if (at === undefined) return larger;
  const [x, y] = [at[0] - window.width / 2, at[1] - window.height / 2];
  const { longitude, latitude } = spotOf(window, at);
  const level = { ...larger, middle: { longitude, latitude: latitude + y / scale } };
  const middle = { ...level.middle, longitude: longitude - x / (scale * narrowing(level)) };
  return kept({ ...larger, middle });
}

/** What is shown, in degrees. */
export function boxShown(window: Window): Box {
  const northWest = spotOf(window, [0, 0]);
  const southEast = spotOf(window, [window.width, window.height]);
  return [northWest.longitude, southEast.latitude, southEast.longitude, northWest.latitude];
}

const KILOMETRES_PER_DEGREE = 111.2;

export function pixelsOfKilometres(window: Window, kilometres: number): number {
  return (kilometres / KILOMETRES_PER_DEGREE) * window.scale;
}

function kept(window: Window): Window {
  const { middle, scale } = window;
  return {
    ...window,
    scale: between(LEAST_SCALE, scale, MOST_SCALE),
    middle: {
      longitude: between(-180, middle.longitude, 180),
      latitude: between(-FARTHEST_NORTH, middle.latitude, FARTHEST_NORTH),
    },
  };
}
