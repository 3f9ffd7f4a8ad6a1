/**
 * A bundle on its way out of the app: into the downloads, or to another app by the phone's own sheet.
 *
 * Theory of operation. Browsers hand only a few kinds of files to the sheet, and a bundle's own is not
 * among them everywhere. Where it is not, the bundle goes as text (bundle.md, text form), which every
 * messenger and mail program carries without harm.
 */

/* The same for everybody: a name must not tell when or who. */
const FILE_NAME = "notes.tocsin";
const TEXT_NAME = "notes.txt";
const MEDIA_TYPE = "application/vnd.tocsin.bundle";
const REVOKE_AFTER_MILLISECONDS = 60_000; /* the browser reads the blob only once saving begins */

const LINE_BYTES = 57; /* 76 characters, what mail programs leave alone */

function asBundle(bundle: BlobPart): File {
  return new File([bundle], FILE_NAME, { type: MEDIA_TYPE });
}

function asText(text: string): File {
  return new File([text], TEXT_NAME, { type: "text/plain" });
}

function takes(file: File): boolean {
  return typeof navigator.canShare === "function" && navigator.canShare({ files: [file] });
}

/** Whether this phone has a sheet that takes a bundle in one of its forms. */
export function canShare(): boolean {
  return takes(asBundle("")) || takes(asText(""));
}

async function textForm(bundle: Blob): Promise<string> {
  const bytes = new Uint8Array(await bundle.arrayBuffer());
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    lines.push(btoa(String.fromCharCode(...bytes.subarray(at, at + LINE_BYTES))));
  }
  return `${lines.join("\n")}\n`;
}

/** Open the sheet; false when the person turned away. */
export async function shareFile(bundle: Blob): Promise<boolean> {
  const own = asBundle(bundle);
  const file = takes(own) ? own : asText(await textForm(bundle));
  try {
    await navigator.share({ files: [file] });
    return true;
  } catch {
    return false;
  }
}

/** Save it; the name under which it is found. */
export function saveFile(bundle: Blob): string {
  const url = URL.createObjectURL(asBundle(bundle));
  const link = document.createElement("a");
  link.href = url;
  link.download = FILE_NAME;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MILLISECONDS);
  return FILE_NAME;
}
