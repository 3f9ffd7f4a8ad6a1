/** The innocent app's content: plain notes, in a record that has one size whatever is in it. */
import { type Bytes, textOf, utf8, wipe } from "./bytes.ts";
import { pad, unpad } from "./envelope/padding.ts";
import { PhoneError, VaultError } from "./errors.ts";

/** A hundred pages; over 64 KiB, so that the browser keeps it as a file of its own (places.ts). */
export const NOTES_BYTES = 98_304;

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly changedAtSeconds: number;
}

export function packNotes(notes: readonly Note[]): Bytes {
  const json = utf8(JSON.stringify(notes));
  if (json.length >= NOTES_BYTES) throw new PhoneError("notes-full");
  const padded = pad(json, NOTES_BYTES);
  wipe(json);
  return padded;
}

export function unpackNotes(padded: Bytes): readonly Note[] {
  try {
    return JSON.parse(textOf(unpad(padded))) as readonly Note[];
  } catch {
    throw new VaultError("vault-damaged");
  }
}

/** Keep a note; the one that was changed last stands first. */
export function withNote(notes: readonly Note[], note: Note): readonly Note[] {
  return [note, ...withoutNote(notes, note.id)];
}

export function withoutNote(notes: readonly Note[], id: string): readonly Note[] {
  return notes.filter((other) => other.id !== id);
}
