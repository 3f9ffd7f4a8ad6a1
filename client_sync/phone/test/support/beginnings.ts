/** What a relay keeps of blobs whose connection was cut (docs/spec/sync.md section 12). */
import { type Bytes, concat, hex, readUint, uint } from "../../src/bytes.ts";
import { envelopeIdOf } from "../../src/envelope/keys.ts";
import { FrameError } from "../../src/errors.ts";
import {
  ANNOUNCE_TAG_BYTES,
  FRAME_HEADER_BYTES,
  ID_BYTES,
  MAX_ANNOUNCED,
  RESUMABLE_BYTES,
} from "../../src/generated/constants.ts";
import { encodeFrame, type Frame, FrameType } from "../../src/wire/frames.ts";

const REST_HEAD_BYTES = ID_BYTES + 4;

/** Read the payload of ANNOUNCE. */
export function decodeAnnounce(payload: Bytes): Bytes[] {
  const count = payload.length / ANNOUNCE_TAG_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_ANNOUNCED)
    throw new FrameError("bad-announce");
  return Array.from({ length: count }, (_, at) =>
    payload.slice(at * ANNOUNCE_TAG_BYTES, (at + 1) * ANNOUNCE_TAG_BYTES),
  );
}

/** Read the payload of REST. */
export function decodeRest(payload: Bytes) {
  if (payload.length <= REST_HEAD_BYTES || readUint(payload, ID_BYTES, 4) === 0)
    throw new FrameError("bad-rest");
  return {
    id: payload.slice(0, ID_BYTES),
    offsetBytes: readUint(payload, ID_BYTES, 4),
    content: payload.slice(REST_HEAD_BYTES),
  };
}

function tagOf(id: Bytes): string {
  return hex(id.subarray(0, ANNOUNCE_TAG_BYTES));
}

/** Find the frame that a request ended in. */
function unfinished(body: Bytes, frames: readonly Frame[]) {
  const start = frames.reduce((at, { payload }) => at + FRAME_HEADER_BYTES + payload.length, 0);
  const left = body.subarray(start);
  if (left.length < FRAME_HEADER_BYTES) return null;
  const [type, length] = [left[0] ?? 0, readUint(left, 1, 3)];
  return { type, length, came: left.slice(FRAME_HEADER_BYTES) as Bytes };
}

export class Beginnings {
  readonly kept = new Map<string, Bytes>();
  private lieBytes = 0;

  /** Say of the next blob asked for that so much of it is there. */
  lie(bytes: number): void {
    this.lieBytes = bytes;
  }

  /** Join a rest with its beginning. */
  joined(payload: Bytes): Bytes | null {
    const { id, offsetBytes, content } = decodeRest(payload);
    const beginning = this.kept.get(tagOf(id));
    if (beginning === undefined || beginning.length < offsetBytes) return null;
    return concat(beginning.subarray(0, offsetBytes), content);
  }

  /** The blobs of a request, with the places of their frames; the first bad rest ends it. */
  brought(frames: readonly Frame[]): { blob: Bytes; at: number }[] {
    const found: { blob: Bytes; at: number }[] = [];
    for (const [at, frame] of frames.entries()) {
      const blob = frame.type === FrameType.PUT ? frame.payload : this.whole(frame);
      if (blob === null) break;
      if (blob.length > 0) found.push({ blob, at });
    }
    return found;
  }

  /** Tell whether every rest has its beginning. */
  joins(frames: readonly Frame[]): boolean {
    return frames.every((frame) => this.whole(frame) !== null);
  }

  /** What a rest makes with its beginning; nothing of other frames; null where it is not the blob named. */
  private whole({ type, payload }: Frame): Bytes | null {
    if (type !== FrameType.REST) return new Uint8Array(0);
    const blob = this.joined(payload);
    const isNamed = blob !== null && hex(envelopeIdOf(blob)) === hex(decodeRest(payload).id);
    return isNamed ? blob : null;
  }

  /** Keep what came of an announced blob when the connection was cut. */
  keep(body: Bytes, frames: readonly Frame[]): void {
    const last = unfinished(body, frames);
    if (last === null) return;
    if (last.type === FrameType.REST && last.came.length > REST_HEAD_BYTES) {
      const joined = this.joined(last.came);
      if (joined !== null) this.kept.set(tagOf(last.came), joined);
    }
    const announce = frames.find(({ type }) => type === FrameType.ANNOUNCE);
    const tags = announce === undefined ? [] : decodeAnnounce(announce.payload);
    const whole = frames.filter(
      ({ type, payload }) => type === FrameType.PUT && payload.length === RESUMABLE_BYTES,
    );
    const tag = tags[whole.length];
    const isLong = last.type === FrameType.PUT && last.length === RESUMABLE_BYTES;
    if (isLong && tag !== undefined) this.kept.set(hex(tag), last.came);
  }

  /** Tell what there is of ids that are not held. */
  begun(ids: readonly Bytes[], held: readonly boolean[]): Bytes[] {
    const found = ids.flatMap((id, place) => {
      const length = held[place] ? 0 : this.lieBytes || (this.kept.get(tagOf(id))?.length ?? 0);
      return length > 0 ? [concat(uint(place, 2), uint(length, 4))] : [];
    });
    this.lieBytes = 0;
    if (found.length === 0) return [];
    return [encodeFrame(FrameType.BEGUN, concat(uint(found.length, 2), ...found))];
  }
}
