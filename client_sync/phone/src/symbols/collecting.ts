/** What a camera sees of another screen, until a bundle is whole (symbols.md section 4). */
import type { Collecting, Seen } from "../app.ts";
import { hex } from "../bytes.ts";
import { SymbolError } from "../errors.ts";
import {
  type CarriedSymbol,
  finishedBundle,
  readCode,
  type SymbolReader,
  SymbolTable,
} from "./symbols.ts";

const NOTHING: Seen = { kind: "nothing" };

export class Collector implements Collecting {
  private readonly table = new SymbolTable();
  /** Tags of what is whole: the other screen goes on showing it. */
  private readonly done = new Set<string>();
  private last = "";

  take(text: string): Seen {
    // A camera sees each code several times: that costs nothing.
    if (text === this.last) return NOTHING;
    this.last = text;
    try {
      const symbol = readCode(text);
      if (this.done.has(hex(symbol.tag))) return NOTHING;
      return this.seen(symbol, this.table.take(symbol));
    } catch (error) {
      if (!(error instanceof SymbolError)) throw error;
      return error.slug === "contradiction" ? { kind: "spoilt" } : NOTHING;
    }
  }

  private seen(symbol: CarriedSymbol, reader: SymbolReader): Seen {
    if (!reader.isComplete) return { kind: "progress", have: reader.have, pieces: reader.pieces };
    this.table.forget(symbol);
    try {
      const file = new Blob([finishedBundle(reader)]);
      this.done.add(hex(symbol.tag));
      return { kind: "bundle", file, pieces: reader.pieces };
    } catch (error) {
      if (!(error instanceof SymbolError)) throw error;
      return { kind: "spoilt" };
    }
  }
}
