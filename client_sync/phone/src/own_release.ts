/**
 * Which release runs, and whether it is whole: its list of files, and each stored file beside it.
 *
 * What this cannot see: a page that was changed would not run this, or lie.
 *
 * Spec: docs/spec/release.md section 3
 */
import { hex } from "./bytes.ts";
import { sha256Of } from "./envelope/primitives.ts";
import { decodeRelease, type Release } from "./wire/release.ts";

export { trustRelease } from "./trusted.ts";

/** No release has this name: what runs is not what its list says. */
const CHANGED = "changed";

async function isWhole({ files }: Release): Promise<boolean> {
  if (!("caches" in globalThis)) return true;
  for (const [name, digest] of files) {
    const stored = await caches.match(name === "index.html" ? "./" : name);
    if (stored === undefined) continue;
    if (hex(sha256Of(new Uint8Array(await stored.arrayBuffer()))) !== digest) return false;
  }
  return true;
}

/** Tell whether a file has this SHA-256. */
export async function isFile(file: Blob, digest: string): Promise<boolean> {
  return hex(sha256Of(new Uint8Array(await file.arrayBuffer()))) === digest;
}

/** SHA-256 of the release that runs; null where its list is not stored and cannot be had. */
export async function ownRelease(): Promise<string | null> {
  const written = document.querySelector<HTMLMetaElement>('meta[name="release"]');
  if (written !== null) return written.content;
  const answer = await fetch("release.json", { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) return null;
  try {
    const release = decodeRelease(new Uint8Array(await answer.arrayBuffer()), sha256Of);
    return (await isWhole(release)) ? release.release : CHANGED;
  } catch {
    return CHANGED;
  }
}
