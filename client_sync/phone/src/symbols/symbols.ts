/**
 * A bundle as symbols: what a screen shows and a camera collects (docs/spec/symbols.md).
 *
 * Theory of operation. A symbol says of which source it is, so a camera may be pointed anywhere at
 * any time. Nothing of a symbol is believed by itself; the decoded bundle has to carry its own
 * digest, and the digest has to begin with the tag that all its symbols bore.
 */
import { type Bytes, concat, hex, readUint, sameBytes, uint, utf8 } from "../bytes.ts";
import { blake2bOf } from "../envelope/primitives.ts";
import { SymbolError } from "../errors.ts";
import {
  BUNDLE_END_BYTES,
  BUNDLE_MAGIC,
  FRAME_HEADER_BYTES,
  ID_BYTES,
  MAX_OPEN_SOURCES,
  MAX_PIECES,
  MAX_SYMBOL_INDEX,
  PERSON_BUNDLE,
  QR_SYMBOL_BYTES,
  SYMBOL_HEADER_BYTES,
  SYMBOL_TAG_BYTES,
} from "../generated/constants.ts";
import { FrameType } from "../wire/frames.ts";
import { decodeBase45 } from "./base45.ts";
import { PieceMixer, PieceSolver } from "./erasure.ts";

const MAGIC = utf8(BUNDLE_MAGIC);

export interface CarriedSymbol {
  /** K of its source, 1 to 200. */
  readonly pieces: number;
  readonly index: number;
  readonly tag: Bytes;
  readonly payload: Bytes;
}

export function encodeSymbol({ pieces, index, tag, payload }: CarriedSymbol): Bytes {
  return concat(uint(pieces, 1), uint(index, 2), tag, payload);
}

export function decodeSymbol(bytes: Bytes): CarriedSymbol {
  const pieces = bytes[0] ?? 0;
  if (bytes.length <= SYMBOL_HEADER_BYTES || pieces < 1 || pieces > MAX_PIECES) {
    throw new SymbolError("bad-symbol");
  }
  const tag = bytes.slice(SYMBOL_HEADER_BYTES - SYMBOL_TAG_BYTES, SYMBOL_HEADER_BYTES);
  const payload = bytes.slice(SYMBOL_HEADER_BYTES);
  return { pieces, index: readUint(bytes, 1, 2), tag, payload };
}

/** What all symbols of one source have in common. */
function sourceOf({ pieces, tag, payload }: CarriedSymbol): string {
  return `${pieces}.${hex(tag)}.${payload.length}`;
}

/** Gives the symbols of one source, without end. */
export class SymbolWriter {
  readonly pieces: number;
  private readonly mixer: PieceMixer;
  private readonly tag: Bytes;

  constructor(source: Uint8Array, tag: Bytes, symbolBytes: number) {
    this.mixer = new PieceMixer(source, tag, symbolBytes - SYMBOL_HEADER_BYTES);
    this.tag = tag;
    this.pieces = this.mixer.count;
  }

  symbol(number: number): Bytes {
    const index = number % (MAX_SYMBOL_INDEX + 1);
    const payload = this.mixer.payload(index);
    return encodeSymbol({ pieces: this.pieces, index, tag: this.tag, payload });
  }
}

/** Collects the symbols of one source. */
export class SymbolReader {
  readonly pieces: number;
  readonly tag: Bytes;
  private readonly source: string;
  private readonly solver: PieceSolver;

  constructor(first: CarriedSymbol) {
    this.source = sourceOf(first);
    this.solver = new PieceSolver(first.tag, first.pieces);
    this.pieces = first.pieces;
    this.tag = first.tag;
  }

  get have(): number {
    return this.solver.have;
  }

  get isComplete(): boolean {
    return this.have === this.pieces;
  }

  /** Take a symbol; whether it said something new. */
  add(symbol: CarriedSymbol): boolean {
    if (sourceOf(symbol) !== this.source) throw new SymbolError("other-source");
    return this.solver.add(symbol.index, symbol.payload);
  }

  /** The source with the zeros behind it. */
  joined(): Bytes {
    return this.solver.source();
  }
}

export function bundleTag(bundle: Bytes): Bytes {
  return bundle.slice(-ID_BYTES).slice(0, SYMBOL_TAG_BYTES);
}

/** Cut a bundle file for a screen. */
export function bundleWriter(bundle: Bytes, symbolBytes: number): SymbolWriter {
  return new SymbolWriter(bundle, bundleTag(bundle), symbolBytes);
}

/** Walk over whole frames to behind the END frame. */
function endOfBundle(padded: Bytes): number {
  if (!sameBytes(padded.subarray(0, MAGIC.length), MAGIC)) throw new SymbolError("bad-source");
  let at = MAGIC.length;
  for (let count = 0; padded.length - at >= FRAME_HEADER_BYTES; count += 1) {
    const length = readUint(padded, at + 1, 3);
    const start = at + FRAME_HEADER_BYTES;
    if (padded.length - start < length) break;
    if (padded[at] === FrameType.END) {
      if (length === BUNDLE_END_BYTES && readUint(padded, start, 4) === count)
        return start + length;
      break;
    }
    at = start + length;
  }
  throw new SymbolError("bad-source");
}

/** The bundle file that was sent, checked. */
export function finishedBundle(reader: SymbolReader): Bytes {
  const padded = reader.joined();
  const end = endOfBundle(padded);
  const bundle = padded.slice(0, end);
  const rest = padded.subarray(end);
  const body = bundle.subarray(0, end - FRAME_HEADER_BYTES - BUNDLE_END_BYTES);
  const digest = blake2bOf(body, { bytes: ID_BYTES, person: PERSON_BUNDLE });
  const isPadding = rest.length < padded.length / reader.pieces && rest.every((byte) => byte === 0);
  const isSame = sameBytes(digest, bundle.slice(-ID_BYTES));
  if (!isPadding || !isSame || !sameBytes(bundleTag(bundle), reader.tag)) {
    throw new SymbolError("bad-source");
  }
  return bundle;
}

/** Read the text of a QR code. */
export function readCode(text: string): CarriedSymbol {
  const bytes = decodeBase45(text);
  if (!(QR_SYMBOL_BYTES as readonly number[]).includes(bytes.length)) {
    throw new SymbolError("bad-text");
  }
  return decodeSymbol(bytes);
}

/** Keeps a few unfinished sources apart; the one that grew least recently goes first. */
export class SymbolTable {
  private readonly readers = new Map<string, SymbolReader>();

  /** Give a symbol to the reader of its source; a source that contradicts itself is forgotten. */
  take(symbol: CarriedSymbol): SymbolReader {
    const source = sourceOf(symbol);
    const reader = this.readers.get(source) ?? new SymbolReader(symbol);
    this.readers.delete(source);
    reader.add(symbol);
    this.readers.set(source, reader);
    const [oldest] = this.readers.keys();
    if (this.readers.size > MAX_OPEN_SOURCES && oldest !== undefined) this.readers.delete(oldest);
    return reader;
  }

  forget(symbol: CarriedSymbol): void {
    this.readers.delete(sourceOf(symbol));
  }
}
