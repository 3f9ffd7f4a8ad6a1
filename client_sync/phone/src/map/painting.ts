/**
 * The map on a canvas: land, borders, names, the chosen area and the circle.
 *
 * Theory of operation. An area has no ring; it is filled by the borders around it, each walked with
 * the area to its left and closed over one point that all of them share. What the closing lines
 * sweep twice cancels out, and inside remains what the borders go around.
 */
import { overlaps, type Spot } from "./atlas.ts";
import type { Box, Line } from "./outlines.ts";
import { boxShown, pixelOf, pixelsOfKilometres, type Window } from "./window.ts";

/** Colours of the look that is on. */
export interface Colours {
  readonly sea: string;
  readonly land: string;
  readonly border: string;
  readonly area: string;
  readonly mark: string;
  readonly words: string;
}

/** A name is drawn where it is no wider than what it names. */
export interface Named {
  readonly name: string;
  readonly box: Box;
}

export interface Picture {
  readonly lines: readonly Line[];
  readonly countryOf: (side: number) => string;
  /** Number of the chosen area, from 1; 0 for none. */
  readonly chosen: number;
  readonly spot: Spot | null;
  /** Around the spot; 0 for none. */
  readonly radiusKilometres: number;
  readonly names: readonly Named[];
  /** Whether the middle is marked: for those who move the map by keys. */
  readonly showsMiddle: boolean;
}

/** From here on areas are larger than a finger, and their borders help. */
const AREA_BORDERS_SCALE = 9;
const SPOT_PIXELS = 5;
const MIDDLE_PIXELS = 10;
const MARK_PIXELS = 2.5;
/** Around words and marks, so that they are read on any ground. */
const HALO_PIXELS = 4;

/** Draw a picture; the canvas is as large as the window says. */
export function paint(
  context: CanvasRenderingContext2D,
  window: Window,
  picture: Picture,
  colours: Colours,
): void {
  const { width, height } = window;
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, width, height);
  fillAreas(context, window, picture.lines, (side) => side > 0, colours.land);
  if (picture.chosen > 0) {
    fillAreas(context, window, picture.lines, (side) => side === picture.chosen, colours.area);
  }
  strokeBorders(context, window, picture, colours);
  drawNames(context, window, picture, colours);
  drawSpot(context, window, picture, colours);
}

function walk(
  context: CanvasRenderingContext2D,
  window: Window,
  points: Float32Array,
  isTurned: boolean,
): void {
  const count = points.length / 2;
  for (let step = 0; step < count; step += 1) {
    const at = 2 * (isTurned ? count - 1 - step : step);
    const longitude = points[at] as number;
    context.lineTo(...pixelOf(window, { longitude, latitude: points[at + 1] as number }));
  }
}

function fillAreas(
  context: CanvasRenderingContext2D,
  window: Window,
  lines: readonly Line[],
  isIn: (side: number) => boolean,
  colour: string,
): void {
  const around = lines.filter(({ left, right }) => isIn(left) !== isIn(right));
  const [longitude = 0, latitude = 0] = around[0]?.points ?? [];
  const shared = pixelOf(window, { longitude, latitude });
  context.beginPath();
  for (const line of around) {
    context.moveTo(...shared);
    walk(context, window, line.points, !isIn(line.left));
    context.closePath();
  }
  context.fillStyle = colour;
  context.fill("nonzero");
}

function strokeBorders(
  context: CanvasRenderingContext2D,
  window: Window,
  { lines, countryOf }: Picture,
  colours: Colours,
): void {
  const box = boxShown(window);
  const shown = lines.filter((line) => overlaps(line.box, box));
  const isOuter = ({ left, right }: Line): boolean => countryOf(left) !== countryOf(right);
  const stroke = (some: readonly Line[], width: number): void => {
    context.beginPath();
    for (const { points } of some) {
      context.moveTo(...pixelOf(window, { longitude: points[0] ?? 0, latitude: points[1] ?? 0 }));
      walk(context, window, points, false);
    }
    context.lineWidth = width;
    context.strokeStyle = colours.border;
    context.stroke();
  };
  if (window.scale >= AREA_BORDERS_SCALE) {
    stroke(
      shown.filter((line) => !isOuter(line)),
      0.75,
    );
  }
  stroke(shown.filter(isOuter), window.scale >= AREA_BORDERS_SCALE ? 2 : 1);
}

function drawNames(
  context: CanvasRenderingContext2D,
  window: Window,
  { names }: Picture,
  colours: Colours,
): void {
  context.font = "13px system-ui, sans-serif";
  context.textAlign = "center";
  context.lineWidth = HALO_PIXELS;
  context.lineJoin = "round";
  context.strokeStyle = colours.land;
  context.fillStyle = colours.words;
  for (const { name, box } of names) {
    const [west, south, east, north] = box;
    const wide = pixelOf(window, { longitude: east, latitude: north })[0];
    const [left] = pixelOf(window, { longitude: west, latitude: north });
    if (context.measureText(name).width > wide - left) continue;
    const middle = { longitude: (west + east) / 2, latitude: (south + north) / 2 };
    const [x, y] = pixelOf(window, middle);
    context.strokeText(name, x, y);
    context.fillText(name, x, y);
  }
}

function drawSpot(
  context: CanvasRenderingContext2D,
  window: Window,
  picture: Picture,
  colours: Colours,
): void {
  const { spot, radiusKilometres } = picture;
  if (spot !== null && radiusKilometres > 0) {
    const [x, y] = pixelOf(window, spot);
    const radius = Math.max(pixelsOfKilometres(window, radiusKilometres), SPOT_PIXELS);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    strokeMark(context, colours);
  }
  if (!picture.showsMiddle) return;
  const [x, y] = [window.width / 2, window.height / 2];
  context.beginPath();
  context.moveTo(x - MIDDLE_PIXELS, y);
  context.lineTo(x + MIDDLE_PIXELS, y);
  context.moveTo(x, y - MIDDLE_PIXELS);
  context.lineTo(x, y + MIDDLE_PIXELS);
  strokeMark(context, colours);
}

function strokeMark(context: CanvasRenderingContext2D, colours: Colours): void {
  context.lineWidth = MARK_PIXELS + HALO_PIXELS;
  context.strokeStyle = colours.land;
  context.stroke();
  context.lineWidth = MARK_PIXELS;
  context.strokeStyle = colours.mark;
  context.stroke();
}
