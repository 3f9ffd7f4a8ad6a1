/**
 * Killing the phone at any step.
 *
 * Every touch of the database and of the network is a step. At the chosen step the open transaction
 * is aborted and from then on nothing works any more: no further write, no answer. What a new app
 * then finds in the same database is what a phone finds after its battery was pulled out.
 */
import { IDBDatabase as Database, IDBObjectStore as ObjectStore } from "fake-indexeddb";
import type { Bytes } from "../../src/bytes.ts";
import type { Transport } from "../../src/transports/base.ts";

export class KilledError extends Error {}

class Killer {
  steps = 0;
  killAt = Number.POSITIVE_INFINITY;
  /** Counts processes; what belongs to an earlier one stays dead. */
  life = 0;
  private readonly lives = new WeakMap<object, number>();

  get dead(): boolean {
    return this.steps >= this.killAt;
  }

  /** One step of a process, known by its database connection. */
  stepOf(connection: object): void {
    if (!this.lives.has(connection)) this.lives.set(connection, this.life);
    this.step(this.lives.get(connection) ?? 0);
  }

  step(life: number): void {
    if (life !== this.life) throw new KilledError();
    this.steps += 1;
    if (this.dead) throw new KilledError();
  }

  /** Begin a new process. */
  reset(killAt = Number.POSITIVE_INFINITY): void {
    this.life += 1;
    this.steps = 0;
    this.killAt = killAt;
  }
}

/** The one killer of this test process: the database classes are patched once, for it. */
export const killer = new Killer();

type Method = (this: unknown, ...rest: unknown[]) => unknown;

function patch(
  prototype: object,
  name: string,
  before: (self: unknown, given: readonly unknown[]) => void,
): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name] as Method;
  methods[name] = function patched(this: unknown, ...rest: unknown[]): unknown {
    before(this, rest);
    return original.apply(this, rest);
  };
}

function abortAndDie(self: unknown): void {
  const { transaction } = self as IDBObjectStore;
  try {
    killer.stepOf(transaction.db);
  } catch (error) {
    // A transaction whose process is gone never commits.
    transaction.abort();
    throw error;
  }
}

// The database opens itself by a transaction of its own; that one is not the app's step.
patch(Database.prototype, "transaction", (self, [, mode]) => {
  if (mode !== "versionchange") killer.stepOf(self as object);
});
for (const name of ["put", "get", "getAll", "delete"]) {
  patch(ObjectStore.prototype, name, abortAndDie);
}

/** A network that the killer can cut before the request leaves, and after it arrived. */
export function mortal(transport: Transport): Transport {
  const { life } = killer;
  return {
    async exchange(url, request, timeoutSeconds): Promise<Bytes> {
      killer.step(life);
      const answer = await transport.exchange(url, request, timeoutSeconds);
      killer.step(life);
      return answer;
    },
  };
}
