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
 * Whoever takes the phone reads in clear: the header's salt and cost, the settings, and that is all.
 */
import type { Bytes } from "../bytes.ts";
import { ConflictError, PhoneError } from "../errors.ts";

/** A name like the app's on the home screen. */
export const DATABASE = "notes";
const VERSION = 1;
const STORES = ["vault", "strips"] as const;

export type Marker = string;

/** What must be readable before the vault is opened; it says nothing about anybody. */
export interface Settings {
  readonly language: string | null;
  readonly look: string;
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
      const held = ((await settled(vault.get("marker"))) as Marker | undefined) ?? null;
      if (held !== write.basedOn) {
        transaction.abort();
        throw new ConflictError();
      }
      if (write.header !== undefined) vault.put(write.header, "header");
      vault.put(write.head, "head");
      const strips = transaction.objectStore("strips");
      for (const [at, strip] of write.strips) strips.put(strip, at);
      vault.put(write.marker, "marker");
      await end;
    });
  }

  keepSettings(settings: Settings): Promise<void> {
    return guarded(() => {
      const transaction = this.database.transaction("vault", "readwrite");
      transaction.objectStore("vault").put(settings, "settings");
      return finished(transaction);
    });
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

  /** Close and erase the database. */
  async destroy(): Promise<void> {
    this.database.close();
    await guarded(() => settled(this.factory.deleteDatabase(DATABASE)));
  }
}
