/**
 * Rows as they lie in the vault: names that repeat are written once.
 *
 * A photograph is hundreds of rows that name the same report, attachment and relay, and the vault has
 * one size for ever.
 */
import type { ReceiptNote, Row } from "./rows.ts";

type PackedReceipt = Omit<ReceiptNote, "relay"> & { readonly relay: number };

type PackedRow = Omit<Row, "owner" | "part" | "relay" | "receipts"> & {
  readonly owner: number;
  readonly part: number;
  readonly relay: number;
  readonly receipts?: readonly PackedReceipt[];
};

export interface PackedRows {
  readonly names: readonly string[];
  readonly rows: readonly PackedRow[];
}

/** Give each name a number. */
class Names {
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.list.length;
      this.list.push(name);
      this.numbers.set(name, number);
    }
    return number;
  }
}

export function packRows(rows: ReadonlyMap<string, Row>): PackedRows {
  const names = new Names();
  const packed = [...rows.values()].map(({ receipts, ...row }) => ({
    ...row,
    owner: names.of(row.owner),
    part: names.of(row.part),
    relay: names.of(row.relay),
    ...(receipts.length > 0 && {
      receipts: receipts.map((note) => ({ ...note, relay: names.of(note.relay) })),
    }),
  }));
  return { names: names.list, rows: packed };
}

export function unpackRows({ names, rows }: PackedRows): ReadonlyMap<string, Row> {
  const name = (number: number): string => names[number] ?? "";
  const named = rows.map((row): Row => {
    const receipts = (row.receipts ?? []).map((note) => ({ ...note, relay: name(note.relay) }));
    return {
      ...row,
      owner: name(row.owner),
      part: name(row.part),
      relay: name(row.relay),
      receipts,
    };
  });
  return new Map(named.map((row) => [row.id, row]));
}
