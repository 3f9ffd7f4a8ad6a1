/**
 * What the phone keeps on disk: one IndexedDB database whose records have their number and their
 * sizes from the day it is made.
 *
 * Theory of operation. `vault` holds the header, the settings, and the sealed head: what the phone
 * knows, the outbox's rows, and where in `strips` each blob lies. `strips` is the room for sealed
 * blobs, always full of what looks like chance (places.ts). Nothing is ever added or taken away. A
 * commit is one transaction, so that a phone that dies in between opens the state before or after,
 * never half. The marker is compared first, so that a second tab (or the service worker) that read
 * earlier cannot overwrite what came since: it gets a ConflictError, reads again and repeats. It is
 * drawn by chance and counts nothing.
 *
 * Whoever takes the phone reads in clear: the header's salt and cost, the settings, how often in a row
 * the passphrase was wrong, and that is all.
 */
import type { Bytes } from "../bytes.ts";
import { ConflictError, PhoneError } from "../errors.ts";

/** A name like the app's on the home screen. */
export const DATABASE = "notes";
const VERSION = 1;
const STORES = ["vault", "strips"] as const;

export type Marker = string;

/** What must be known of the lock before anything is opened. */
export interface GuardSettings {
  /** `notes` after the panic gesture: the app is a notes app until an invite is opened. */
  readonly face: "app" | "notes";
  /** Wrong passphrases after which everything is erased; 0 for never. */
  readonly wipeAfter: number;
  /** Lock after so long without a touch; 0 for never. */
  readonly lockAfterMinutes: number;
  readonly locksOnHide: boolean;
  readonly panics: boolean;
}

export const DEFAULT_GUARD: GuardSettings = {
  face: "app",
  wipeAfter: 0,
  lockAfterMinutes: 5,
  locksOnHide: false,
  panics: false,
};

/** What must be readable before the vault is opened; it says nothing about anybody. */
export interface Settings extends GuardSettings {
  readonly language: string | null;
  readonly look: string;
  /** Name and icon that the app wears. */
  readonly disguise: string;
}

/** Everything but the strips, read in one transaction. */
export interface Snapshot {
  readonly header: unknown;
  readonly marker: Marker | null;
  readonly head: Bytes | null;
  readonly strips: number;
  readonly settings: Settings | null;
}

/** One change of the disk, all of it or nothing. */
export interface Write {
  /** Marker of what the change was computed from; null creates the store. */
  readonly basedOn: Marker | null;
  readonly marker: Marker;
  readonly header?: unknown;
  readonly head: Bytes;
  readonly strips: ReadonlyMap<number, Bytes>;
  /** Only when the store is made. */
  readonly notes?: Bytes;
}

/** Records that are replaced whatever is there: erasing asks nobody. */
export interface Overwrite {
  readonly marker: Marker;
  readonly header?: unknown;
  readonly head?: Bytes;
  readonly notes?: Bytes;
  readonly settings?: Settings;
  readonly strips?: ReadonlyMap<number, Bytes>;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  const promise = new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new PhoneError("storage-refused"));
  });
  // When its transaction is given up half-way, nobody may be waiting for this one any more.
  promise.catch(() => undefined);
  return promise;
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new PhoneError("storage-refused"));
    transaction.onerror = () => reject(transaction.error ?? new PhoneError("storage-refused"));
  });
}

/**
 * Compare the marker. Another tab's is a conflict; the write's own, which nobody else can have drawn, says
 * that it is on disk: who wrote it came to an end before it could say so.
 */
async function isWritten(vault: IDBObjectStore, { basedOn, marker }: Write): Promise<boolean> {
  const held = ((await settled(vault.get("marker"))) as Marker | undefined) ?? null;
  if (held === marker) return true;
  if (held === basedOn) return false;
  vault.transaction.abort();
  throw new ConflictError();
}

/** Let only our own kinds of error out. */
async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof PhoneError ? error : new PhoneError("storage-refused");
  }
}

export class Store {
  private readonly database: IDBDatabase;
  private readonly factory: IDBFactory;

  private constructor(database: IDBDatabase, factory: IDBFactory) {
    this.database = database;
    this.factory = factory;
    // Another tab erases everything: let it, do not hold the database open.
    database.onversionchange = () => database.close();
  }

  static open(factory: IDBFactory): Promise<Store> {
    return guarded(async () => {
      const request = factory.open(DATABASE, VERSION);
      request.onupgradeneeded = () => {
        for (const name of STORES) request.result.createObjectStore(name);
      };
      return new Store(await settled(request), factory);
    });
  }

  read(): Promise<Snapshot> {
    return guarded(async () => {
      const transaction = this.database.transaction(STORES, "readonly");
      const vault = transaction.objectStore("vault");
      const [header, marker, head, settings, strips] = await Promise.all([
        settled(vault.get("header") as IDBRequest<unknown>),
        settled(vault.get("marker") as IDBRequest<Marker | undefined>),
        settled(vault.get("head") as IDBRequest<Bytes | undefined>),
        settled(vault.get("settings") as IDBRequest<Settings | undefined>),
        settled(transaction.objectStore("strips").count()),
      ]);
      return {
        header,
        marker: marker ?? null,
        head: head ?? null,
        strips,
        settings: settings ?? null,
      };
    });
  }

  commit(write: Write): Promise<void> {
    return guarded(async () => {
      const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
      const end = finished(transaction);
      // The awaits below may throw first; `end` must not become an unhandled rejection then.
      end.catch(() => undefined);
      const vault = transaction.objectStore("vault");
      if (await isWritten(vault, write)) return;
      if (write.header !== undefined) vault.put(write.header, "header");
      if (write.notes !== undefined) vault.put(write.notes, "notes");
      // Copying records takes the page's thread: one at a time, so that it is free in between.
      await settled(vault.put(write.head, "head"));
      const strips = transaction.objectStore("strips");
      for (const [at, strip] of write.strips) await settled(strips.put(strip, at));
      vault.put(write.marker, "marker");
      await end;
    });
  }

  /** Replace records without looking what was there. */
  overwrite(write: Overwrite): Promise<void> {
    return guarded(() => {
      const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
      const vault = transaction.objectStore("vault");
      const { strips: pieces = new Map<number, Bytes>(), ...records } = write;
      for (const [name, record] of Object.entries(records)) vault.put(record, name);
      const strips = transaction.objectStore("strips");
      for (const [at, strip] of pieces) strips.put(strip, at);
      return finished(transaction);
    });
  }

  keepSettings(settings: Settings): Promise<void> {
    return this.keep("settings", settings);
  }

  /** How often in a row the passphrase was wrong. */
  async tries(): Promise<number> {
    return ((await this.one("tries")) as number | undefined) ?? 0;
  }

  keepTries(tries: number): Promise<void> {
    return this.keep("tries", tries);
  }

  notes(): Promise<Bytes | undefined> {
    return this.one("notes") as Promise<Bytes | undefined>;
  }

  keepNotes(sealed: Bytes): Promise<void> {
    return this.keep("notes", sealed);
  }

  strip(at: number): Promise<Bytes | undefined> {
    return guarded(() => {
      const transaction = this.database.transaction("strips", "readonly");
      return settled(transaction.objectStore("strips").get(at) as IDBRequest<Bytes | undefined>);
    });
  }

  close(): void {
    this.database.close();
  }

  private one(name: string): Promise<unknown> {
    return guarded(() => {
      const transaction = this.database.transaction("vault", "readonly");
      return settled(transaction.objectStore("vault").get(name) as IDBRequest<unknown>);
    });
  }

  private keep(name: string, value: unknown): Promise<void> {
    return guarded(() => {
      const transaction = this.database.transaction("vault", "readwrite", { durability: "strict" });
      transaction.objectStore("vault").put(value, name);
      return finished(transaction);
    });
  }

  /** Close and erase the database. */
  async destroy(): Promise<void> {
    this.database.close();
    await guarded(() => settled(this.factory.deleteDatabase(DATABASE)));
  }
}
