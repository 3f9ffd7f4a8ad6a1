/** A way to a relay. It moves bytes; what they say is believed or not by `sync/response.ts`. */
import type { Bytes } from "../bytes.ts";

export interface Transport {
  /**
   * Hand a request over and give the answer's bytes.
   *
   * Throws a TransportError for whatever goes wrong: no network, a refused connection, a time-out,
   * an answer other than 200, one that breaks off or is too long.
   */
  exchange(url: string, request: Bytes, timeoutSeconds: number): Promise<Bytes>;
}
