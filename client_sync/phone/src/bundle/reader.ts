/**
 * Read a bundle file and salvage what is whole (docs/spec/bundle.md).
 *
 * A blob's id is its hash, so a blob needs no file around it to be trusted as itself: a file that
 * was cut on the way gives every frame before the cut.
 */
import { type Bytes, concat, sameBytes, textOf, uint, utf8 } from "../bytes.ts";
import { blake2bOf } from "../envelope/primitives.ts";
import { BundleError } from "../errors.ts";
import {
  BUCKETS_BYTES,
  BUNDLE_END_BYTES,
  BUNDLE_MAGIC,
  FRAME_HEADER_BYTES,
  ID_BYTES,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_FRAMES,
  MAX_REQUEST_PAYLOAD_BYTES,
  PERSON_BUNDLE,
} from "../generated/constants.ts";
import { type Frame, type FramesRead, FrameType, readFrames } from "../wire/frames.ts";
import { type Invite, parseInvite } from "../wire/invite.ts";

export interface Bundle {
  readonly invite: Invite | null;
  readonly directory: Bytes | null;
  /** Blobs of a bucket size, in order; nothing else is known of them. */
  readonly blobs: readonly Bytes[];
  readonly pages: readonly Bytes[];
  /** The end is missing; what came before it is here. */
  readonly truncated: boolean;
  /** Some bytes are not as written: wrong digest or count, or frames that do not belong. */
  readonly damaged: boolean;
  /** How many frames were of a wrong size or kind. */
  readonly refused: number;
}

const MAGIC = utf8(BUNDLE_MAGIC);
/** How the Base64 of every bundle begins. */
const TEXT_MAGIC = utf8("VE9DU0lOQj");

/** Decode the text form as far as it is Base64; a last group that is not whole is dropped. */
function fromText(file: Bytes): Bytes {
  const text = new TextDecoder("latin1").decode(file).replaceAll(/[\t\n\v\f\r ]/g, "");
  const [letters] = /^[A-Za-z0-9+/]*={0,2}/.exec(text) ?? [""];
  const binary = atob(letters.slice(0, letters.length - (letters.length % 4)));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

class Salvage {
  invite: Invite | null = null;
  directory: Bytes | null = null;
  readonly blobs: Bytes[] = [];
  readonly pages: Bytes[] = [];
  refused = 0;

  take({ type, payload }: Frame): void {
    if (type === FrameType.PUT && (BUCKETS_BYTES as readonly number[]).includes(payload.length)) {
      this.blobs.push(payload);
    } else if (type === FrameType.INVITE && this.invite === null) {
      this.takeInvite(payload);
    } else if (type === FrameType.DIRECTORY && this.directory === null) {
      this.directory = payload;
    } else if (type === FrameType.BOARD) {
      this.pages.push(payload);
    } else if (type !== FrameType.END && type !== FrameType.PAD) {
      this.refused += 1;
    }
  }

  private takeInvite(payload: Bytes): void {
    try {
      this.invite = parseInvite(textOf(payload));
    } catch {
      this.refused += 1;
    }
  }
}

function endIsRight(file: Bytes, frames: readonly Frame[]): boolean {
  const body = file.subarray(0, file.length - FRAME_HEADER_BYTES - BUNDLE_END_BYTES);
  const digest = blake2bOf(body, { bytes: ID_BYTES, person: PERSON_BUNDLE });
  const end = frames.at(-1)?.payload ?? new Uint8Array(0);
  return sameBytes(end, concat(uint(frames.length - 1, 4), digest));
}

function condition(
  file: Bytes,
  read: FramesRead,
  refused: number,
): Pick<Bundle, "truncated" | "damaged"> {
  const spoiled = refused > 0 || read.end === "oversize";
  const cut = read.end === "cut";
  const ended = read.frames.at(-1)?.type === FrameType.END;
  if (!ended) return { truncated: cut || !spoiled, damaged: spoiled };
  return { truncated: cut, damaged: spoiled || cut || !endIsRight(file, read.frames) };
}

/** Read a bundle in its own form or as text. */
export function readBundle(given: Bytes): Bundle {
  if (given.length > MAX_BUNDLE_BYTES) throw new BundleError("too-large");
  const isText = sameBytes(given.subarray(0, TEXT_MAGIC.length), TEXT_MAGIC);
  const file = isText ? fromText(given) : given;
  if (!sameBytes(file.subarray(0, MAGIC.length), MAGIC)) throw new BundleError("not-a-bundle");
  const read = readFrames(file.subarray(MAGIC.length), MAX_REQUEST_PAYLOAD_BYTES);
  if (read.frames.length > MAX_BUNDLE_FRAMES) throw new BundleError("too-large");
  const salvage = new Salvage();
  for (const frame of read.frames) salvage.take(frame);
  const { invite, directory, blobs, pages, refused } = salvage;
  return { invite, directory, blobs, pages, refused, ...condition(file, read, refused) };
}
