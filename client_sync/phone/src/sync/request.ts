/** One request as bytes (docs/spec/sync.md section 1). */
import { type Bytes, concat } from "../bytes.ts";
import type { RequestHeader, Stamp } from "../domain/sync.ts";
import { requestClassBytes, requestPadding } from "../wire/classes.ts";
import { encodeRequestHeader, encodeStamp } from "../wire/exchange.ts";
import { encodeFrame, FrameType } from "../wire/frames.ts";

export interface Put {
  readonly id: Bytes;
  readonly blob: Bytes;
  readonly carried: boolean;
  readonly stamp: Stamp | null;
}

export interface Request {
  readonly header: RequestHeader;
  /** Own blobs first. */
  readonly puts: readonly Put[];
  readonly query: readonly Bytes[];
}

/** Write a request; it is padded so that an idle poll has the size of a one-report sync. */
export function encodeRequest(request: Request): Bytes {
  const parts: Bytes[] = [encodeRequestHeader(request.header)];
  if (request.query.length > 0) parts.push(encodeFrame(FrameType.QUERY, concat(...request.query)));
  let carrying = false;
  for (const put of request.puts) {
    if (put.carried && !carrying) parts.push(encodeFrame(FrameType.COURIER));
    carrying ||= put.carried;
    if (put.stamp !== null) parts.push(encodeFrame(FrameType.STAMP, encodeStamp(put.stamp)));
    parts.push(encodeFrame(FrameType.PUT, put.blob));
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  parts.push(requestPadding(length, requestClassBytes(length)));
  return concat(...parts);
}
