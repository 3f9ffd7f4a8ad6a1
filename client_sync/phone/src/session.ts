/**
 * The one holder of what this phone knows: the opened vault and the rows of the outbox.
 *
 * Theory of operation. `held()` is an immutable snapshot. `update` is the only way to change it: it
 * is given a pure function from the snapshot to a `Change`, seals the new vault, commits everything
 * in one transaction, and only then shows the new snapshot ("save, then send"). Updates run one
 * after the other. When another tab committed first, the store refuses; the session reads again and
 * computes the change anew from what it finds, so a change is never lost and never applied to
 * something it was not computed from.
 */
import { type Bytes, fromHex } from "./bytes.ts";
import { type Entropy, randomBytes, randomUnit } from "./envelope/entropy.ts";
import { ConflictError, VaultError } from "./errors.ts";
import { FEW_STRIPS, type Places, planStrips } from "./outbox/places.ts";
import type { Row } from "./outbox/rows.ts";
import { type Marker, type Settings, Store, type Write } from "./outbox/store.ts";
import type { Head, VaultContent } from "./vault.ts";
import {
  type DeriveKey,
  deviceHeader,
  type Header,
  openHeader,
  passphraseHeader,
} from "./vault_key.ts";
import { newMarker, openHead, type ReadStore, readOrMake, sealedHead } from "./vault_store.ts";
import { blobAt, resealedStrips, sealedStrips } from "./vault_strips.ts";

/** How often a change is computed anew when other tabs keep coming first. */
const MOST_CONFLICTS = 5;

export interface Held {
  readonly content: VaultContent;
  readonly rows: ReadonlyMap<string, Row>;
}

export interface Change {
  readonly content?: VaultContent;
  readonly rows?: readonly Row[];
  readonly blobs?: ReadonlyMap<string, Bytes>;
  readonly drop?: readonly string[];
}

/** A pure function: it may be asked again, about something newer. */
export type Compute<T> = (held: Held) => { readonly change: Change | null; readonly result: T };

export interface SessionParts {
  readonly factory: IDBFactory;
  readonly derive: DeriveKey;
  readonly entropy?: Entropy;
  /** How many strips a store is made with, where there is none. */
  readonly strips?: number;
  /** Called after each commit, so that other tabs can read it. */
  readonly committed?: () => void;
}

export class Session {
  private readonly parts: SessionParts;
  private readonly entropy: Entropy;
  private store: Store;
  private header: Header;
  private kept: Settings;
  private key: CryptoKey | null = null;
  private marker: Marker;
  /** How many strips the store has. */
  private strips: number;
  private current: Held | null = null;
  private places: Places = new Map();
  private tail: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  private constructor(parts: SessionParts, store: Store, read: ReadStore) {
    this.parts = parts;
    this.entropy = parts.entropy ?? randomBytes;
    this.store = store;
    this.header = read.header;
    this.marker = read.marker;
    this.strips = read.strips;
    this.kept = read.settings;
  }

  /** Open what is on this device, or make it; with a passphrase it stays locked. */
  static async open(parts: SessionParts): Promise<Session> {
    const store = await Store.open(parts.factory);
    const read = await readOrMake(store, parts.entropy ?? randomBytes, parts.strips ?? FEW_STRIPS);
    const session = new Session(parts, store, read);
    if (read.header.kind === "device") await session.show(read.header.key, read);
    return session;
  }

  settings(): Settings {
    return this.kept;
  }

  async keepSettings(settings: Settings): Promise<void> {
    await this.store.keepSettings(settings);
    this.kept = settings;
    this.announce();
  }

  locked(): boolean {
    return this.current === null;
  }

  hasPassphrase(): boolean {
    return this.header.kind === "passphrase";
  }

  held(): Held {
    if (this.current === null) throw new VaultError("locked");
    return this.current;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Tell the listeners; also for changes that are not on disk, such as the link's state. */
  announce(): void {
    for (const listener of [...this.listeners]) listener();
  }

  /** Compute a change from what is held and commit it; null changes nothing. */
  async update(compute: (held: Held) => Change | null): Promise<Held> {
    await this.change((held) => ({ change: compute(held), result: null }));
    return this.held();
  }

  /** The same, for a change that has something to tell once it is on disk. */
  change<T>(compute: Compute<T>): Promise<T> {
    return this.exclusive(() => this.attempt(compute, MOST_CONFLICTS));
  }

  /** One sealed blob; waits its turn, so that it is read under the key it was sealed with. */
  blob(id: string): Promise<Bytes | undefined> {
    return this.exclusive(() => {
      const place = this.places.get(id);
      if (this.key === null || place === undefined) return Promise.resolve(undefined);
      return blobAt(this.store, this.key, fromHex(id), place);
    });
  }

  /** Read what another tab committed. */
  refresh(): Promise<void> {
    return this.exclusive(() => (this.current === null ? Promise.resolve() : this.reread()));
  }

  async unlock(passphrase: string): Promise<void> {
    if (this.header.kind !== "passphrase") return;
    const key = await openHeader(this.header, passphrase, this.parts.derive);
    await this.exclusive(async () => this.show(key, await this.read()));
    this.announce();
  }

  lock(): void {
    if (this.header.kind !== "passphrase") return;
    this.forget();
    this.announce();
  }

  /** Seal the whole store under a new passphrase, or bind it to this device again. */
  async rekey(passphrase: string | null): Promise<void> {
    const { header, key } = await this.makeHeader(passphrase);
    await this.exclusive(async () => {
      const { store, strips, places, entropy } = this;
      if (this.key === null) throw new VaultError("locked");
      const keys = { from: this.key, to: key };
      const resealed = await resealedStrips(store, keys, strips, places, entropy);
      const head = await sealedHead(key, { ...this.held(), places }, entropy);
      await this.write({ basedOn: this.marker, header, head, strips: resealed });
      this.header = header;
      this.key = key;
    });
    this.announce();
  }

  /** Erase the database and begin anew. */
  async wipe(): Promise<void> {
    await this.exclusive(async () => {
      await this.store.destroy();
      this.forget();
      this.store = await Store.open(this.parts.factory);
      const made = await this.read();
      this.header = made.header;
      this.strips = made.strips;
      this.kept = made.settings;
      if (made.header.kind === "device") await this.show(made.header.key, made);
    });
    this.announce();
  }

  close(): void {
    this.listeners.clear();
    this.store.close();
  }

  private makeHeader(passphrase: string | null): Promise<{ header: Header; key: CryptoKey }> {
    if (passphrase === null) return deviceHeader();
    return passphraseHeader(passphrase, this.parts.derive, this.entropy);
  }

  private read(): Promise<ReadStore> {
    return readOrMake(this.store, this.entropy, this.strips);
  }

  private forget(): void {
    this.key = null;
    this.current = null;
    this.places = new Map();
  }

  private exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = this.tail.then(action);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async attempt<T>(compute: Compute<T>, left: number): Promise<T> {
    const { change, result } = compute(this.held());
    if (change === null) return result;
    try {
      await this.apply(change);
      return result;
    } catch (error) {
      if (!(error instanceof ConflictError) || left === 0) throw error;
    }
    await this.reread();
    return this.attempt(compute, left - 1);
  }

  private async apply(change: Change): Promise<void> {
    const { content, rows } = this.held();
    const { key, store, entropy, places: before } = this;
    if (key === null) throw new VaultError("locked");
    const plan = planStrips(this.strips, before, change, randomUnit(entropy));
    const held = { content: change.content ?? content, rows: changedRows(rows, change) };
    const strips = await sealedStrips(store, key, before, plan, entropy);
    const head = await sealedHead(key, { ...held, places: plan.places }, entropy);
    await this.write({ basedOn: this.marker, head, strips });
    this.current = held;
    this.places = plan.places;
    this.announce();
  }

  private async write(write: Omit<Write, "marker">): Promise<void> {
    const marker = newMarker(this.entropy);
    await this.store.commit({ ...write, marker });
    this.marker = marker;
    this.parts.committed?.();
  }

  private async reread(): Promise<void> {
    const read = await this.read();
    if (read.marker === this.marker) return;
    if (this.key === null || read.header.kind !== this.header.kind) throw new VaultError("locked");
    await this.show(read.header.kind === "device" ? read.header.key : this.key, read);
    this.announce();
  }

  private async show(key: CryptoKey, read: ReadStore): Promise<void> {
    const { content, rows, places }: Head = await openHead(key, read.sealed);
    this.key = key;
    this.marker = read.marker;
    this.strips = read.strips;
    this.places = places;
    this.current = { content, rows };
  }
}

function changedRows(rows: ReadonlyMap<string, Row>, change: Change): ReadonlyMap<string, Row> {
  if (change.rows === undefined && change.drop === undefined) return rows;
  const changed = new Map(rows);
  for (const row of change.rows ?? []) changed.set(row.id, row);
  for (const id of change.drop ?? []) changed.delete(id);
  return changed;
}
