/**
 * What the engine tells the runner.
 *
 * Spec: docs/spec/engine.md section 3
 */

/** Why a run ends. */
export type Reason = "done" | "resting" | "unreachable" | "limit";

/** Make a request. */
export interface Send {
  readonly kind: "send";
  /** The connection to use, 0 to 3; a lane keeps one connection per relay. */
  readonly lane: number;
  /** Number of the request; events name it. */
  readonly request: number;
  readonly relay: string;
  /** In the order of sending. */
  readonly puts: readonly string[];
  readonly queries: readonly string[];
  /**
   * Request class of sync.md section 1 that what is put and asked fits into; the runner pads to it,
   * or to the next one if stamps make the request larger, or, with nothing to put, to one drawn as
   * for a poll.
   */
  readonly classBytes: number;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** What is put is in flight elsewhere as well: its state stays. */
  readonly isRepeat: boolean;
}

/**
 * Close the connection of a request that is not worth waiting for.
 *
 * Nothing needs to be told of it any more; what it put without a verdict is in doubt. An answer that
 * comes all the same is told like any other.
 */
export interface Stop {
  readonly kind: "stop";
  readonly lane: number;
  readonly request: number;
}

/** Send a tick at this time unless something happens before. */
export interface Wait {
  readonly kind: "wait";
  readonly untilMs: number;
}

/** End the run. */
export interface Finish {
  readonly kind: "finish";
  readonly reason: Reason;
  /** When the first relay may be asked again; 0: at any time. */
  readonly againAtMs: number;
}

export type Action = Send | Stop | Wait | Finish;
