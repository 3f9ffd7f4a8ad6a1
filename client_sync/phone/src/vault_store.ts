/** The vault on disk: reading it, making the first one, sealing a new head. */
import { type Bytes, hex, wipe } from "./bytes.ts";
import type { Entropy } from "./envelope/entropy.ts";
import { ConflictError, VaultError } from "./errors.ts";
import { NOTES_BYTES } from "./notes.ts";
import {
  DEFAULT_GUARD,
  type Marker,
  type Settings,
  type Snapshot,
  type Store,
} from "./outbox/store.ts";
import { EMPTY_HEAD, type Head, headJson, paddedHead, unpackHead } from "./vault.ts";
import { deviceHeader, type Header, openVault, SEAL_BYTES, sealVault } from "./vault_key.ts";
import { emptyStrips } from "./vault_strips.ts";

/** All of the store but its blobs. */
export interface ReadStore {
  readonly header: Header;
  readonly marker: Marker;
  readonly sealed: Bytes;
  readonly strips: number;
  readonly settings: Settings;
}

const HEAD_NAME = "head";
const MARKER_BYTES = 16;
const FIRST_SETTINGS: Settings = {
  language: null,
  look: "system",
  disguise: "notes",
  ...DEFAULT_GUARD,
};

export const NOTES_NAME = "notes";

/** What notes look like that nobody wrote, or that no key opens any more. */
export function fillerNotes(entropy: Entropy): Bytes {
  return entropy(NOTES_BYTES + SEAL_BYTES);
}

export function newMarker(entropy: Entropy): Marker {
  return hex(entropy(MARKER_BYTES));
}

function complete(snapshot: Snapshot): ReadStore | null {
  const { header, marker, head, strips } = snapshot;
  if (header === undefined || marker === null || head === null) return null;
  const settings = { ...FIRST_SETTINGS, ...snapshot.settings };
  return { header: header as Header, marker, sealed: head, strips, settings };
}

/** Read the store; a new one is made at its full size, used or not. */
export async function readOrMake(
  store: Store,
  entropy: Entropy,
  strips: number,
): Promise<ReadStore> {
  const found = complete(await store.read());
  if (found !== null) return found;
  const { header, key } = await deviceHeader(entropy);
  const head = await sealedHead(key, EMPTY_HEAD, entropy);
  const marker = newMarker(entropy);
  try {
    const made = { strips: emptyStrips(strips, entropy), notes: fillerNotes(entropy) };
    await store.commit({ basedOn: null, marker, header, head, ...made });
    await store.keepTries(0);
    await store.keepSettings(FIRST_SETTINGS);
  } catch (error) {
    // Another tab made it in the same moment; its vault counts.
    if (!(error instanceof ConflictError)) throw error;
  }
  const made = complete(await store.read());
  if (made === null) throw new VaultError("vault-damaged");
  return made;
}

export function sealedHead(key: CryptoKey, head: Head, entropy: Entropy): Promise<Bytes> {
  return sealedJson(key, headJson(head), entropy);
}

/** Seal a head's JSON, and wipe it. */
export async function sealedJson(key: CryptoKey, json: Bytes, entropy: Entropy): Promise<Bytes> {
  const padded = paddedHead(json);
  const sealed = await sealVault(key, HEAD_NAME, padded, entropy);
  wipe(padded);
  return sealed;
}

export async function openHead(key: CryptoKey, sealed: Bytes): Promise<Head> {
  return unpackHead(await openVault(key, HEAD_NAME, sealed));
}
