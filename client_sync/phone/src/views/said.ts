/** Sentences of the desk: each in the language it was found in, written the way that language runs. */
import type { Text } from "../app.ts";
import { saidIn, tagFor } from "../domain/forms.ts";
import { spoken } from "../i18n.ts";
import { type Described, el, type Props } from "./element.ts";

export { saidIn };

/** An element with the sentence for the person. */
export function textOf(tag: string, text: Text, props: Props = {}): Described {
  const { language } = spoken();
  return el(tag, { lang: tagFor(text, language), dir: "auto", ...props }, saidIn(text, language));
}
