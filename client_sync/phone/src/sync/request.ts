/** One request as bytes (docs/spec/sync.md sections 1 and 12). */
import { type Bytes, concat } from "../bytes.ts";
import type { RequestHeader, Stamp, Token } from "../domain/sync.ts";
import {
  FRAME_HEADER_BYTES,
  MAX_ANNOUNCED,
  REST_STEP_BYTES,
  RESUMABLE_BYTES,
} from "../generated/constants.ts";
import { requestClassBytes, requestPadding } from "../wire/classes.ts";
import { encodeRequestHeader, encodeStamp, encodeToken } from "../wire/exchange.ts";
import { encodeFrame, FrameType } from "../wire/frames.ts";
import { encodeAnnounce, encodeRest } from "../wire/parts.ts";

export interface Put {
  readonly id: Bytes;
  readonly blob: Bytes;
  readonly carried: boolean;
  readonly stamp: Stamp | null;
  /** In place of work. */
  readonly token: Token | null;
  /** Bytes of it that the relay kept when its connection was cut; 0: none. */
  readonly keptBytes: number;
}

export interface Request {
  readonly header: RequestHeader;
  /** Own blobs first. */
  readonly puts: readonly Put[];
  readonly query: readonly Bytes[];
  /** The request is padded to this, or to the next class that it fits. */
  readonly leastClassBytes: number;
}

/** Write a request; it is padded so that an idle poll has the size of a one-report sync. */
export function encodeRequest(request: Request): Bytes {
  const parts: Bytes[] = [encodeRequestHeader(request.header)];
  if (request.query.length > 0) parts.push(encodeFrame(FrameType.QUERY, concat(...request.query)));
  parts.push(...announced(request.puts));
  let carrying = false;
  for (const put of request.puts) {
    if (put.carried && !carrying) parts.push(encodeFrame(FrameType.COURIER));
    carrying ||= put.carried;
    if (put.stamp !== null) parts.push(encodeFrame(FrameType.STAMP, encodeStamp(put.stamp)));
    if (put.token !== null) parts.push(encodeFrame(FrameType.TOKEN, encodeToken(put.token)));
    parts.push(putFrame(put));
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const isMedia = request.puts.some(({ blob }) => blob.length === RESUMABLE_BYTES);
  const classBytes = isMedia
    ? nextStepBytes(length)
    : Math.max(requestClassBytes(length), request.leastClassBytes);
  parts.push(requestPadding(length, classBytes));
  return concat(...parts);
}

function putFrame({ id, blob, keptBytes }: Put): Bytes {
  if (keptBytes === 0) return encodeFrame(FrameType.PUT, blob);
  const content = blob.subarray(keptBytes) as Bytes;
  return encodeFrame(FrameType.REST, encodeRest({ id, offsetBytes: keptBytes, content }));
}

/** Announce long blobs, so that a cut costs only what is under way. */
function announced(puts: readonly Put[]): Bytes[] {
  const whole = puts.filter(
    ({ blob, keptBytes }) => blob.length === RESUMABLE_BYTES && keptBytes === 0,
  );
  if (whole.length === 0 || whole.length > MAX_ANNOUNCED) return [];
  return [encodeFrame(FrameType.ANNOUNCE, encodeAnnounce(whole.map(({ id }) => id)))];
}

/** Round up; padding takes whole frames. */
function nextStepBytes(sizeBytes: number): number {
  return Math.ceil((sizeBytes + FRAME_HEADER_BYTES) / REST_STEP_BYTES) * REST_STEP_BYTES;
}
