/**
 * What the phone keeps on disk: one IndexedDB database, three object stores.
 *
 * Theory of operation. `vault` holds the header, the settings and two copies of the sealed vault; `marker` says
 * which copy counts. A commit writes the copy that does not count, then the rows and blobs, then
 * moves the marker, all in one transaction: a phone that dies anywhere in between opens the state
 * before or after, never half. The marker's `revision` is compared first, so that a second tab (or
 * the service worker) that read earlier cannot overwrite what came since: it gets a ConflictError,
 * reads again and repeats.
 *
 * Everything in clear here may be read by whoever takes the phone: sealed blobs, their states and
 * receipts. No text, place, name or key.
 */
import type { Bytes } from "../bytes.ts";
import { ConflictError, PhoneError } from "../errors.ts";
import type { Row } from "./rows.ts";

export const DATABASE = "tocsin";
const VERSION = 1;
const STORES = ["vault", "outbox", "blobs"] as const;

export interface Marker {
  readonly copy: "a" | "b";
  readonly revision: number;
}

/** What must be readable before the vault is opened; it says nothing about anybody. */
export interface Settings {
  readonly language: string | null;
  readonly look: string;
}

/** Everything but the blobs, read in one transaction. */
export interface Snapshot {
  readonly header: unknown;
  readonly marker: Marker | null;
  readonly sealed: Bytes | null;
  readonly rows: readonly Row[];
  readonly settings: Settings | null;
}

/** One change of the disk, all of it or nothing. */
export interface Write {
  /** Revision that the change was computed from; null creates the first. */
  readonly basedOn: Marker | null;
  readonly header?: unknown;
  readonly sealed?: Bytes | undefined;
  readonly rows?: readonly Row[] | undefined;
  readonly blobs?: ReadonlyMap<string, Bytes> | undefined;
  /** Ids of rows whose row and blob go. */
  readonly drop?: readonly string[] | undefined;
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
        const database = request.result;
        database.createObjectStore("vault");
        database.createObjectStore("outbox", { keyPath: "id" });
        database.createObjectStore("blobs");
      };
      return new Store(await settled(request), factory);
    });
  }

  read(): Promise<Snapshot> {
    return guarded(async () => {
      const transaction = this.database.transaction(["vault", "outbox"], "readonly");
      const vault = transaction.objectStore("vault");
      const [header, held, settings, a, b, rows] = await Promise.all([
        settled(vault.get("header") as IDBRequest<unknown>),
        settled(vault.get("marker") as IDBRequest<Marker | undefined>),
        settled(vault.get("settings") as IDBRequest<Settings | undefined>),
        settled(vault.get("a") as IDBRequest<Bytes | undefined>),
        settled(vault.get("b") as IDBRequest<Bytes | undefined>),
        settled(transaction.objectStore("outbox").getAll() as IDBRequest<Row[]>),
      ]);
      const marker = held ?? null;
      const sealed = (marker?.copy === "a" ? a : b) ?? null;
      return { header, marker, sealed, rows, settings: settings ?? null };
    });
  }

  commit(write: Write): Promise<Marker> {
    return guarded(async () => {
      const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
      const end = finished(transaction);
      // The awaits below may throw first; `end` must not become an unhandled rejection then.
      end.catch(() => undefined);
      const vault = transaction.objectStore("vault");
      const held = ((await settled(vault.get("marker"))) as Marker | undefined) ?? null;
      if (held?.revision !== write.basedOn?.revision) {
        transaction.abort();
        throw new ConflictError();
      }
      const marker = writeVault(vault, write, held);
      writeRows(transaction, write);
      vault.put(marker, "marker");
      await end;
      return marker;
    });
  }

  keepSettings(settings: Settings): Promise<void> {
    return guarded(() => {
      const transaction = this.database.transaction("vault", "readwrite");
      transaction.objectStore("vault").put(settings, "settings");
      return finished(transaction);
    });
  }

  blob(id: string): Promise<Bytes | undefined> {
    return guarded(() => {
      const transaction = this.database.transaction("blobs", "readonly");
      return settled(transaction.objectStore("blobs").get(id) as IDBRequest<Bytes | undefined>);
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

function writeVault(vault: IDBObjectStore, write: Write, held: Marker | null): Marker {
  const revision = (held?.revision ?? 0) + 1;
  if (write.header !== undefined) vault.put(write.header, "header");
  if (write.sealed === undefined) return { copy: held?.copy ?? "a", revision };
  const copy = held?.copy === "a" ? "b" : "a";
  vault.put(write.sealed, copy);
  return { copy, revision };
}

function writeRows(transaction: IDBTransaction, write: Write): void {
  const outbox = transaction.objectStore("outbox");
  const blobs = transaction.objectStore("blobs");
  for (const row of write.rows ?? []) outbox.put(row);
  for (const [id, blob] of write.blobs ?? []) blobs.put(blob, id);
  for (const id of write.drop ?? []) {
    outbox.delete(id);
    blobs.delete(id);
  }
}
