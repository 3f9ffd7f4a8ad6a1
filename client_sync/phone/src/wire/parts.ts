/** Payloads by which a blob goes on where its connection was cut (docs/spec/sync.md section 12). */
import { type Bytes, concat, readUint, uint } from "../bytes.ts";
import type { Rest } from "../domain/sync.ts";
import { FrameError } from "../errors.ts";
import { ANNOUNCE_TAG_BYTES, MAX_QUERY_IDS } from "../generated/constants.ts";

const COUNT_BYTES = 2;
const ENTRY_BYTES = 6;

/** Write the payload of ANNOUNCE: the beginning of each id, in the order of their PUTs. */
export function encodeAnnounce(ids: readonly Bytes[]): Bytes {
  return concat(...ids.map((id) => id.subarray(0, ANNOUNCE_TAG_BYTES)));
}

export function encodeRest(rest: Rest): Bytes {
  return concat(rest.id, uint(rest.offsetBytes, 4), rest.content);
}

/** Read the payload of BEGUN: kept bytes by place in what was asked. */
export function decodeBegun(payload: Uint8Array): ReadonlyMap<number, number> {
  const count = payload.length < COUNT_BYTES ? -1 : readUint(payload, 0, COUNT_BYTES);
  if (payload.length !== COUNT_BYTES + count * ENTRY_BYTES) throw new FrameError("bad-begun");
  const begun = new Map<number, number>();
  for (let at = COUNT_BYTES; at < payload.length; at += ENTRY_BYTES) {
    begun.set(readUint(payload, at, 2), readUint(payload, at + 2, 4));
  }
  if ([...begun.keys()].some((place) => place >= MAX_QUERY_IDS)) throw new FrameError("bad-begun");
  return begun;
}
