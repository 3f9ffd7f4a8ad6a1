/**
 * The pack of places on this phone: taken whole, kept sealed, read when somebody searches.
 *
 * Theory of operation. A pack lies in the strips of the store, as blobs that belong to no report: cut
 * into parts that fit into any strip that is half free. Which parts, and what the pack is called, stands
 * in the head of the vault. So neither the files of a phone that is taken nor their sizes tell whether
 * there is a pack, or of which country. What was read for a search stays in memory until the app is
 * locked or the page is gone.
 */
import type * as api from "../app.ts";
import { type PlacePack, readPlacePack } from "../bundle/place_pack.ts";
import { type Bytes, concat, hex } from "../bytes.ts";
import { envelopeIdOf } from "../envelope/keys.ts";
import { PlacePackError } from "../errors.ts";
import { MAX_PACK_BYTES } from "../generated/constants.ts";
import type { Change, Held, Session } from "../session.ts";
import { type Hit, PlaceIndex } from "./searching.ts";

/** Half a strip: a pack needs no strip that is wholly free (docs/spec/places.md). */
const PART_BYTES = 65_536;

function partsOf(file: Bytes): Map<string, Bytes> {
  const parts = new Map<string, Bytes>();
  for (let at = 0; at < file.length; at += PART_BYTES) {
    const part = file.slice(at, at + PART_BYTES);
    parts.set(hex(envelopeIdOf(part)), part);
  }
  return parts;
}

function infoOf({ name, made, places }: PlacePack): api.PlacesInfo {
  return { name, made, count: places.length };
}

function taking({ content }: Held, info: api.PlacesInfo, blobs: Map<string, Bytes>): Change {
  const parts = [...blobs.keys()];
  const drop = (content.places?.parts ?? []).filter((id) => !blobs.has(id));
  return { content: { ...content, places: { ...info, parts } }, blobs, drop };
}

interface Opened {
  readonly first: string;
  readonly index: PlaceIndex;
  readonly regions: readonly string[];
}

export class KeptPlaces implements api.PlaceNames {
  private readonly session: Session;
  private opened: Opened | null = null;

  constructor(session: Session) {
    this.session = session;
  }

  info(): api.PlacesInfo | null {
    if (this.session.locked()) return null;
    const { places = null } = this.session.held().content;
    if (places === null) return null;
    const { name, made, count } = places;
    return { name, made, count };
  }

  async take(file: Blob): Promise<api.PlacesInfo> {
    if (file.size > MAX_PACK_BYTES) throw new PlacePackError("bad-place-pack");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const info = infoOf(readPlacePack(bytes));
    const parts = partsOf(bytes);
    await this.session.update((held) => taking(held, info, parts));
    this.opened = null;
    return info;
  }

  async remove(): Promise<void> {
    this.opened = null;
    await this.session.update(({ content }) => {
      const { places = null } = content;
      return places && { content: { ...content, places: null }, drop: places.parts };
    });
  }

  async search(typed: string, most: number): Promise<readonly api.FoundPlace[]> {
    const opened = await this.open();
    if (opened === null) return [];
    return opened.index.search(typed, most).map((hit) => foundOf(hit, opened.regions));
  }

  private async open(): Promise<Opened | null> {
    const { places = null } = this.session.held().content;
    const first = places?.parts[0];
    if (places === null || first === undefined) return null;
    if (this.opened?.first === first) return this.opened;
    const parts = await Promise.all(places.parts.map((id) => this.session.blob(id)));
    const whole = parts.flatMap((part) => part ?? []);
    if (whole.length < places.parts.length) throw new PlacePackError("bad-place-pack");
    const pack = readPlacePack(concat(...whole));
    this.opened = { first, index: new PlaceIndex(pack.places), regions: pack.regions };
    return this.opened;
  }
}

function foundOf({ place, name }: Hit, regions: readonly string[]): api.FoundPlace {
  const { latitude, longitude, precision, names, region } = place;
  return {
    name,
    alsoCalled: names[0] === name ? "" : (names[0] ?? ""),
    region: region === null ? "" : (regions[region] ?? ""),
    latitude,
    longitude,
    precision,
  };
}
