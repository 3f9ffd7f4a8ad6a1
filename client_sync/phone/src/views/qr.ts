/** Reads a code from a video: by the browser's own detector where there is one, else by a decoder. */

type ReadCode = (video: HTMLVideoElement) => Promise<string | null>;

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { readonly formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** The best reader that this phone has; its own decoder looks at a picture of at most that side. */
export async function codeReader(longestSidePixels: number): Promise<ReadCode> {
  const Native = Reflect.get(globalThis, "BarcodeDetector") as DetectorClass | undefined;
  if (Native !== undefined && (await Native.getSupportedFormats()).includes("qr_code")) {
    const detector = new Native({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  // A chunk of its own: whoever joins by a link never loads it.
  const { decodeQR } = await import("qr/decode.js");
  const read = (picture: ImageData | null): string | null => {
    try {
      return picture === null ? null : decodeQR(picture);
    } catch {
      return null; /* no code in this picture; the next one is looked at */
    }
  };
  return (video) => Promise.resolve(read(pixelsOf(video, longestSidePixels)));
}

function pixelsOf(video: HTMLVideoElement, longestSidePixels: number): ImageData | null {
  const scale = Math.min(1, longestSidePixels / Math.max(video.videoWidth, video.videoHeight, 1));
  const width = Math.floor(video.videoWidth * scale);
  const height = Math.floor(video.videoHeight * scale);
  if (width === 0 || height === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen?.drawImage(video, 0, 0, width, height);
  return pen?.getImageData(0, 0, width, height) ?? null;
}
