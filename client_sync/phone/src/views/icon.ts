/** Drawings from the one sprite, public/icons.svg; always beside a word, so never read aloud. */
import { type Described, el } from "./element.ts";

/** One drawing of the sprite, at the size of the text around it. */
export function icon(name: string, className = ""): Described {
  return el(
    "svg",
    { class: `icon ${className}`.trim(), "aria-hidden": "true", focusable: "false" },
    el("use", { href: `icons.svg#${name}` }),
  );
}
