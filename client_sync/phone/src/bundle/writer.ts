/** Write a bundle file, frame by frame (docs/spec/bundle.md). */
import { type Bytes, concat, uint, utf8 } from "../bytes.ts";
import { blake2bStream } from "../envelope/primitives.ts";
import { BUNDLE_MAGIC, ID_BYTES, PERSON_BUNDLE } from "../generated/constants.ts";
import { encodeFrame, FrameType } from "../wire/frames.ts";

/**
 * Yield the parts of a bundle file that carries blobs: one in memory at a time, whatever the length.
 *
 * A phone writes neither invite nor directory into it: whoever finds the file must not learn from
 * it which desk it is for.
 */
export async function* writeBundle(blobs: AsyncIterable<Uint8Array>): AsyncGenerator<Bytes> {
  const digest = blake2bStream({ bytes: ID_BYTES, person: PERSON_BUNDLE });
  const magic = utf8(BUNDLE_MAGIC);
  digest.update(magic);
  yield magic;
  let count = 0;
  for await (const blob of blobs) {
    const frame = encodeFrame(FrameType.PUT, blob);
    digest.update(frame);
    count += 1;
    yield frame;
  }
  yield encodeFrame(FrameType.END, concat(uint(count, 4), digest.digest()));
}
