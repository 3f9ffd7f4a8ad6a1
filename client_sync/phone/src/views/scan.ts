/** Read an invite with the camera; no picture is kept. */
import { t } from "../i18n.ts";
import { el } from "./element.ts";
import { readable } from "./join.ts";
import { notice } from "./parts.ts";
import { codeReader } from "./qr.ts";
import type { Shell, View } from "./shell.ts";

const PAUSE_MILLISECONDS = 200; /* five looks a second leave an old phone cool */

/** Make the page that looks for a printed code. */
export function scanView(shell: Shell): View {
  let stream: MediaStream | null = null;
  let isLeft = false;
  let problem = "";

  async function start(video: HTMLVideoElement): Promise<void> {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      problem = t(
        "The phone does not let this app use the camera. Go back and paste the link, or open a joining file.",
      );
      shell.redraw();
      return;
    }
    if (isLeft) return stop();
    video.srcObject = stream;
    await video.play();
    const read = await codeReader();
    const look = async (): Promise<void> => {
      if (isLeft) return;
      if (!taken(await read(video))) setTimeout(() => void look(), PAUSE_MILLISECONDS);
    };
    await look();
  }

  function taken(inviteText: string | null): boolean {
    if (inviteText === null) return false;
    if (readable(shell.app, inviteText) === null) {
      shell.go({ page: "desk", inviteText }, true);
      return true;
    }
    problem = t("This code is not an invite.");
    shell.redraw();
    return false;
  }

  function stop(): void {
    for (const track of stream?.getTracks() ?? []) track.stop();
  }

  return {
    heading: () => t("Scan a code"),
    draw: () => [
      el(
        "p",
        {},
        t("Hold the phone so that the whole code is in the picture. No picture is kept."),
      ),
      problem !== "" && notice("care", el("p", {}, problem)),
      el("video", {
        class: "camera",
        key: "camera",
        muted: true,
        playsinline: true,
        "aria-label": t("What the camera sees"),
        onmount: (video: HTMLElement) => void start(video as HTMLVideoElement),
      }),
    ],
    leave: () => {
      isLeft = true;
      stop();
    },
  };
}
