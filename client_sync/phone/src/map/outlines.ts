/**
 * The world's first-level areas, as `tools/phone_map/outlines.py` writes them.
 *
 * Theory of operation. A file is columns of numbers of one kind, and what a column means stands at its
 * writer. Borders come as lines with the area on either side; an area has no ring of its own. It is the
 * app's own file, checked with the release: what is wrong in it is a fault of the build, not of a
 * stranger.
 */
import { type Bytes, textOf } from "../bytes.ts";

export interface Area {
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** ISO 3166-2 as a report may hold it, or empty. */
  readonly code: string;
}

/** One border; areas count from 1, 0 is what is not drawn (the sea). */
export interface Line {
  readonly left: number;
  readonly right: number;
  /** Degrees: longitude, latitude, longitude ... */
  readonly points: Float32Array;
  /** West, south, east, north. */
  readonly box: Box;
}

export type Box = readonly [west: number, south: number, east: number, north: number];

export interface Outlines {
  readonly areas: readonly Area[];
  readonly lines: readonly Line[];
}

/** Areas that the writer keeps at hand: `REMEMBERED` there. */
const REMEMBERED = 30;

class Column {
  readonly #bytes: Bytes;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more come. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  column(): Column {
    return new Column(this.bytes());
  }

  text(): string {
    return textOf(this.bytes());
  }

  private bytes(): Bytes {
    const length = this.number();
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }
}

/** Read areas and borders. */
export function readOutlines(plain: Bytes): Outlines {
  const file = new Column(plain);
  const cellsPerDegree = file.number();
  const countries = file.number();
  const letters = file.text();
  const counts = file.column();
  const codes = file.text().split("\n");
  const areas: Area[] = [];
  for (let at = 0; at < countries; at += 1) {
    const country = letters.slice(at * 2, at * 2 + 2);
    for (let left = counts.number(); left > 0; left -= 1) {
      const rest = codes[areas.length] ?? "";
      areas.push({ country, code: rest === "" ? "" : `${country}-${rest}` });
    }
  }
  return { areas, lines: readLines(file, cellsPerDegree) };
}

type Cell = readonly [x: number, y: number];

function readLines(file: Column, cellsPerDegree: number): Line[] {
  const back = file.column();
  const [xs, ys] = [file.column(), file.column()];
  const sides = sidesReader(file.column(), file.column());
  const steps = file.column();
  const [dx, dy] = [file.column(), file.column()];
  const lines: Line[] = [];
  const ends: Cell[] = [];
  let start: Cell = [0, 0];
  while (!back.isOver) {
    ends.length -= back.number();
    if (ends.length === 0) {
      start = [start[0] + xs.signed(), start[1] + ys.signed()];
      ends.push(start);
    }
    const left = sides();
    const right = sides();
    let [x, y] = ends.at(-1) as Cell;
    const points = [x / cellsPerDegree, y / cellsPerDegree];
    for (let n = steps.number(); n > 0; n -= 1) {
      x += dx.signed();
      y += dy.signed();
      points.push(x / cellsPerDegree, y / cellsPerDegree);
    }
    ends.push([x, y]);
    lines.push({ left, right, points: Float32Array.from(points), box: boxOf(points) });
  }
  return lines;
}

function sidesReader(places: Column, others: Column): () => number {
  const recent: number[] = [];
  let last = 0;
  return () => {
    const place = places.number();
    last = place === 0 ? last + others.signed() : (recent.splice(place - 1, 1)[0] as number);
    recent.unshift(last);
    recent.length = Math.min(recent.length, REMEMBERED);
    return last;
  };
}

function boxOf(points: readonly number[]): Box {
  const [xs, ys] = [0, 1].map((odd) => points.filter((_, at) => at % 2 === odd)) as [
    number[],
    number[],
  ];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
