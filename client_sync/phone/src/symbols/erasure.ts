/**
 * Make any K of many symbols give back K pieces (docs/spec/symbols.md sections 1 to 4).
 *
 * Theory of operation. A systematic random linear code over GF(256). Symbol i < K is piece i itself;
 * a higher one is a sum of all pieces with coefficients that both sides derive from the source's tag
 * and i. The receiver keeps one row "coefficients | payload" for each new equation, in echelon form:
 * what arrives is reduced by the rows held, so that it is known at once whether it said something new.
 */
import { type Bytes, concat, uint } from "../bytes.ts";
import { blake2bOf } from "../envelope/primitives.ts";
import { SymbolError } from "../errors.ts";
import {
  FIELD_POLYNOMIAL,
  MAX_PIECES,
  MAX_SYMBOL_INDEX,
  PERSON_COEFFICIENTS,
} from "../generated/constants.ts";

const FIELD = 256;
const HASH_BYTES = 64;

interface Field {
  readonly powers: Uint8Array;
  readonly logs: Uint8Array;
}
let made: Field | null = null;

/** Powers (twice round) and logarithms of the generator 2; made when first needed. */
function field(): Field {
  if (made !== null) return made;
  const powers = new Uint8Array(2 * (FIELD - 1));
  const logs = new Uint8Array(FIELD);
  let value = 1;
  for (let exponent = 0; exponent < FIELD - 1; exponent += 1) {
    powers[exponent] = value;
    powers[exponent + FIELD - 1] = value;
    logs[value] = exponent;
    value <<= 1;
    if (value >= FIELD) value ^= FIELD_POLYNOMIAL;
  }
  made = { powers, logs };
  return made;
}

function inverse(value: number): number {
  const { powers, logs } = field();
  return powers[FIELD - 1 - (logs[value] as number)] as number;
}

/** Add a multiple of another row to a row, in place; the factor is not zero. */
function addTo(row: Uint8Array, other: Uint8Array, factor: number): void {
  const { powers, logs } = field();
  const shift = logs[factor] as number;
  for (let at = 0; at < row.length; at += 1) {
    const byte = other[at] as number;
    if (byte !== 0)
      row[at] = (row[at] as number) ^ (powers[(logs[byte] as number) + shift] as number);
  }
}

function scale(row: Uint8Array, factor: number): void {
  const copy = row.slice();
  row.fill(0);
  addTo(row, copy, factor);
}

/** What each piece is multiplied by in one symbol: a unit vector below K, no zero above. */
export function coefficients(tag: Uint8Array, pieces: number, index: number): Bytes {
  const row = new Uint8Array(pieces);
  if (index < pieces) {
    row[index] = 1;
    return row;
  }
  const seed = concat(tag, uint(pieces, 1), uint(index, 2));
  for (let block = 0; block * HASH_BYTES < pieces; block += 1) {
    const hash = blake2bOf(concat(seed, uint(block, 1)), {
      bytes: HASH_BYTES,
      person: PERSON_COEFFICIENTS,
    });
    row.set(hash.subarray(0, pieces - block * HASH_BYTES), block * HASH_BYTES);
  }
  return row.map((byte) => (byte === 0 ? 1 : byte));
}

/** Gives the payload of any symbol of one source. */
export class PieceMixer {
  readonly count: number;
  private readonly tag: Uint8Array;
  private readonly pieces: readonly Bytes[];

  constructor(source: Uint8Array, tag: Uint8Array, pieceBytes: number) {
    this.count = Math.max(1, Math.ceil(source.length / pieceBytes));
    if (this.count > MAX_PIECES) throw new SymbolError("too-large");
    this.tag = tag;
    this.pieces = Array.from({ length: this.count }, (_, index) => {
      const piece = new Uint8Array(pieceBytes);
      piece.set(source.subarray(index * pieceBytes, (index + 1) * pieceBytes));
      return piece;
    });
  }

  payload(index: number): Bytes {
    const number = index % (MAX_SYMBOL_INDEX + 1);
    const whole = this.pieces[number];
    if (whole !== undefined) return whole;
    const factors = coefficients(this.tag, this.count, number);
    const total = new Uint8Array(this.pieces[0]?.length ?? 0);
    for (const [at, piece] of this.pieces.entries()) addTo(total, piece, factors[at] as number);
    return total;
  }
}

/** Collects equations until there are as many as pieces. */
export class PieceSolver {
  readonly pieces: number;
  private readonly tag: Uint8Array;
  private readonly rows = new Map<number, Bytes>();
  private readonly seen = new Set<number>();

  constructor(tag: Uint8Array, pieces: number) {
    this.tag = tag;
    this.pieces = pieces;
  }

  get have(): number {
    return this.rows.size;
  }

  /** Take one symbol; whether it said something new. */
  add(index: number, payload: Uint8Array): boolean {
    if (this.seen.has(index) || this.have === this.pieces) return false;
    const row = concat(coefficients(this.tag, this.pieces, index), payload);
    const column = this.reduce(row);
    if (column < this.pieces) {
      scale(row, inverse(row[column] as number));
      this.rows.set(column, row);
    } else if (row.some((byte) => byte !== 0)) {
      throw new SymbolError("contradiction");
    }
    this.seen.add(index);
    return column < this.pieces;
  }

  /** The pieces, joined. */
  source(): Bytes {
    if (this.have < this.pieces) throw new SymbolError("not-yet");
    const solved: Bytes[] = [];
    for (let column = this.pieces - 1; column >= 0; column -= 1) {
      const row = (this.rows.get(column) as Bytes).slice();
      for (let later = column + 1; later < this.pieces; later += 1) {
        const factor = row[later] as number;
        if (factor !== 0) addTo(row, this.rows.get(later) as Bytes, factor);
      }
      this.rows.set(column, row);
      solved.unshift(row.subarray(this.pieces));
    }
    return concat(...solved);
  }

  /** Take away what is known; the column of what is left, or K when nothing is. */
  private reduce(row: Uint8Array): number {
    for (let column = 0; column < this.pieces; column += 1) {
      const factor = row[column] as number;
      if (factor === 0) continue;
      const known = this.rows.get(column);
      if (known === undefined) return column;
      addTo(row, known, factor);
    }
    return this.pieces;
  }
}
