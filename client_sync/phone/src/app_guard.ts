/** What a page may ask of the lock; the second half of `app.ts`. */
import type { Note } from "./notes.ts";
import type { GuardSettings } from "./outbox/store.ts";

export { LEAST_CHARACTERS, type Strength, strengthOf } from "./strength.ts";
export type { GuardSettings, Note };

/** Names and icons that the app can wear; each has a manifest of its own. */
export const DISGUISES = ["notes", "lists", "recipes"] as const;
export type Disguise = (typeof DISGUISES)[number];

export interface Guard {
  /** Open what the passphrase opens: the app, or the notes of the decoy. */
  unlock(passphrase: string): Promise<void>;
  setPassphrase(passphrase: string | null): Promise<void>;
  /** Set the passphrase that opens the notes; null takes it away. */
  setDecoy(passphrase: string | null): Promise<void>;
  /** Erase everything and leave the notes; the key goes first. */
  panic(): Promise<void>;
  /** Read the notes; where there are none yet, some of the suggestions. */
  openNotes(suggestions: readonly string[]): Promise<readonly Note[]>;
  notes(): readonly Note[];
  keepNote(id: string | null, text: string): Promise<Note>;
  dropNote(id: string): Promise<void>;
}
