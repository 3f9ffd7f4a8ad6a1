/**
 * Where in the fixed store a sealed blob lies.
 *
 * Theory of operation. The store is a fixed number of strips, each sealed as a whole under the vault's
 * key, whether anything lies in it or not. A strip is 128 units of 1 KiB. A blob takes the next power
 * of two of units, at a multiple of its own length, so that it never crosses strips and what is freed
 * is room for any other of its size. The search begins at a strip drawn by chance: where the used ones
 * are tells nothing about how many there are. Everything here is pure; `vault_strips.ts` seals.
 */
import type { Bytes } from "../bytes.ts";
import { PhoneError } from "../errors.ts";

/** The smallest blob that travels is 1 KiB. */
export const UNIT_BYTES = 1024;
export const STRIP_UNITS = 128;
/** Over 64 KiB browsers keep a value as a file of its own: its old version leaves no trace in their log. */
export const STRIP_BYTES = UNIT_BYTES * STRIP_UNITS;

/** 4 MiB: where a browser gives little room. Some 1,500 texts, or a small photograph beside 200. */
export const FEW_STRIPS = 32;
/** 16 MiB: two photographs of 5 MB beside 200 reports; what an old phone gives for a game's icon set. */
export const MANY_STRIPS = 128;
/** Browsers give a tenth of a disk or more; under 256 MiB it is a private window or a phone that is full. */
const AMPLE_QUOTA_BYTES = 268_435_456;

/** How many strips a store is made with; it never changes afterwards. */
export function stripsFor(quotaBytes: number): number {
  return quotaBytes >= AMPLE_QUOTA_BYTES ? MANY_STRIPS : FEW_STRIPS;
}

/** A blob's place: its first unit, counted over all strips, and its length. */
export interface Place {
  readonly unit: number;
  readonly sizeBytes: number;
}

export type Places = ReadonlyMap<string, Place>;

/** Where the worker that sealed a blob has it: the page that plans does not need its bytes. */
export interface BlobAway {
  /** Number of the batch it is part of. */
  readonly batch: number;
  readonly atBytes: number;
  readonly length: number;
}

/** A sealed blob, here or with the worker. */
export type Sealed = Bytes | BlobAway;

/** What a change does to one strip: bytes to put at an offset; null frees, by zeros. */
export interface Patch {
  readonly atBytes: number;
  readonly sizeBytes: number;
  readonly blob: Sealed | null;
}

export interface Plan {
  readonly places: Places;
  /** Strip -> its patches, in their order; a strip without one is sealed anew all the same. */
  readonly touched: ReadonlyMap<number, readonly Patch[]>;
}

export function unitsOf(sizeBytes: number): number {
  let units = 1;
  while (units * UNIT_BYTES < sizeBytes) units *= 2;
  return units;
}

export function stripOf(place: Place): number {
  return Math.floor(place.unit / STRIP_UNITS);
}

export function offsetOf(place: Place): number {
  return (place.unit % STRIP_UNITS) * UNIT_BYTES;
}

/** Tell for each strip whether anything lies in it. */
export function usedStrips(places: Places): ReadonlySet<number> {
  return new Set([...places.values()].map(stripOf));
}

class Room {
  private readonly used: Uint8Array;
  private strip: number;

  constructor(strips: number, places: Places, firstStrip: number) {
    this.used = new Uint8Array(strips * STRIP_UNITS);
    this.strip = firstStrip;
    for (const place of places.values()) this.mark(place, 1);
  }

  mark({ unit, sizeBytes }: Place, value: 0 | 1): void {
    this.used.fill(value, unit, unit + unitsOf(sizeBytes));
  }

  /** Find room from the strip on where the last blob of this change went. */
  take(sizeBytes: number): Place {
    const units = unitsOf(sizeBytes);
    const strips = this.used.length / STRIP_UNITS;
    for (let tried = 0; tried < strips && units <= STRIP_UNITS; tried += 1) {
      const strip = (this.strip + tried) % strips;
      for (let at = 0; at < STRIP_UNITS; at += units) {
        const place = { unit: strip * STRIP_UNITS + at, sizeBytes };
        if (this.isTaken(place.unit, units)) continue;
        this.mark(place, 1);
        this.strip = strip;
        return place;
      }
    }
    throw new PhoneError("store-full");
  }

  private isTaken(unit: number, units: number): boolean {
    return this.used.subarray(unit, unit + units).includes(1);
  }
}

/**
 * Plan where blobs go and what is freed.
 *
 * Every change touches a strip: one that moves no blob seals a strip drawn by chance anew, so that
 * neither the times of files nor the order of writes tell a saved report from a poll.
 *
 * @param unit chance, in [0, 1)
 */
export function planStrips(
  strips: number,
  places: Places,
  change: {
    readonly blobs?: ReadonlyMap<string, Sealed> | undefined;
    readonly drop?: readonly string[] | undefined;
  },
  unit: number,
): Plan {
  const first = Math.floor(unit * strips);
  const room = new Room(strips, places, first);
  const after = new Map(places);
  const touched = new Map<number, Patch[]>();
  const patch = (place: Place, blob: Sealed | null) => {
    const strip = stripOf(place);
    const { sizeBytes } = place;
    const patches = [...(touched.get(strip) ?? []), { atBytes: offsetOf(place), sizeBytes, blob }];
    touched.set(strip, patches);
  };
  const dropped = new Set(change.drop);
  for (const id of [...dropped, ...(change.blobs?.keys() ?? [])]) {
    const place = after.get(id);
    if (place === undefined) continue;
    room.mark(place, 0);
    after.delete(id);
    patch(place, null);
  }
  for (const [id, blob] of change.blobs ?? []) {
    if (dropped.has(id)) continue;
    const place = room.take(blob.length);
    after.set(id, place);
    patch(place, blob);
  }
  if (touched.size === 0) touched.set(first, []);
  return { places: after, touched };
}
