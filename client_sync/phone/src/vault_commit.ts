/**
 * One commit of the vault: seal what a change touches, and write all of it or nothing.
 *
 * Theory of operation. The page works out what a change is (`session.ts`, pure) and names it. To seal
 * megabytes and to copy them into the browser's database keeps a slow phone's thread for tenths of a
 * second, so the worker does both, over a connection of its own; where there is none the page does.
 * The marker decides between them as between two tabs: it is compared in the transaction that writes.
 * The worker is lent the key for one commit, as a handle whose bytes no script can read, and keeps
 * neither key nor head afterwards: there is nothing to take back from it when the app is locked.
 */
import type { Bytes } from "./bytes.ts";
import { type Entropy, randomBytes } from "./envelope/entropy.ts";
import { ConflictError } from "./errors.ts";
import { type Marker, Store } from "./outbox/store.ts";
import type { Head } from "./vault.ts";
import { sealedJson } from "./vault_store.ts";
import { sealedStrips, type TouchedStrip } from "./vault_strips.ts";

export interface VaultCommit {
  readonly key: CryptoKey;
  readonly touched: readonly TouchedStrip[];
  /** Marker of what the change was computed from. */
  readonly basedOn: Marker;
  readonly marker: Marker;
}

/**
 * Commit elsewhere than on this thread; null when it is done. Where that is not to be had nothing is
 * written, and it gives what is left to commit here, with all bytes.
 */
export type CommitElsewhere = (commit: VaultCommit, head: Head) => Promise<VaultCommit | null>;

/** Seal and write; `json` is the head's, and is wiped. */
export async function commitVault(
  store: Store,
  { key, touched, basedOn, marker }: VaultCommit,
  json: Bytes,
  entropy: Entropy,
): Promise<void> {
  const head = await sealedJson(key, json, entropy);
  const strips = await sealedStrips(store, key, touched, entropy);
  await store.commit({ basedOn, marker, head, strips });
}

/** Commits over a connection of its own, which is opened by the first and anew after it was closed. */
export class Committer {
  private readonly factory: IDBFactory;
  private store: Promise<Store> | null = null;

  constructor(factory: IDBFactory) {
    this.factory = factory;
  }

  async commit(commit: VaultCommit, json: Bytes): Promise<void> {
    this.store ??= Store.open(this.factory);
    try {
      await commitVault(await this.store, commit, json, randomBytes);
    } catch (error) {
      if (!(error instanceof ConflictError)) this.letGo();
      throw error;
    }
  }

  /** Erased by a tab, or by the browser: whoever comes next opens it again. */
  private letGo(): void {
    void this.store?.then((store) => store.close()).catch(() => undefined);
    this.store = null;
  }
}
