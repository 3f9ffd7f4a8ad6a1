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
import { canLock, type LockHappening, type LockState, nextLock } from "./lock_states.ts";
import { FEW_STRIPS, type Places, planStrips, type Sealed } from "./outbox/places.ts";
import type { Row } from "./outbox/rows.ts";
import { type Marker, type Overwrite, type Settings, Store, type Write } from "./outbox/store.ts";
import { type Head, headJson, type VaultContent } from "./vault.ts";
import { type CommitElsewhere, commitVault, type VaultCommit } from "./vault_commit.ts";
import type { DeriveKey, Header } from "./vault_key.ts";
import { newMarker, openHead, type ReadStore, readOrMake } from "./vault_store.ts";
import { blobAt, touchedStrips } from "./vault_strips.ts";

/** How often a change is computed anew when other tabs keep coming first. */
const MOST_CONFLICTS = 5;

export interface Held {
  readonly content: VaultContent;
  readonly rows: ReadonlyMap<string, Row>;
}

export interface Change {
  readonly content?: VaultContent;
  readonly rows?: readonly Row[];
  readonly blobs?: ReadonlyMap<string, Sealed>;
  readonly drop?: readonly string[];
}

export interface Computed<T> {
  readonly change: Change | null;
  readonly result: T;
}

/** A pure function: it may be asked again, about something newer. What takes long it lets others do. */
export type Compute<T> = (held: Held) => Computed<T> | Promise<Computed<T>>;

export interface SessionParts {
  readonly factory: IDBFactory;
  readonly derive: DeriveKey;
  readonly entropy?: Entropy;
  /** How many strips a store is made with, where there is none. */
  readonly strips?: number;
  /** Commits off this thread, where the browser can. */
  readonly elsewhere?: CommitElsewhere | undefined;
  /** Called after each commit, so that other tabs can read it. */
  readonly committed?: () => void;
}

/** What `lock.ts` works with; nobody else asks for it. */
export interface Inside {
  readonly store: Store;
  readonly header: Header;
  readonly key: CryptoKey | null;
  readonly notesKey: CryptoKey | null;
  readonly strips: number;
  readonly places: Places;
  readonly entropy: Entropy;
  readonly derive: DeriveKey;
}

/** A header and the key it gives. */
export interface Made {
  readonly header: Header;
  readonly key: CryptoKey;
  /** Which slot of a passphrase header is the vault's. */
  readonly at?: number;
}

function firstLock(header: Header, settings: Settings): LockState {
  if (header.kind === "passphrase") return "shut";
  return settings.face === "notes" ? "notes" : "bare";
}

export class Session {
  private readonly parts: SessionParts;
  private readonly entropy: Entropy;
  private store: Store;
  private header: Header;
  private kept: Settings;
  private key: CryptoKey | null = null;
  private notesKey: CryptoKey | null = null;
  /** Which slot of a passphrase header is the vault's; known once it was opened. */
  private slot = 0;
  private lockState: LockState;
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
    this.lockState = firstLock(read.header, read.settings);
  }

  /** Open what is on this device, or make it; with a passphrase it stays locked. */
  static async open(parts: SessionParts): Promise<Session> {
    const store = await Store.open(parts.factory);
    const read = await readOrMake(store, parts.entropy ?? randomBytes, parts.strips ?? FEW_STRIPS);
    const session = new Session(parts, store, read);
    await session.begin(read);
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

  lockedAs(): LockState {
    return this.lockState;
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
    return this.exclusive(() => this.reread());
  }

  // --- for lock.ts -------------------------------------------------------------------------

  inside(): Inside {
    const { store, header, key, notesKey, strips, places, entropy } = this;
    return { store, header, key, notesKey, strips, places, entropy, derive: this.parts.derive };
  }

  /** The passphrase was right. */
  async enter({ key, at }: { readonly key: CryptoKey; readonly at: number }): Promise<void> {
    await this.exclusive(async () => this.show(key, await this.read()));
    this.slot = at;
    this.happen("right");
  }

  /** It was the one of the notes. */
  enterNotes(key: CryptoKey): void {
    this.forget();
    this.notesKey = key;
    this.happen("other");
  }

  vaultSlot(): number {
    return this.slot;
  }

  /** The store is sealed under another header now. */
  protected({ header, key, at = this.slot }: Made, happening: "protect" | "unprotect"): void {
    this.header = header;
    this.key = key;
    this.slot = at;
    this.happen(happening);
  }

  async overwrite(write: Omit<Overwrite, "marker">): Promise<void> {
    const marker = newMarker(this.entropy);
    await this.store.overwrite({ ...write, marker });
    this.marker = marker;
  }

  /** Nothing is left but a notes app. */
  erased({ header, key }: Made, settings: Settings, happening: "panic" | "spent"): void {
    this.forget();
    this.header = header;
    this.notesKey = key;
    this.kept = settings;
    this.parts.committed?.();
    this.happen(happening);
  }

  async invited(): Promise<void> {
    if (this.lockState !== "notes" || this.header.kind !== "device") return;
    const { key } = this.header;
    await this.exclusive(async () => this.show(key, await this.read()));
    this.notesKey = null;
    this.lockState = nextLock(this.lockState, "invited");
    await this.keepSettings({ ...this.kept, face: "app" });
  }

  lock(): void {
    if (!canLock(this.lockState)) return;
    this.forget();
    this.happen("lock");
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
      this.lockState = nextLock(this.lockState, "erase");
      await this.begin(made);
    });
    this.announce();
  }

  close(): void {
    this.listeners.clear();
    this.store.close();
  }

  /** Open what needs no passphrase. */
  private async begin(read: ReadStore): Promise<void> {
    if (read.header.kind !== "device") return;
    if (this.lockState === "notes") this.notesKey = read.header.key;
    else await this.show(read.header.key, read);
  }

  private happen(happening: LockHappening): void {
    this.lockState = nextLock(this.lockState, happening);
    this.announce();
  }

  private read(): Promise<ReadStore> {
    return readOrMake(this.store, this.entropy, this.strips);
  }

  private forget(): void {
    this.key = null;
    this.notesKey = null;
    this.current = null;
    this.places = new Map();
  }

  exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = this.tail.then(action);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async attempt<T>(compute: Compute<T>, left: number): Promise<T> {
    const { change, result } = await compute(this.held());
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
    const { key, entropy, places: before } = this;
    if (key === null) throw new VaultError("locked");
    const plan = planStrips(this.strips, before, change, randomUnit(entropy));
    const held = { content: change.content ?? content, rows: changedRows(rows, change) };
    const [basedOn, marker] = [this.marker, newMarker(entropy)];
    const commit = { key, touched: touchedStrips(before, plan), basedOn, marker };
    await this.commit(commit, { ...held, places: plan.places });
    this.parts.committed?.();
    // Locked meanwhile: what is on disk is right, and nothing comes back into memory.
    if (this.key !== key) return;
    this.marker = marker;
    this.current = held;
    this.places = plan.places;
    this.announce();
  }

  private async commit(commit: VaultCommit, head: Head): Promise<void> {
    const left = this.parts.elsewhere ? await this.parts.elsewhere(commit, head) : commit;
    if (left === null) return;
    await commitVault(this.store, left, headJson(head), this.entropy);
  }

  async write(write: Omit<Write, "marker" | "basedOn">): Promise<void> {
    const marker = newMarker(this.entropy);
    await this.store.commit({ ...write, basedOn: this.marker, marker });
    this.marker = marker;
    this.parts.committed?.();
  }

  private async reread(): Promise<void> {
    const read = await this.read();
    if (read.marker === this.marker) return;
    if (read.header.kind !== this.header.kind || read.settings.face !== this.kept.face) {
      this.beginAnew(read);
      throw new VaultError("locked");
    }
    this.header = read.header;
    if (this.key === null) throw new VaultError("locked");
    await this.show(read.header.kind === "device" ? read.header.key : this.key, read);
    this.announce();
  }

  /** Another tab set a passphrase, removed it, or erased everything: stand as one that has just opened. */
  private beginAnew(read: ReadStore): void {
    this.forget();
    this.header = read.header;
    this.marker = read.marker;
    this.kept = read.settings;
    this.lockState = firstLock(read.header, read.settings);
    if (this.lockState === "notes" && read.header.kind === "device")
      this.notesKey = read.header.key;
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
