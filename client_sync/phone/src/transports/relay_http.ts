/**
 * The relay by HTTPS from a browser (docs/spec/sync.md section 1).
 *
 * The body is a Blob without a type and no header is set: that makes it a "simple" request, which
 * costs no OPTIONS round trip and looks like any form post. No cookie, no referrer, no redirect: a
 * portal that sends us elsewhere is an error, not an answer.
 */
import { type Bytes, concat } from "../bytes.ts";
import { TransportError } from "../errors.ts";
import type { Transport } from "./base.ts";

/** Eight pages, sixty-four replies, a directory, and room for what later versions add. */
const LONGEST_ANSWER_BYTES = 2_097_152;

/** Read what comes; an answer that is cut is given as far as it came. */
async function bodyOf(response: Response): Promise<Bytes> {
  const reader = response.body?.getReader();
  if (!reader) throw new TransportError("no-answer");
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    if (done || value === undefined) return concat(...parts);
    length += value.length;
    if (length > LONGEST_ANSWER_BYTES) {
      await reader.cancel();
      throw new TransportError("answer-too-long");
    }
    parts.push(value);
  }
}

async function post(url: string, request: Bytes, signal: AbortSignal): Promise<Bytes> {
  const response = await fetch(url, {
    method: "POST",
    body: new Blob([request]),
    mode: "cors",
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal,
  });
  if (response.status !== 200) throw new TransportError("not-a-relay");
  return bodyOf(response);
}

export const relayHttp: Transport = {
  async exchange(url, request, timeoutSeconds, signal) {
    const abort = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      abort.abort();
    }, timeoutSeconds * 1000);
    const stop = () => abort.abort();
    signal?.addEventListener("abort", stop);
    try {
      return await post(url, request, abort.signal);
    } catch (error) {
      if (error instanceof TransportError) throw error;
      throw new TransportError(isLate ? "timeout" : "no-answer");
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  },
};
