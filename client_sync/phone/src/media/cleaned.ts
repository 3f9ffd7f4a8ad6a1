/**
 * What a file says beside what it shows, and the same file without it.
 *
 * Theory of operation. Cameras write place, time, device and more into the files they make. Each kind
 * of file has a cleaner that copies only the parts a viewer needs to show it, by a list of what stays:
 * a part that nobody foresaw goes. Picture and sound themselves are never coded anew. A cleaner that
 * does not understand a file to its end raises `MediaError`, and the person is told so.
 */
import type { Bytes } from "../bytes.ts";
import { MediaError } from "../errors.ts";

export interface Cleaned {
  readonly bytes: Bytes;
  /** The file named the place where it was made, in a form that was understood. */
  readonly place: boolean;
}

export function damaged(): never {
  throw new MediaError("media-damaged");
}

/** Four letters at a place, as containers name their parts; bytes past the end read as spaces. */
export function fourLetters(bytes: Uint8Array, at: number): string {
  let text = "";
  for (let index = at; index < at + 4; index += 1) text += String.fromCharCode(bytes[index] ?? 32);
  return text;
}

/** Whether ASCII text stands anywhere in the bytes. */
export function mentions(bytes: Uint8Array, text: string): boolean {
  const [first = 0, ...others] = [...text].map((letter) => letter.charCodeAt(0));
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (others.every((code, index) => bytes[at + 1 + index] === code)) return true;
  }
  return false;
}
