/** Read the codes of another screen, and carry what they hold. */
import type { Collecting, Seen } from "../app.ts";
import { t } from "../i18n.ts";
import { cameraFor } from "./camera.ts";
import { type Child, el } from "./element.ts";
import { importWords } from "./imported.ts";
import { notice, trouble } from "./parts.ts";
import { type Shell, say, type View } from "./shell.ts";

const PAUSE_MILLISECONDS = 40; /* the other screen changes five times a second */
const LONGEST_SIDE_PIXELS = 1280; /* 105 squares across a part of the picture */

/** Make the page that collects. */
export function collectView(shell: Shell): View {
  let collecting: Collecting | null = null;
  let progress: { readonly have: number; readonly pieces: number } | null = null;
  let told = "";
  let hint = "";
  let problem: unknown = null;

  function taken(text: string): boolean {
    const seen = collecting?.take(text) ?? { kind: "nothing" as const };
    if (seen.kind === "progress") {
      progress = seen;
      told = ""; /* another part has begun */
    }
    if (seen.kind === "spoilt") {
      progress = null;
      hint = t("What was read does not fit together. It begins anew; hold both phones still.");
    }
    if (seen.kind === "bundle") void carry(seen);
    if (seen.kind !== "nothing") shell.redraw();
    return false;
  }

  async function carry(seen: Extract<Seen, { kind: "bundle" }>): Promise<void> {
    progress = { have: seen.pieces, pieces: seen.pieces };
    hint = "";
    try {
      const summary = await shell.app.importBundle(seen.file);
      told = importWords(summary);
      say(t("That is everything. {words}", { words: told }));
      navigator.vibrate?.(200);
    } catch (error) {
      problem = error;
    }
    shell.redraw();
  }

  const camera = cameraFor({
    longestSidePixels: LONGEST_SIDE_PIXELS,
    pauseMilliseconds: PAUSE_MILLISECONDS,
    found: taken,
    refused: () => {
      hint = t("The phone does not let this app use the camera. Go back and use a file instead.");
      shell.redraw();
    },
  });
  const ready = (codes: Collecting): void => {
    collecting = codes;
  };
  const fail = (error: unknown): void => {
    problem = error;
    shell.redraw();
  };
  void shell.app.collectCodes().then(ready, fail);

  return {
    heading: () => t("Read another phone's codes"),
    draw: () => [
      el(
        "p",
        {},
        t("Hold the phone so that the whole code fills the picture. No picture is kept."),
      ),
      hint !== "" && notice("care", el("p", {}, hint)),
      trouble(problem),
      told === "" && progressOf(progress),
      told !== "" && whole(told),
      camera.draw(),
    ],
    leave: camera.stop,
  };
}

function progressOf(progress: { readonly have: number; readonly pieces: number } | null): Child {
  if (progress === null) return false;
  const { have, pieces } = progress;
  return el(
    "div",
    { class: "field", key: "progress" },
    el("label", { for: "read" }, t("{have} of {pieces} read", { have, pieces })),
    el("progress", { id: "read", max: pieces, value: have }),
  );
}

function whole(told: string): Child {
  return notice(
    "good",
    el("p", {}, el("strong", {}, t("That is everything. The other phone can stop."))),
    el("p", {}, told),
    el("p", {}, t("Go on if there is another part; this page reads it too.")),
  );
}
