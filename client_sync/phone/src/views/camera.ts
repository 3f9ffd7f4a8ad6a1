/** The phone's camera on a page: looks for codes until the page is left; no picture is kept. */
import { t } from "../i18n.ts";
import { type Described, el } from "./element.ts";
import { codeReader } from "./qr.ts";

export interface CameraUse {
  /** Longest side of the picture that a code is looked for in, in pixels. */
  readonly longestSidePixels: number;
  /** Between two looks. */
  readonly pauseMilliseconds: number;
  /** Is given what each code says; true ends the looking. */
  readonly found: (text: string) => boolean;
  /** The camera cannot be had. */
  readonly refused: () => void;
}

export interface Camera {
  draw(): Described;
  stop(): void;
}

/** Make a camera for one page. */
export function cameraFor(use: CameraUse): Camera {
  let stream: MediaStream | null = null;
  let isLeft = false;

  function stop(): void {
    isLeft = true;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }

  async function start(video: HTMLVideoElement): Promise<void> {
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch {
      use.refused();
      return;
    }
    if (isLeft) return stop();
    video.srcObject = stream;
    await video.play();
    const read = await codeReader(use.longestSidePixels);
    const look = async (): Promise<void> => {
      if (isLeft) return;
      const text = await read(video);
      if (text === null || !use.found(text)) setTimeout(() => void look(), use.pauseMilliseconds);
    };
    await look();
  }

  return {
    draw: () =>
      el("video", {
        class: "camera",
        key: "camera",
        muted: true,
        playsinline: true,
        "aria-label": t("What the camera sees"),
        onmount: (video: HTMLElement) => void start(video as HTMLVideoElement),
      }),
    stop,
  };
}
