/** Write a bundle file, frame by frame (docs/spec/bundle.md). */
import { type Bytes, concat, uint, utf8 } from "../bytes.ts";
import { blake2bStream } from "../envelope/primitives.ts";
import { BUNDLE_MAGIC, ID_BYTES, PERSON_BUNDLE } from "../generated/constants.ts";
import { encodeFrame, FrameType } from "../wire/frames.ts";

export interface BundleContent {
  readonly blobs: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly directory: Uint8Array | null;
}

/** Yield the parts of a bundle file: one blob in memory at a time, whatever the file's length. */
export async function* writeBundle(content: BundleContent): AsyncGenerator<Bytes> {
  const digest = blake2bStream({ bytes: ID_BYTES, person: PERSON_BUNDLE });
  let count = 0;
  const magic = utf8(BUNDLE_MAGIC);
  digest.update(magic);
  yield magic;
  if (content.directory !== null) {
    const frame = encodeFrame(FrameType.DIRECTORY, content.directory);
    digest.update(frame);
    count += 1;
    yield frame;
  }
  for await (const blob of content.blobs) {
    const frame = encodeFrame(FrameType.PUT, blob);
    digest.update(frame);
    count += 1;
    yield frame;
  }
  yield encodeFrame(FrameType.END, concat(uint(count, 4), digest.digest()));
}
