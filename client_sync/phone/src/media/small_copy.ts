/**
 * A copy of a large photo that goes ahead of it: on a thin link the desk sees it within a minute, and the
 * photo itself, sealed beside it, follows when it can.
 *
 * The copy is drawn anew from the photo's points: nothing that a camera writes beside them is in it.
 */

/** A photo of less takes two minutes at 32 kbit/s: a second version of it would be in the way. */
const WORTH_BYTES = 500_000;
/** Points along the longer side: a face across a street, a number plate across a car's length. */
const LONGEST_SIDE = 1280;
/** JPEG qualities, best first; the first copy that is small enough is taken. */
const QUALITIES = [0.6, 0.45, 0.3];
/** Half a minute at 32 kbit/s. */
const MOST_BYTES = 120_000;

interface Drawing {
  written(quality: number): Promise<Blob | null>;
}

/** The little of a page's canvas that is used here; this module is also a worker's, which has no page. */
interface PageCanvas {
  width: number;
  height: number;
  getContext(kind: "2d"): OffscreenCanvasRenderingContext2D | null;
  toBlob(done: (copy: Blob | null) => void, type: string, quality: number): void;
}
interface WithPage {
  readonly document?: { createElement(tag: "canvas"): PageCanvas };
}

function drawingOf(picture: ImageBitmap, width: number, height: number): Drawing | null {
  if (typeof OffscreenCanvas !== "undefined") {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
    return { written: (quality) => canvas.convertToBlob({ type: "image/jpeg", quality }) };
  }
  const canvas = (globalThis as WithPage).document?.createElement("canvas");
  if (canvas === undefined) return null;
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  return {
    written: (quality) =>
      new Promise((done) => {
        canvas.toBlob(done, "image/jpeg", quality);
      }),
  };
}

/** The best copy that is small enough; null where none is worth it or none can be drawn. */
export async function smallCopyOf(file: File): Promise<File | null> {
  if (!file.type.startsWith("image/") || file.size < WORTH_BYTES) return null;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const [width, height] = [picture.width, picture.height].map((side) =>
      Math.max(1, Math.round(side * scale)),
    ) as [number, number];
    const drawing = drawingOf(picture, width, height);
    picture.close();
    for (const quality of QUALITIES) {
      const copy = (await drawing?.written(quality)) ?? null;
      if (copy !== null && copy.size <= MOST_BYTES) return namedSmall(file, copy);
    }
  } catch {
    // No picture that this browser can read.
  }
  return null;
}

/** `small-` and the photo's name: at the desk the two lie beside each other. */
function namedSmall(file: File, copy: Blob): File {
  const stem = file.name.replace(/\.[^.]*$/, "");
  return new File([copy], `small-${stem}.jpg`, { type: copy.type, lastModified: 0 });
}
