/** Drawings from the one sprite, public/icons.svg; always beside a word, so never read aloud. */
import { type Described, el } from "./element.ts";

/** Written by tools/build_phone.mjs: the sprite's file with its hash, or where it stands in one file. */
declare const __ICONS__: string | undefined;
const ICONS = typeof __ICONS__ === "undefined" ? "icons.svg#" : __ICONS__;

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
    el("use", { href: `${ICONS}${name}` }),
  );
}
