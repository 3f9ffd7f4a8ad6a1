/** Camera and microphone, recorded as small as they stay clear, and nothing kept outside of the app. */
import { PhoneError } from "../errors.ts";
import { drawMask, masked } from "./voice_mask.ts";

/** Speech in Opus is clear at 24 kbit/s: a minute is 180 KB. */
const VOICE_BITS = 24_000;
/** A minute of film is 4.5 MB; faces across a room can be told. */
const FILM_BITS = 600_000;
const PHOTO_QUALITY = 0.85;
/** What is on hand is handed over each second, so that a full memory is seen early. */
const SLICE_MILLISECONDS = 1000;
/** The same for everybody: a name must not tell when. */
const NAMES = { photo: "photo", film: "film", voice: "voice" } as const;
const KINDS: Readonly<Record<"film" | "voice", readonly string[]>> = {
  film: ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"],
  voice: ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"],
};

export type CaptureKind = keyof typeof NAMES;

/** Ask for camera or microphone; every way of not getting it is a `PhoneError`. */
export async function openStream(kind: CaptureKind, withSound: boolean): Promise<MediaStream> {
  const sizes = { width: { ideal: kind === "film" ? 640 : 1920 } };
  const video = kind === "voice" ? false : { facingMode: "environment", ...sizes };
  const audio = kind === "voice" || (kind === "film" && withSound);
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (error) {
    const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
    throw new PhoneError(isRefused ? "capture-refused" : "capture-missing");
  }
}

export function closeStream(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function fileOf(kind: CaptureKind, content: Blob): File {
  const [type = ""] = content.type.split(";");
  const [, ending = ""] = type.split("/");
  const name = `${NAMES[kind]}.${ending === "jpeg" ? "jpg" : ending}`;
  return new File([content], name, { type, lastModified: 0 });
}

/** What the camera sees now, as a JPEG drawn from its points: no place, time or device is in it. */
export async function photoOf(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const picture = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, "image/jpeg", PHOTO_QUALITY);
  });
  if (picture === null) throw new PhoneError("capture-missing");
  return fileOf("photo", picture);
}

export interface Recording {
  /** End it; the file that was recorded. */
  finish(): Promise<File>;
  /** End it and keep nothing. */
  drop(): void;
}

function recorderOf(kind: "film" | "voice", stream: MediaStream): MediaRecorder {
  const mimeType = KINDS[kind].find((type) => MediaRecorder.isTypeSupported(type));
  if (mimeType === undefined) throw new PhoneError("capture-missing");
  const bits = kind === "film" ? { videoBitsPerSecond: FILM_BITS } : {};
  return new MediaRecorder(stream, { mimeType, audioBitsPerSecond: VOICE_BITS, ...bits });
}

/** Begin to record; with `isMasked` the recorder hears only the changed voice. */
export function startRecording(
  kind: "film" | "voice",
  stream: MediaStream,
  isMasked: boolean,
): Recording {
  const mask = isMasked ? maskedStream(stream) : null;
  const recorder = recorderOf(kind, mask?.stream ?? stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void parts.push(data);
  recorder.start(SLICE_MILLISECONDS);
  const end = (): Promise<void> =>
    new Promise((ended) => {
      recorder.onstop = () => ended();
      if (recorder.state === "inactive") ended();
      else recorder.stop();
    });
  const close = (): void => {
    closeStream(stream);
    void mask?.context.close();
  };
  return {
    finish: async () => {
      await end();
      close();
      return fileOf(kind, new Blob(parts, { type: recorder.mimeType }));
    },
    drop: () => {
      void end();
      close();
    },
  };
}

function maskedStream(stream: MediaStream): { stream: MediaStream; context: AudioContext } {
  const context = new AudioContext();
  void context.resume();
  const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  masked(
    context,
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }),
    drawMask(),
  ).connect(out);
  return { stream: out.stream, context };
}
