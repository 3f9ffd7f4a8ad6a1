/**
 * Sentences in the person's language. The English sentence is the key everywhere; as it stands in the
 * code already, a catalogue has a number made of it in its place (tools/compile_messages.py).
 *
 * Theory of operation. Catalogues are compiled from translations/<language>/messages.po and loaded
 * one at a time, as a chunk of their own; `t` and `tn` are synchronous and fall back to English, so
 * that a missing translation is a readable sentence and never a blank. Plurals are chosen by CLDR
 * category, because the content policy forbids evaluating gettext's formula.
 */
import index from "./generated/messages.index.json";

export type Direction = "ltr" | "rtl";
export type Values = Readonly<Record<string, string | number>>;

export interface Language {
  readonly language: string;
  /** As its own speakers write it. */
  readonly name: string;
  readonly direction: Direction;
}

interface Catalogue {
  readonly language: string;
  readonly direction: string;
  readonly messages: Readonly<Record<string, string>>;
  readonly plurals: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const ENGLISH: Catalogue = { language: "en", direction: "ltr", messages: {}, plurals: {} };
let catalogue = ENGLISH;
const keys = new Map<string, string>();

/** FNV-1a of 32 bits, over UTF-16 code units, in base 36. */
export function keyOf(sentence: string): string {
  let key = keys.get(sentence);
  if (key === undefined) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < sentence.length; at += 1) {
      hash = Math.imul(hash ^ sentence.charCodeAt(at), 0x01000193);
    }
    key = (hash >>> 0).toString(36);
    keys.set(sentence, key);
  }
  return key;
}

/** Every language that has a catalogue, English among them. */
export function languages(): readonly Language[] {
  return index as readonly Language[];
}

/** Load a language's catalogue and speak it from now on; an unknown tag speaks English. */
export async function speak(language: string): Promise<void> {
  const known = languages().some((entry) => entry.language === language);
  if (!known || language === "en") {
    catalogue = ENGLISH;
    return;
  }
  const loaded = (await import(`./generated/messages.${language}.json`)) as { default: Catalogue };
  catalogue = loaded.default;
}

/** The language spoken now, and which way it is written. */
export function spoken(): { readonly language: string; readonly direction: Direction } {
  return {
    language: catalogue.language,
    direction: catalogue.direction === "rtl" ? "rtl" : "ltr",
  };
}

/** The sentence in the language spoken now; `{name}` in it is replaced by `values.name`. */
export function t(sentence: string, values: Values = {}): string {
  return filled(catalogue.messages[keyOf(sentence)] ?? sentence, values);
}

/** One sentence for one, another for many; `{n}` in it is the count. */
export function tn(one: string, many: string, n: number, values: Values = {}): string {
  const category = new Intl.PluralRules(catalogue.language).select(n);
  const forms = catalogue.plurals[keyOf(one)];
  const sentence = forms?.[category] ?? forms?.other ?? (n === 1 ? one : many);
  return filled(sentence, { n: count(n), ...values });
}

/** A number as it is written in the language spoken now. */
export function count(n: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(catalogue.language, options).format(n);
}

function filled(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
