/** A way to a relay. It moves bytes; what they say is believed or not by `sync/response.ts`. */
import type { Bytes } from "../bytes.ts";

export interface Transport {
  /**
   * Hand a request over and give the answer's bytes.
   *
   * Throws a TransportError for whatever goes wrong: no network, a refused connection, a time-out,
   * an answer other than 200, one that is too long. Of an answer that breaks off it gives what came:
   * whole frames at its front count. `signal` ends it from outside.
   */
  exchange(
    url: string,
    request: Bytes,
    timeoutSeconds: number,
    signal?: AbortSignal,
  ): Promise<Bytes>;
}
