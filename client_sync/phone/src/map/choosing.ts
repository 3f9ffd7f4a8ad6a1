/**
 * What a press on the map means as an answer. Pure.
 *
 * Theory of operation. The map is coarse, and so is a finger: a press never makes "this very spot". It
 * chooses an area, or a circle that is as large as its precision says, and the numbers that are kept
 * are rounded to a part of that circle, so that they do not say more than the person meant to.
 */
import type { PlaceAnswer } from "../domain/answers.ts";
import type { PlacePrecision } from "../generated/constants.ts";
import type { Spot } from "./atlas.ts";

/** How closely a press on the map may be meant. */
export const MAP_PRECISIONS = ["admin1", "admin2", "settlement"] as const;
export type MapPrecision = (typeof MAP_PRECISIONS)[number];

/** Radius, so that most places called that lie within: a settlement with its fields, a district. */
const RADIUS_KILOMETRES: Readonly<Record<MapPrecision, number>> = {
  admin1: 100,
  admin2: 20,
  settlement: 5,
};
/** About a tenth of the circle's radius: 11 km, 2.2 km, 0.6 km. */
const STEP_DEGREES: Readonly<Record<MapPrecision, number>> = {
  admin1: 0.1,
  admin2: 0.02,
  settlement: 0.005,
};

export function radiusKilometres(precision: MapPrecision): number {
  return RADIUS_KILOMETRES[precision];
}

export function isMapPrecision(precision: PlacePrecision | undefined): precision is MapPrecision {
  return MAP_PRECISIONS.some((known) => known === precision);
}

/** The part of a place that the map answers; the words beside it stay the person's own. */
export type MapAnswer = Pick<PlaceAnswer, "latitude" | "longitude" | "precision" | "area">;

/**
 * A whole area is its code, and no point: any point in it would look like more.
 *
 * @param code ISO 3166-2; an area without one is answered by the circle
 */
export function answerOf(spot: Spot, code: string, precision: MapPrecision): MapAnswer {
  const area = code === "" ? undefined : code;
  if (precision === "admin1" && area !== undefined)
    return { latitude: undefined, longitude: undefined, precision, area };
  const step = STEP_DEGREES[precision];
  return {
    latitude: rounded(spot.latitude, step),
    longitude: rounded(spot.longitude, step),
    precision,
    area,
  };
}

/** To a multiple of the step, and without the dust of binary fractions. */
function rounded(degrees: number, step: number): number {
  return Number((Math.round(degrees / step) * step).toFixed(5));
}
