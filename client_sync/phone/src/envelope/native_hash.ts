/**
 * SHA-256 by the browser's own code, beside the thread that asks: for a file that lies in memory whole.
 *
 * The same hash as `sha256Of`, five times as fast on phones whose processor knows it.
 */
import type { Bytes } from "../bytes.ts";

export async function sha256Native(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
