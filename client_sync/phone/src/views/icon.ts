/** Drawings from the one sprite, public/icons.svg; always beside a word, so never read aloud. */
import { type Described, el } from "./element.ts";

/** Written by tools/build_phone.mjs: the sprite's file with its hash. */
declare const __ICONS_URL__: string | undefined;
const ICONS_URL = typeof __ICONS_URL__ === "undefined" ? "icons.svg" : __ICONS_URL__;

/** Drawings with a direction: they point the way that the script runs. */
const TURNING: ReadonlySet<string> = new Set(["back", "onward", "handed-over"]);

/** One drawing of the sprite, at the size of the text around it. */
export function icon(name: string, className = ""): Described {
  const turns = TURNING.has(name) ? "turns" : "";
  return el(
    "svg",
    {
      class: ["icon", turns, className].join(" ").trim(),
      "aria-hidden": "true",
      focusable: "false",
    },
    el("use", { href: `${ICONS_URL}#${name}` }),
  );
}
