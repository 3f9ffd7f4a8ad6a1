/** The map's parts, loaded when it is opened: outlines once, names in the language spoken. */
import { type Bytes, textOf } from "../bytes.ts";
import { inflate } from "../envelope/padding.ts";
import { Atlas } from "./atlas.ts";
import { readOutlines } from "./outlines.ts";

interface Part {
  readonly deflated: string;
}

/** Ours, and twice what the largest part expands to. */
const MOST_BYTES = 262_144;
/** Languages in which areas have names of their own; `tools/make_phone_map.py` makes them. */
const NAMED: ReadonlySet<string> = new Set(["ar", "fr"]);

function plainOf({ deflated }: Part): Bytes {
  const bytes = Uint8Array.from(atob(deflated), (letter) => letter.charCodeAt(0));
  return inflate(bytes, MOST_BYTES);
}

async function namesIn(language: string): Promise<readonly string[]> {
  if (!NAMED.has(language)) return [];
  const part = (await import(`./generated/names.${language}.json`)) as { default: Part };
  return textOf(plainOf(part.default)).split("\n");
}

/** Load everything; fails without a network where a part is not stored yet. */
export async function readAtlas(language: string): Promise<Atlas> {
  const [outlines, local, own] = await Promise.all([
    import("./generated/outlines.json") as Promise<{ default: Part }>,
    import("./generated/names.json") as Promise<{ default: Part }>,
    namesIn(language),
  ]);
  const names = textOf(plainOf(local.default)).split("\n");
  return new Atlas(
    readOutlines(plainOf(outlines.default)),
    names.map((name, at) => own[at] || name),
    language,
  );
}
