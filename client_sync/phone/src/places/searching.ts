/**
 * Finding a place by its name, in any of its spellings. Pure.
 *
 * Theory of operation. Names and what is typed are folded to the same plain letters: without marks,
 * case, hyphens and apostrophes, and with one form for letters that Arabic writes in several. Names
 * that begin with what is typed come first, then those with a word that does; among these the pack's
 * own order holds, which puts places with more people first.
 */
import type { Place } from "../bundle/place_pack.ts";

const ONE_FORM: Readonly<Record<string, string>> = {
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ß: "ss",
  ı: "i",
  ى: "ي",
  ة: "ه",
  ـ: "",
};
const OTHER_FORMS = /[æœøłđßıىةـ]/gu;

/** Plain letters and digits, words parted by one space. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(OTHER_FORMS, (letter) => ONE_FORM[letter] ?? letter)
    .replace(/['’ʼ`´]/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

export interface Hit {
  readonly place: Place;
  /** The name that was found. */
  readonly name: string;
}

export class PlaceIndex {
  readonly #places: readonly Place[];
  /** One for each place: its names, folded. */
  readonly #names: readonly (readonly string[])[];

  constructor(places: readonly Place[]) {
    this.#places = places;
    this.#names = places.map(({ names }) => names.map(folded));
  }

  search(typed: string, most: number): readonly Hit[] {
    const wanted = folded(typed);
    if (wanted === "") return [];
    const first = this.#hits((name) => name.startsWith(wanted), most);
    const later =
      first.length < most ? this.#hits((name) => name.includes(` ${wanted}`), most) : [];
    const places = new Set(first.map(({ place }) => place));
    return [...first, ...later.filter(({ place }) => !places.has(place))].slice(0, most);
  }

  #hits(isWanted: (name: string) => boolean, most: number): readonly Hit[] {
    const hits: Hit[] = [];
    for (const [at, names] of this.#names.entries()) {
      const which = names.findIndex(isWanted);
      const place = this.#places[at];
      if (which < 0 || place === undefined) continue;
      hits.push({ place, name: place.names[which] ?? "" });
      if (hits.length === most) break;
    }
    return hits;
  }
}
