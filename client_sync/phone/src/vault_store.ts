/** The vault on disk: reading it, making the first one, sealing a new one. */
import { type Bytes, wipe } from "./bytes.ts";
import type { Entropy } from "./envelope/entropy.ts";
import { ConflictError, VaultError } from "./errors.ts";
import type { Row } from "./outbox/rows.ts";
import type { Marker, Settings, Snapshot, Store } from "./outbox/store.ts";
import { EMPTY_VAULT, packVault, type VaultContent } from "./vault.ts";
import { deviceHeader, type Header, sealVault } from "./vault_key.ts";

/** All of the store but its blobs. */
export interface ReadStore {
  readonly header: Header;
  readonly marker: Marker;
  readonly sealed: Bytes;
  readonly rows: readonly Row[];
  readonly settings: Settings;
}

const FIRST_SETTINGS: Settings = { language: null, look: "system" };

function complete(snapshot: Snapshot): ReadStore | null {
  const { header, marker, sealed, rows } = snapshot;
  if (header === undefined || marker === null || sealed === null) return null;
  const settings = snapshot.settings ?? FIRST_SETTINGS;
  return { header: header as Header, marker, sealed, rows, settings };
}

/** Read the store; a new one is given an empty vault of full size, used or not. */
export async function readOrMake(store: Store, entropy: Entropy): Promise<ReadStore> {
  const found = complete(await store.read());
  if (found !== null) return found;
  const header = await deviceHeader();
  if (header.kind !== "device") throw new VaultError("locked");
  const sealed = await sealedContent(header.key, EMPTY_VAULT, entropy);
  try {
    await store.commit({ basedOn: null, header, sealed });
  } catch (error) {
    // Another tab made it in the same moment; its vault counts.
    if (!(error instanceof ConflictError)) throw error;
  }
  const made = complete(await store.read());
  if (made === null) throw new VaultError("vault-damaged");
  return made;
}

export async function sealedContent(
  key: CryptoKey,
  content: VaultContent,
  entropy: Entropy,
): Promise<Bytes> {
  const padded = packVault(content);
  const sealed = await sealVault(key, padded, entropy);
  wipe(padded);
  return sealed;
}
