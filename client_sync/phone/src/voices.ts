/**
 * Voices of the phone's own, for reading aloud. Pure.
 *
 * Theory of operation. A voice that is no part of the phone sends what it reads to a server: which page
 * is open, and when. Only voices that the browser calls local count.
 */

/** What is asked of a voice; the browser's own have more. */
export type Voice = Pick<SpeechSynthesisVoice, "lang" | "localService" | "default">;

/** Languages agree by their primary tag: a voice for `fr-CA` reads French. */
const primary = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0] ?? "";

/** A voice of the phone's own for a language, or null; the phone's first choice goes first. */
export function localVoice<V extends Voice>(voices: readonly V[], language: string): V | null {
  const fitting = voices.filter(
    (voice) => voice.localService && primary(voice.lang) === primary(language),
  );
  return fitting.find((voice) => voice.default) ?? fitting[0] ?? null;
}
