/** The one transition table of a blob's way (docs/spec/sync.md section 5). Nothing else assigns a state. */
import { IllegalTransitionError } from "../errors.ts";

export type State =
  | "draft"
  | "sealed"
  | "queued"
  | "in_flight"
  | "in_doubt"
  | "held"
  | "acknowledged"
  | "done";

export type Happening =
  | "seal" /* CEK wiped, only the blob is left */
  | "enqueue" /* committed to be sent */
  | "put" /* about to be handed to a relay */
  | "receipt" /* that relay signed that it holds it */
  | "lost" /* no signed word came back */
  | "absent" /* the relay signed that it does not hold it */
  | "refused" /* the relay signed that it does not take it now */
  | "overdue" /* held for too long without a word of the desk */
  | "wanted" /* the desk asks for attachment bytes again */
  | "ack" /* a tag on a valid board page */
  | "wipe"; /* bytes and keys that are needed no more are gone */

type Table = Readonly<Record<State, Readonly<Partial<Record<Happening, State>>>>>;

export const TRANSITIONS: Table = {
  draft: { seal: "sealed" },
  sealed: { enqueue: "queued" },
  queued: { put: "in_flight", ack: "acknowledged" },
  in_flight: { receipt: "held", lost: "in_doubt", refused: "queued", ack: "acknowledged" },
  in_doubt: { receipt: "held", absent: "queued", put: "in_flight", ack: "acknowledged" },
  held: { ack: "acknowledged", overdue: "queued", wanted: "queued" },
  acknowledged: { wipe: "done", wanted: "queued" },
  done: {},
};

export function permits(state: State, happening: Happening): boolean {
  return TRANSITIONS[state][happening] !== undefined;
}

export function next(state: State, happening: Happening): State {
  const to = TRANSITIONS[state][happening];
  if (to === undefined) throw new IllegalTransitionError();
  return to;
}
