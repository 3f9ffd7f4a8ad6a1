/**
 * A small copy of a picture, that goes ahead of it: on a thin link the desk sees what it shows within
 * seconds, and the picture itself follows when it can.
 *
 * The copy is drawn anew from the picture's points and written as JPEG: nothing of what a camera
 * writes beside a picture (place, time, device) is in it.
 */
import { MAX_THUMBNAIL_BYTES } from "./generated/constants.ts";

/** Points along the upper edge, best first: 320 tell a crowd from a convoy, 160 a house from a field. */
const WIDTHS = [320, 240, 160];
/** JPEG qualities, best first; the first whose picture is small enough is taken. */
const QUALITIES = [0.7, 0.5, 0.35, 0.2];
/** A picture of less goes whole in hardly more time. */
const WORTH_BYTES = 3 * MAX_THUMBNAIL_BYTES;

function drawn(picture: ImageBitmap, width: number): OffscreenCanvas {
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/**
 * The largest copy that fits; null for what is no picture, and where the browser cannot draw one.
 *
 * @param shown the file, or a smaller version of it that is quicker to read
 */
export async function thumbnailOf(file: Blob, shown: Blob): Promise<Blob | null> {
  const canDraw = typeof OffscreenCanvas !== "undefined";
  if (!canDraw || !file.type.startsWith("image/") || file.size < WORTH_BYTES) return null;
  try {
    // Decoded once: twelve megapixels take longer to decode than all the rest.
    const picture = await createImageBitmap(shown, {
      imageOrientation: "from-image",
      resizeQuality: "medium",
      resizeWidth: Math.max(...WIDTHS),
    });
    for (const width of WIDTHS) {
      const canvas = drawn(picture, width);
      for (const quality of QUALITIES) {
        const copy = await canvas.convertToBlob({ type: "image/jpeg", quality });
        if (copy.size <= MAX_THUMBNAIL_BYTES) return copy;
      }
    }
  } catch {
    // No picture that this browser can read: the file goes without a copy.
  }
  return null;
}
