/** The one transition table of the app's lock (docs/adr/0078). Nothing else assigns a state. */
import { IllegalTransitionError } from "./errors.ts";

export type LockState =
  | "bare" /* no passphrase: the browser holds the key, and the app is open */
  | "shut" /* a passphrase is set and nobody has said it */
  | "open" /* the passphrase was said */
  | "decoy" /* the other passphrase was said: there are notes and nothing else */
  | "notes" /* erased by the panic gesture: the app is a notes app */;

export type LockHappening =
  | "protect" /* a passphrase is set or changed */
  | "unprotect" /* the passphrase is removed */
  | "right" /* the passphrase */
  | "other" /* the passphrase of the decoy */
  | "wrong" /* neither */
  | "spent" /* wrong for the last time that the person allowed */
  | "lock" /* the button, the time, or the app was left */
  | "panic" /* the gesture */
  | "invited" /* an invite was opened */
  | "erase" /* everything is erased, and the app is as new */;

type Table = Readonly<Record<LockState, Readonly<Partial<Record<LockHappening, LockState>>>>>;

export const LOCK_TRANSITIONS: Table = {
  bare: { protect: "open", panic: "notes", erase: "bare" },
  open: { protect: "open", unprotect: "bare", lock: "shut", panic: "notes", erase: "bare" },
  shut: {
    right: "open",
    other: "decoy",
    wrong: "shut",
    spent: "notes",
    panic: "notes",
    erase: "bare",
  },
  decoy: { lock: "shut", panic: "notes" },
  notes: { invited: "bare", panic: "notes" },
};

export function nextLock(state: LockState, happening: LockHappening): LockState {
  const to = LOCK_TRANSITIONS[state][happening];
  if (to === undefined) throw new IllegalTransitionError();
  return to;
}

export function canLock(state: LockState): boolean {
  return LOCK_TRANSITIONS[state].lock !== undefined;
}
