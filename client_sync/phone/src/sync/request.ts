/** One request as bytes (docs/spec/sync.md section 1). */
import { type Bytes, concat } from "../bytes.ts";
import type { RequestHeader, Stamp, Token } from "../domain/sync.ts";
import { requestClassBytes, requestPadding } from "../wire/classes.ts";
import { encodeRequestHeader, encodeStamp, encodeToken } from "../wire/exchange.ts";
import { encodeFrame, FrameType } from "../wire/frames.ts";

export interface Put {
  readonly id: Bytes;
  readonly blob: Bytes;
  readonly carried: boolean;
  readonly stamp: Stamp | null;
  /** In place of work. */
  readonly token: Token | null;
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
  let carrying = false;
  for (const put of request.puts) {
    if (put.carried && !carrying) parts.push(encodeFrame(FrameType.COURIER));
    carrying ||= put.carried;
    if (put.stamp !== null) parts.push(encodeFrame(FrameType.STAMP, encodeStamp(put.stamp)));
    if (put.token !== null) parts.push(encodeFrame(FrameType.TOKEN, encodeToken(put.token)));
    parts.push(encodeFrame(FrameType.PUT, put.blob));
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const classBytes = Math.max(requestClassBytes(length), request.leastClassBytes);
  parts.push(requestPadding(length, classBytes));
  return concat(...parts);
}
