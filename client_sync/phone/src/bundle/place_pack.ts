/** Read a pack of places: names of one area, and where they are (docs/spec/places.md). */
import { type Bytes, characters, sameBytes, textOf, utf8 } from "../bytes.ts";
import { dayOfDate } from "../clock.ts";
import { inflate } from "../envelope/padding.ts";
import { blake2bOf } from "../envelope/primitives.ts";
import { PlacePackError } from "../errors.ts";
import {
  MAX_PACK_BYTES,
  MAX_PACK_NAME_CHARACTERS,
  MAX_PACK_NAMES,
  MAX_PACK_PLACES,
  MAX_PACK_REGIONS,
  MAX_PACK_TEXT_BYTES,
  PERSON_PLACES,
  PLACES_MAGIC,
} from "../generated/constants.ts";
import { decode, type JsonValue } from "../wire/canonical.ts";
import { FieldError, type Fields, readObject } from "../wire/fields.ts";

const PACK_VERSION = 1;
const COORDINATE_STEPS = 10_000;
const HASH_BYTES = 32;
const WHOLE = /^(?:0|-?[1-9][0-9]{0,6})$/;
/** Controls, and what turns the direction of the text around it. */
const HIDDEN = /[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]|^ | $/u;

export interface Place {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** Place in the pack's regions, or null. */
  readonly region: number | null;
  readonly precision: "settlement" | "admin2";
  /** One to eight; the first is shown. */
  readonly names: readonly string[];
}

export interface PlacePack {
  readonly name: string;
  /** `YYYY-MM-DD` of the gazetteer. */
  readonly made: string;
  readonly regions: readonly string[];
  /** Those with more people first. */
  readonly places: readonly Place[];
}

const PRECISIONS: Readonly<Record<string, Place["precision"]>> = { s: "settlement", d: "admin2" };

function nameOf(value: JsonValue | undefined): string {
  const isName = typeof value === "string" && value !== "" && !HIDDEN.test(value);
  if (!isName || characters(value) > MAX_PACK_NAME_CHARACTERS) throw new FieldError();
  return value;
}

function whole(cell: string | undefined, least: number, most: number): number {
  if (cell === undefined || !WHOLE.test(cell)) throw new FieldError();
  const number = Number(cell);
  if (number < least || number > most) throw new FieldError();
  return number;
}

function degrees(cell: string | undefined, most: number): number {
  const steps = most * COORDINATE_STEPS;
  return whole(cell, -steps, steps) / COORDINATE_STEPS;
}

function readPlace(line: string, regions: number): Place {
  const [latitude, longitude, region, kind, ...names] = line.split("\t");
  const precision = PRECISIONS[kind ?? ""];
  const isCounted = names.length >= 1 && names.length <= MAX_PACK_NAMES;
  if (precision === undefined || !isCounted) throw new FieldError();
  return {
    latitude: degrees(latitude, 90),
    longitude: degrees(longitude, 180),
    region: region === "" ? null : whole(region, 0, regions - 1),
    precision,
    names: names.map(nameOf),
  };
}

function readHeader(fields: Fields, lines: readonly string[]): Omit<PlacePack, "places"> {
  fields.wholeOf("v", [PACK_VERSION]);
  fields.whole("places", Math.max(lines.length, 1), Math.min(lines.length, MAX_PACK_PLACES));
  return {
    name: fields.value("name", nameOf),
    made: fields.parsed("made", (text) => (dayOfDate(text) === null ? null : text)),
    regions: fields.list("regions", 0, MAX_PACK_REGIONS, nameOf),
  };
}

function readText(text: string): PlacePack {
  const [first = "", ...lines] = text.split("\n");
  if (lines.pop() !== "") throw new FieldError();
  const header = readObject(decode(utf8(first)), (fields) => readHeader(fields, lines));
  return { ...header, places: lines.map((line) => readPlace(line, header.regions.length)) };
}

/** Tell by the first bytes whether a file is a pack of places. */
export function looksLikePlaces(file: Bytes): boolean {
  return sameBytes(file.subarray(0, PLACES_MAGIC.length), utf8(PLACES_MAGIC));
}

/** Read a pack; one that is damaged is refused whole. */
export function readPlacePack(file: Bytes): PlacePack {
  if (!looksLikePlaces(file)) throw new PlacePackError("not-a-place-pack");
  const start = PLACES_MAGIC.length + HASH_BYTES;
  const body = file.subarray(start);
  const digest = blake2bOf(body, { bytes: HASH_BYTES, person: PERSON_PLACES });
  try {
    if (file.length > MAX_PACK_BYTES) throw new FieldError();
    if (!sameBytes(file.subarray(PLACES_MAGIC.length, start), digest)) throw new FieldError();
    return readText(textOf(inflate(body, MAX_PACK_TEXT_BYTES)));
  } catch {
    throw new PlacePackError("bad-place-pack");
  }
}
