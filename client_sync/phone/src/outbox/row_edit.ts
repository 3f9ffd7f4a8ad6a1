/** Several changes of rows, one on top of the other, until they are committed together. */
import { moved, type Row } from "./rows.ts";

/** Rows being changed, on top of those held. */
export class RowEdit {
  private readonly changed = new Map<string, Row>();
  private readonly dropped = new Set<string>();
  private readonly held: ReadonlyMap<string, Row>;

  constructor(held: ReadonlyMap<string, Row>) {
    this.held = held;
  }

  get(id: string): Row | undefined {
    return this.dropped.has(id) ? undefined : (this.changed.get(id) ?? this.held.get(id));
  }

  set(row: Row): void {
    this.changed.set(row.id, row);
  }

  of(owner: string): Row[] {
    const owned = [...this.held.values()].filter((row) => row.owner === owner);
    return owned.flatMap((row) => this.get(row.id) ?? []);
  }

  /** Acknowledged by the desk: bytes and row go. */
  finish(row: Row): void {
    moved(moved(row, "ack"), "wipe");
    this.dropped.add(row.id);
    this.changed.delete(row.id);
  }

  isEmpty(): boolean {
    return this.changed.size === 0 && this.dropped.size === 0;
  }

  /** The part of a change that is about rows. */
  change(): { readonly rows: readonly Row[]; readonly drop: readonly string[] } {
    return { rows: [...this.changed.values()], drop: [...this.dropped] };
  }
}
