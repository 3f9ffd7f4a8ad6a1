/** The strips of the fixed store: filled at install, sealed anew when touched, read for one blob. */
import { type Bytes, sameBytes } from "./bytes.ts";
import type { Entropy } from "./envelope/entropy.ts";
import { envelopeIdOf } from "./envelope/keys.ts";
import { VaultError } from "./errors.ts";
import {
  type BlobAway,
  offsetOf,
  type Patch,
  type Place,
  type Places,
  type Plan,
  type Sealed,
  STRIP_BYTES,
  stripOf,
  usedStrips,
} from "./outbox/places.ts";
import type { Store } from "./outbox/store.ts";
import { openVault, SEAL_BYTES, sealVault } from "./vault_key.ts";

const stripName = (at: number) => `strip ${at}`;

/** What a strip without blobs looks like: like one with blobs. */
function fillerStrip(entropy: Entropy): Bytes {
  return entropy(STRIP_BYTES + SEAL_BYTES);
}

/** A whole store of strips in which nothing lies. */
export function emptyStrips(count: number, entropy: Entropy): Map<number, Bytes> {
  return new Map(Array.from({ length: count }, (_, at) => [at, fillerStrip(entropy)]));
}

async function openStrip(store: Store, key: CryptoKey, at: number): Promise<Bytes> {
  return openVault(key, stripName(at), (await store.strip(at)) ?? new Uint8Array(0));
}

function patched(strip: Bytes, patches: readonly Patch[]): Bytes {
  for (const { atBytes, sizeBytes, blob } of patches) {
    strip.fill(0, atBytes, atBytes + sizeBytes);
    if (blob === null) continue;
    if (!(blob instanceof Uint8Array)) throw new VaultError("vault-damaged");
    strip.set(blob, atBytes);
  }
  return strip;
}

/** The same strips with the bytes of what lay elsewhere. */
export function withBytes(
  touched: readonly TouchedStrip[],
  bytesOf: (away: BlobAway) => Bytes,
): TouchedStrip[] {
  const here = (blob: Sealed | null) =>
    blob === null || blob instanceof Uint8Array ? blob : bytesOf(blob);
  return touched.map((strip) => ({
    ...strip,
    patches: strip.patches.map((patch) => ({ ...patch, blob: here(patch.blob) })),
  }));
}

/** A blob's bytes in its batch. */
export function bytesOf(
  batches: ReadonlyMap<number, Bytes>,
  { batch, atBytes, length }: BlobAway,
): Bytes {
  const bytes = batches.get(batch)?.subarray(atBytes, atBytes + length);
  // Let go of: nothing is written rather than nothing at its place.
  if (bytes?.length !== length) throw new VaultError("vault-damaged");
  return bytes;
}

/** The batches that strips wait for. */
export function batchesOf(touched: readonly TouchedStrip[]): ReadonlySet<number> {
  const blobs = touched.flatMap(({ patches }) => patches.map(({ blob }) => blob));
  return new Set(blobs.flatMap((blob) => (blob && "batch" in blob ? [blob.batch] : [])));
}

/** A strip that a change touches, and what becomes of it. */
export interface TouchedStrip {
  readonly at: number;
  readonly hadBlobs: boolean;
  readonly hasBlobs: boolean;
  readonly patches: readonly Patch[];
}

export function touchedStrips(before: Places, plan: Plan): TouchedStrip[] {
  const [had, has] = [usedStrips(before), usedStrips(plan.places)];
  return [...plan.touched].map(([at, patches]) => ({
    at,
    hadBlobs: had.has(at),
    hasBlobs: has.has(at),
    patches,
  }));
}

/** Seal anew every strip that is touched. */
export async function sealedStrips(
  store: Store,
  key: CryptoKey,
  touched: readonly TouchedStrip[],
  entropy: Entropy,
): Promise<Map<number, Bytes>> {
  const sealed = new Map<number, Bytes>();
  for (const { at, hadBlobs, hasBlobs, patches } of touched) {
    if (!hasBlobs) {
      sealed.set(at, fillerStrip(entropy));
      continue;
    }
    const plain = hadBlobs ? await openStrip(store, key, at) : new Uint8Array(STRIP_BYTES);
    sealed.set(at, await sealVault(key, stripName(at), patched(plain, patches), entropy));
  }
  return sealed;
}

/** The whole store under another key; what was free is filled anew. */
export async function resealedStrips(
  store: Store,
  keys: { readonly from: CryptoKey; readonly to: CryptoKey },
  count: number,
  places: Places,
  entropy: Entropy,
): Promise<Map<number, Bytes>> {
  const strips = emptyStrips(count, entropy);
  for (const at of usedStrips(places)) {
    const plain = await openStrip(store, keys.from, at);
    strips.set(at, await sealVault(keys.to, stripName(at), plain, entropy));
  }
  return strips;
}

/** One blob; undefined when another tab has moved it since: bytes are known by their hash. */
export async function blobAt(
  store: Store,
  key: CryptoKey,
  id: Bytes,
  place: Place,
): Promise<Bytes | undefined> {
  const strip = await openStrip(store, key, stripOf(place));
  const blob = strip.slice(offsetOf(place), offsetOf(place) + place.sizeBytes);
  return sameBytes(envelopeIdOf(blob), id) ? blob : undefined;
}
