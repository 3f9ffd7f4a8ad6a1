/**
 * What the map knows: which area a point lies in, where an area lies, what areas are called.
 *
 * Theory of operation. A point is found by one walk: of all borders on its level the nearest one to
 * the west faces it with the area that it lies in. Names of areas come with the app; names of
 * countries the browser knows itself.
 */
import type { Area, Box, Line, Outlines } from "./outlines.ts";

/** Where a person pressed, in degrees. */
export interface Spot {
  readonly longitude: number;
  readonly latitude: number;
}

export interface Found {
  /** Index of the area, from 0. */
  readonly area: number;
  readonly name: string;
  readonly countryName: string;
}

/** A phone's screen across: with more on it, names of areas stand on each other. */
const MOST_DEGREES_NAMED = 40;

export class Atlas {
  readonly areas: readonly Area[];
  readonly lines: readonly Line[];
  /** Countries with their names, in the order of the language. */
  readonly countries: readonly (readonly [country: string, name: string])[];
  readonly #names: readonly string[];
  /** Names as they are searched; made with the first search. */
  #plain: readonly string[] | null = null;
  #boxes: readonly (Box | null)[] | null = null;
  readonly #words: Intl.DisplayNames;
  readonly #order: Intl.Collator;

  /** @param names one for each area, in the language that is spoken */
  constructor(outlines: Outlines, names: readonly string[], language: string) {
    this.areas = outlines.areas;
    this.lines = outlines.lines;
    this.#names = names;
    this.#words = new Intl.DisplayNames([language], { type: "region" });
    this.#order = new Intl.Collator(language);
    this.countries = this.#sorted();
  }

  name(area: number): string {
    return this.#names[area] || this.areas[area]?.code || this.countryName(area);
  }

  countryName(area: number): string {
    return this.#called(this.areas[area]?.country ?? "");
  }

  /** Indexes of a country's areas, in the order of their names. */
  areasOf(country: string): readonly number[] {
    return [...this.areas.keys()]
      .filter((area) => this.areas[area]?.country === country)
      .sort((one, other) => this.#order.compare(this.name(one), this.name(other)));
  }

  /** Index of the area with a code, or null. */
  areaCalled(code: string): number | null {
    const at = this.areas.findIndex((area) => area.code === code);
    return code === "" || at < 0 ? null : at;
  }

  /** Areas whose name begins with what is typed, then those that hold it; at most `most`. */
  search(typed: string, most: number): readonly number[] {
    const wanted = plainLetters(typed);
    if (wanted === "") return [];
    this.#plain ??= [...this.areas.keys()].map((area) => plainLetters(this.name(area)));
    const found = this.#plain.flatMap((name, area) => {
      const at = name.indexOf(wanted);
      return at < 0 ? [] : [{ area, isWithin: at > 0 }];
    });
    return found
      .sort((one, other) => Number(one.isWithin) - Number(other.isWithin))
      .slice(0, most)
      .map(({ area }) => area);
  }

  /** Index of the area in which a spot lies, or null at sea. */
  areaAt({ longitude, latitude }: Spot): number | null {
    let nearest: Crossing | null = null;
    for (const line of this.lines) {
      const [west, south, , north] = line.box;
      if (latitude < south || latitude > north || west > longitude) continue;
      const found = lastCrossing(line, latitude, longitude);
      if (found !== null && found.x >= (nearest?.x ?? Number.NEGATIVE_INFINITY)) nearest = found;
    }
    return nearest === null || nearest.facing === 0 ? null : nearest.facing - 1;
  }

  /** Where some areas lie; null where none of them is drawn. */
  boxOf(areas: ReadonlySet<number>): Box | null {
    const boxes = this.lines
      .filter(({ left, right }) => areas.has(left - 1) || areas.has(right - 1))
      .map(({ box }) => box);
    return boxes.length === 0 ? null : boxes.reduce(joined);
  }

  /** Areas that a box holds a part of, and that are not too many to be read. */
  named(shown: Box): readonly { readonly name: string; readonly box: Box }[] {
    if (shown[2] - shown[0] > MOST_DEGREES_NAMED) return [];
    this.#boxes ??= this.#eachBox();
    return this.#boxes.flatMap((box, area) =>
      box !== null && overlaps(box, shown) ? [{ name: this.name(area), box }] : [],
    );
  }

  #eachBox(): (Box | null)[] {
    const boxes: (Box | null)[] = this.areas.map(() => null);
    for (const { left, right, box } of this.lines) {
      for (const side of [left, right]) {
        if (side > 0) boxes[side - 1] = joined(boxes[side - 1] ?? box, box);
      }
    }
    return boxes;
  }

  #sorted(): Atlas["countries"] {
    return [...new Set(this.areas.map(({ country }) => country))]
      .map((country) => [country, this.#called(country)] as const)
      .sort(([, one], [, other]) => this.#order.compare(one, other));
  }

  #called(country: string): string {
    return this.#words.of(country) ?? country;
  }
}

/** Letters without case and marks, so that "entre rios" finds "Entre Ríos". */
export function plainLetters(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .trim();
}

export function overlaps(one: Box, other: Box): boolean {
  return one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];
}

function joined(one: Box, other: Box): Box {
  return [
    Math.min(one[0], other[0]),
    Math.min(one[1], other[1]),
    Math.max(one[2], other[2]),
    Math.max(one[3], other[3]),
  ];
}

interface Crossing {
  readonly x: number;
  /** The area on its east, counted from 1; 0 is what is not drawn. */
  readonly facing: number;
}

/** The most eastern place where a line crosses a level, up to a longitude. */
function lastCrossing({ points, left, right }: Line, level: number, upTo: number): Crossing | null {
  let last: Crossing | null = null;
  for (let at = 0; at + 3 < points.length; at += 2) {
    const y1 = points[at + 1] as number;
    const y2 = points[at + 3] as number;
    // Half open, so that a corner counts once.
    if (y1 <= level === y2 <= level) continue;
    const x1 = points[at] as number;
    const x = x1 + ((level - y1) / (y2 - y1)) * ((points[at + 2] as number) - x1);
    if (x <= upTo && (last === null || x >= last.x)) last = { x, facing: y2 > y1 ? right : left };
  }
  return last;
}
