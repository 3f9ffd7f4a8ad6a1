/** Camera and microphone within the app: a photo, a film, a voice note, none of which lands in the gallery. */
import { PhoneError } from "../app.ts";
import { t } from "../i18n.ts";
import {
  type CaptureKind,
  closeStream,
  openStream,
  photoOf,
  type Recording,
  startRecording,
} from "../media/recording.ts";
import { type Child, type Described, el } from "./element.ts";
import { button, fileButton, notice } from "./parts.ts";

export interface CaptureUse {
  readonly kind: CaptureKind;
  readonly redraw: () => void;
  readonly taken: (file: File, isMasked: boolean) => void;
  /** A file from the phone's own camera or recorder instead. */
  readonly given: (files: readonly File[]) => void;
  readonly closed: () => void;
}

export interface Capture {
  draw(): Child;
  stop(): void;
}

/** What a desk takes is 25 MiB at most: four minutes of film are 18 MB; ten of voice 1.8 MB. */
const MOST_SECONDS: Readonly<Record<CaptureKind, number>> = { photo: 0, film: 240, voice: 600 };

/** Open camera or microphone on the page. */
export function captureFor(use: CaptureUse): Capture {
  return new CapturePart(use);
}

class CapturePart implements Capture {
  readonly #use: CaptureUse;
  #stream: MediaStream | null = null;
  #recording: Recording | null = null;
  #video: HTMLVideoElement | null = null;
  #isMasked = true;
  #hasSound = true;
  #seconds = 0;
  #clock: ReturnType<typeof setInterval> | undefined;
  #isLeft = false;
  #problem: unknown = null;

  constructor(use: CaptureUse) {
    this.#use = use;
    if (use.kind === "photo") void this.#open();
  }

  draw(): Child {
    const { kind } = this.#use;
    return el(
      "div",
      { class: "notice calm", key: `capture ${kind}`, role: "group", "aria-label": NAMES[kind]() },
      el(
        "div",
        { class: "grow" },
        this.#problem === null ? this.#working() : this.#refused(),
        button(t("Cancel"), null, () => this.#close(), "quiet"),
      ),
    );
  }

  stop(): void {
    this.#isLeft = true;
    clearInterval(this.#clock);
    this.#recording?.drop();
    this.#recording = null;
    closeStream(this.#stream);
    this.#stream = null;
  }

  #working(): Child {
    const { kind } = this.#use;
    if (kind === "photo") {
      return [this.#preview(), button(t("Take it now"), "camera", () => void this.#shoot())];
    }
    if (this.#recording !== null) {
      return [
        kind === "film" && this.#preview(),
        el(
          "p",
          { class: "recording", role: "status" },
          t("Recording: {time}", { time: this.#time() }),
        ),
        button(t("Stop and add it"), "done", () => void this.#finish()),
      ];
    }
    return [
      kind === "voice" ? this.#voiceChoice() : this.#soundChoice(),
      button(t("Start recording"), "record", () => void this.#record()),
    ];
  }

  #voiceChoice(): Child {
    return [
      tick("mask", t("Change my voice"), this.#isMasked, (isOn) => {
        this.#isMasked = isOn;
        this.#use.redraw();
      }),
      el(
        "p",
        { class: "hint" },
        this.#isMasked
          ? t(
              "This hides how your voice sounds. It does not hide your words, your accent, how you speak, or sounds around you.",
            )
          : t("Whoever knows your voice can tell that it is you."),
      ),
    ];
  }

  #soundChoice(): Child {
    return [
      tick("sound", t("With sound"), this.#hasSound, (isOn) => {
        this.#hasSound = isOn;
        this.#use.redraw();
      }),
      el("p", { class: "hint" }, t("Voices and faces in a film are not changed.")),
    ];
  }

  #preview(): Described {
    return el("video", {
      class: "camera",
      key: "preview",
      muted: true,
      playsinline: true,
      "aria-label": t("What the camera sees"),
      onmount: (video: HTMLElement) => {
        this.#video = video as HTMLVideoElement;
        this.#show();
      },
    });
  }

  #refused(): Child {
    const accept = { photo: "image/*", film: "video/*", voice: "audio/*" }[this.#use.kind];
    return [
      notice("care", el("p", {}, refusal(this.#problem))),
      fileButton(t("Use the phone's own app"), "file", this.#use.given, { accept, capture: "" }),
    ];
  }

  #show(): void {
    if (this.#video === null || this.#stream === null) return;
    this.#video.srcObject = this.#stream;
    void this.#video.play().catch(() => undefined);
  }

  async #open(): Promise<MediaStream | null> {
    try {
      const stream = await openStream(this.#use.kind, this.#hasSound);
      // The page was left while the person was asked.
      if (this.#isLeft) closeStream(stream);
      else this.#stream = stream;
    } catch (error) {
      this.#problem = error;
    }
    this.#show();
    this.#use.redraw();
    return this.#stream;
  }

  async #record(): Promise<void> {
    const { kind } = this.#use;
    const stream = await this.#open();
    if (stream === null || kind === "photo") return;
    try {
      this.#recording = startRecording(kind, stream, kind === "voice" && this.#isMasked);
    } catch (error) {
      this.#problem = error;
      closeStream(stream);
    }
    this.#clock = setInterval(() => this.#tick(), 1000);
    this.#use.redraw();
  }

  #tick(): void {
    this.#seconds += 1;
    if (this.#seconds >= MOST_SECONDS[this.#use.kind]) void this.#finish();
    else this.#use.redraw();
  }

  async #finish(): Promise<void> {
    const recording = this.#recording;
    this.#recording = null;
    clearInterval(this.#clock);
    if (recording === null) return;
    const file = await recording.finish();
    this.stop();
    this.#use.taken(file, this.#use.kind === "voice" && this.#isMasked);
  }

  async #shoot(): Promise<void> {
    if (this.#video === null || this.#video.videoWidth === 0) return;
    try {
      const file = await photoOf(this.#video);
      this.stop();
      this.#use.taken(file, false);
    } catch (error) {
      this.#problem = error;
      this.#use.redraw();
    }
  }

  #close(): void {
    this.stop();
    this.#use.closed();
  }

  #time(): string {
    const seconds = String(this.#seconds % 60).padStart(2, "0");
    return `${Math.floor(this.#seconds / 60)}:${seconds}`;
  }
}

const NAMES: Readonly<Record<CaptureKind, () => string>> = {
  photo: () => t("Take a photo"),
  film: () => t("Record a film"),
  voice: () => t("Speak instead of writing"),
};

function refusal(error: unknown): string {
  return error instanceof PhoneError && error.slug === "capture-refused"
    ? t(
        "The phone does not let this app use the camera or the microphone. You can allow it in the browser's settings, or use another app of the phone.",
      )
    : t("Camera or microphone cannot be used here. Use another app of the phone.");
}

function tick(
  id: string,
  label: string,
  isOn: boolean,
  change: (isOn: boolean) => void,
): Described {
  return el(
    "label",
    { class: "tick", for: id },
    el("input", {
      type: "checkbox",
      id,
      checked: isOn,
      onchange: (event: Event) => change((event.currentTarget as HTMLInputElement).checked),
    }),
    el("span", {}, label),
  );
}
