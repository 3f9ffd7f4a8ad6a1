/**
 * A database that lasts as long as the page, for browsers that let a page opened from a file keep nothing.
 *
 * Theory of operation. It is the part of `IDBFactory` that `outbox/store.ts` asks for, and takes the
 * place of the real one at the platform's seam, so that nothing above knows of it. What a transaction
 * writes is seen by itself at once and by others when it is complete; writing transactions come one
 * after the other; an aborted one has written nothing. The person is told that nothing is kept
 * (`nothing-kept` among the warnings).
 */

type Key = string | number;
type Records = Map<Key, unknown>;
type Listener = (() => void) | null;

class MemoryRequest<T> {
  result: T | undefined;
  readonly error = null;
  onsuccess: Listener = null;
  onerror: Listener = null;
  onupgradeneeded: Listener = null;
}

class MemoryStore {
  private readonly transaction: MemoryTransaction;
  private readonly kept: KeptStore;

  constructor(transaction: MemoryTransaction, kept: KeptStore) {
    this.transaction = transaction;
    this.kept = kept;
  }

  get(key: Key): MemoryRequest<unknown> {
    return this.ask((records) => structuredClone(records.get(key)));
  }

  getAll(): MemoryRequest<unknown[]> {
    return this.ask((records) => [...records.values()].map((one) => structuredClone(one)));
  }

  count(): MemoryRequest<number> {
    return this.ask((records) => records.size);
  }

  put(value: unknown, key?: Key): MemoryRequest<Key> {
    const kept = structuredClone(value);
    const name = key ?? ((value as Record<string, Key>)[this.kept.keyPath ?? ""] as Key);
    return this.ask((records) => {
      records.set(name, kept);
      return name;
    });
  }

  delete(key: Key): MemoryRequest<boolean> {
    return this.ask((records) => records.delete(key));
  }

  private ask<T>(answer: (records: Records) => T): MemoryRequest<T> {
    return this.transaction.ask(() => answer(this.transaction.copyOf(this.kept)));
  }
}

interface KeptStore {
  readonly keyPath: string | null;
  records: Records;
}

class MemoryTransaction {
  readonly error = null;
  oncomplete: Listener = null;
  onabort: Listener = null;
  onerror: Listener = null;
  private readonly stores: ReadonlyMap<string, KeptStore>;
  private readonly copies = new Map<KeptStore, Records>();
  private readonly mayBegin: Promise<unknown>;
  private readonly ended: () => void;
  private open = 0;
  private isOver = false;

  constructor(
    stores: ReadonlyMap<string, KeptStore>,
    mayBegin: Promise<unknown>,
    ended: () => void,
  ) {
    this.stores = stores;
    this.mayBegin = mayBegin;
    this.ended = ended;
    this.ask(() => null);
  }

  objectStore(name: string): MemoryStore {
    const kept = this.stores.get(name);
    if (kept === undefined) throw new DOMException("no such store", "NotFoundError");
    return new MemoryStore(this, kept);
  }

  /** What this transaction sees and changes; taken when its turn has come, not before. */
  copyOf(kept: KeptStore): Records {
    const records = this.copies.get(kept) ?? new Map(kept.records);
    this.copies.set(kept, records);
    return records;
  }

  abort(): void {
    if (this.isOver) return;
    this.end();
    this.onabort?.();
  }

  /** Do something when it is this transaction's turn; it stays open until nothing is asked any more. */
  ask<T>(answer: () => T): MemoryRequest<T> {
    const request = new MemoryRequest<T>();
    this.open += 1;
    void this.mayBegin.then(() => {
      this.open -= 1;
      if (this.isOver) return;
      request.result = answer();
      request.onsuccess?.();
      // Whoever was waiting for the answer may ask on; promises are settled before a timer comes.
      setTimeout(() => this.completeIfIdle(), 0);
    });
    return request;
  }

  private completeIfIdle(): void {
    if (this.isOver || this.open > 0) return;
    for (const [kept, records] of this.copies) kept.records = records;
    this.end();
    this.oncomplete?.();
  }

  private end(): void {
    this.isOver = true;
    this.ended();
  }
}

class MemoryDatabase {
  onversionchange: Listener = null;
  private readonly stores = new Map<string, KeptStore>();
  private tail: Promise<unknown> = Promise.resolve();

  createObjectStore(name: string, options?: { readonly keyPath: string }): void {
    this.stores.set(name, { keyPath: options?.keyPath ?? null, records: new Map() });
  }

  transaction(_names: unknown, _mode: IDBTransactionMode): MemoryTransaction {
    const before = this.tail;
    let ended = (): void => undefined;
    this.tail = new Promise<void>((resolve) => {
      ended = resolve;
    });
    return new MemoryTransaction(this.stores, before, ended);
  }

  close(): void {
    this.onversionchange = null;
  }
}

/** Make an empty one; everything in it is gone with the page. */
export function memoryFactory(): IDBFactory {
  const databases = new Map<string, MemoryDatabase>();
  const later = <T>(answer: (request: MemoryRequest<T>) => void): MemoryRequest<T> => {
    const request = new MemoryRequest<T>();
    queueMicrotask(() => {
      answer(request);
      request.onsuccess?.();
    });
    return request;
  };
  const factory = {
    open: (name: string) =>
      later<MemoryDatabase>((request) => {
        const found = databases.get(name);
        request.result = found ?? new MemoryDatabase();
        databases.set(name, request.result);
        if (found === undefined) request.onupgradeneeded?.();
      }),
    deleteDatabase: (name: string) =>
      later<undefined>(() => {
        databases.delete(name);
      }),
  };
  return factory as unknown as IDBFactory;
}
