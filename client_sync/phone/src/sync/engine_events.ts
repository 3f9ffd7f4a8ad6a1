/**
 * What the runner tells the engine. Times are milliseconds of a clock that does not jump.
 *
 * Spec: docs/spec/engine.md section 2
 */
import type { Item, RelayFacts } from "./engine_state.ts";

/** What a relay says to one blob that was put. */
export type Verdict = "held" | "refused" | "full" | "unstamped";

/** Why no answer came that counts. */
export type Failure = "refused" | "reset" | "timeout" | "not_a_relay" | "cut";

/** A run starts: what waits, and what is remembered of each relay on this network. */
export interface Begin {
  readonly kind: "begin";
  readonly nowMs: number;
  readonly items: readonly Item[];
  readonly relays: readonly RelayFacts[];
  /** A person asked for it, or the network came back: no relay rests. */
  readonly isManual: boolean;
}

/** Something was saved while the run goes on. */
export interface Added {
  readonly kind: "added";
  readonly nowMs: number;
  readonly items: readonly Item[];
}

/** Something was acknowledged or deleted in the meantime. */
export interface Dropped {
  readonly kind: "dropped";
  readonly nowMs: number;
  readonly ids: readonly string[];
}

/** The connection for a request stands, TLS included. */
export interface Connected {
  readonly kind: "connected";
  readonly nowMs: number;
  readonly request: number;
}

/** A well-formed answer came; what it says was verified. */
export interface Answered {
  readonly kind: "answered";
  readonly nowMs: number;
  readonly request: number;
  /** Nothing was cut. */
  readonly isWhole: boolean;
  /** Bytes of request and answer together. */
  readonly movedBytes: number;
  /** Of what was put; what has none is in doubt. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Of what was asked. */
  readonly have: ReadonlyMap<string, boolean>;
  /** Pages, replies or a directory came. */
  readonly hasMoved: boolean;
  /** Relays where there is more to read now. */
  readonly behind: ReadonlySet<string>;
  /** What the relay allows; 0: it did not say. */
  readonly mostBatchBytes: number;
  /** For how long it asked to be left alone. */
  readonly restMs: number;
  /** Drawn evenly from 0 to 65535. */
  readonly chance: number;
}

/** No answer came that counts. */
export interface Failed {
  readonly kind: "failed";
  readonly nowMs: number;
  readonly request: number;
  readonly failure: Failure;
  /** Drawn evenly from 0 to 65535. */
  readonly chance: number;
}

/** The time named by `wait` came. */
export interface Tick {
  readonly kind: "tick";
  readonly nowMs: number;
}

export type Event = Begin | Added | Dropped | Connected | Answered | Failed | Tick;
