/** Making lengths say little: deflate, and padding to a bucket (envelope.md section 1). */
import { deflateSync, inflateSync } from "fflate";
import type { Bytes } from "../bytes.ts";
import { EnvelopeError } from "../errors.ts";
import { PAD_MARK } from "../generated/constants.ts";

/** Fill up to `roomBytes` with 0x80 and zeros; the mark is always there. */
export function pad(inner: Uint8Array, roomBytes: number): Bytes {
  if (inner.length >= roomBytes) throw new EnvelopeError("too-large");
  const padded = new Uint8Array(roomBytes);
  padded.set(inner);
  padded[inner.length] = PAD_MARK;
  return padded;
}

export function unpad(padded: Uint8Array): Bytes {
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) end -= 1;
  if (end === 0 || padded[end - 1] !== PAD_MARK) throw new EnvelopeError("bad-padding");
  return new Uint8Array(padded.subarray(0, end - 1));
}

/** Compress as a raw deflate stream, with words that both sides know if there are any. */
export function deflate(plain: Uint8Array, dictionary?: Uint8Array): Bytes {
  const words = dictionary === undefined ? {} : { dictionary };
  return new Uint8Array(deflateSync(plain, { level: 9, ...words }));
}

function inflateInto(
  packed: Uint8Array,
  limitBytes: number,
  dictionary?: Uint8Array,
): Uint8Array | null {
  const words = dictionary === undefined ? {} : { dictionary };
  try {
    // A buffer of our own is never grown: a bomb writes past its end, which a typed array ignores.
    return inflateSync(packed, { out: new Uint8Array(limitBytes + 1), ...words });
  } catch {
    return null;
  }
}

/**
 * Expand one whole raw deflate stream, never beyond a limit.
 *
 * The library does not tell where the stream ended. A stream that still expands without its last
 * byte did not need that byte, so bytes follow the stream: refused (envelope.md section 1).
 */
export function inflate(packed: Uint8Array, limitBytes: number, dictionary?: Uint8Array): Bytes {
  const plain = inflateInto(packed, limitBytes, dictionary);
  if (plain === null || plain.length > limitBytes) throw new EnvelopeError("bad-deflate");
  if (inflateInto(packed.subarray(0, -1), limitBytes, dictionary) !== null)
    throw new EnvelopeError("bad-deflate");
  return new Uint8Array(plain);
}
