/** Read an invite with the camera; no picture is kept. */
import { t } from "../i18n.ts";
import { cameraFor } from "./camera.ts";
import { el } from "./element.ts";
import { readable } from "./join.ts";
import { notice } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

const PAUSE_MILLISECONDS = 200; /* five looks a second leave an old phone cool */
const LONGEST_SIDE_PIXELS = 800; /* a code of 300 characters is read at that, and an old phone keeps up */

/** Make the page that looks for a printed code. */
export function scanView(shell: Shell): View {
  let problem = "";

  function tell(sentence: string): void {
    problem = sentence;
    shell.redraw();
  }

  function taken(inviteText: string): boolean {
    if (readable(shell.app, inviteText) === null) {
      shell.go({ page: "desk", inviteText }, true);
      return true;
    }
    tell(t("This code is not an invite."));
    return false;
  }

  const camera = cameraFor({
    longestSidePixels: LONGEST_SIDE_PIXELS,
    pauseMilliseconds: PAUSE_MILLISECONDS,
    found: taken,
    refused: () =>
      tell(
        t(
          "The phone does not let this app use the camera. Go back and paste the link, or open a joining file.",
        ),
      ),
  });

  return {
    heading: () => t("Scan a code"),
    draw: () => [
      el(
        "p",
        {},
        t("Hold the phone so that the whole code is in the picture. No picture is kept."),
      ),
      problem !== "" && notice("care", el("p", {}, problem)),
      camera.draw(),
    ],
    leave: camera.stop,
  };
}
