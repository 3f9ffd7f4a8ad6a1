/**
 * What a service worker checks before it stores a file of a release that a desk stands for.
 *
 * Spec: docs/spec/release.md section 3
 */
import { trustedReleases } from "../trusted.ts";

export const LISTING = "release.json";

/** Name to SHA-256, as `release.json` lists them. */
export type Hashes = Readonly<Record<string, string>>;

async function digestOf(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Read a list of files, whose hash must be right; of canonical JSON there is one way to write it. */
async function hashesOf(listing: Response, wanted: string | null): Promise<Hashes> {
  const { files } = (await listing.json()) as { readonly files: Hashes };
  const release = await digestOf(new TextEncoder().encode(JSON.stringify(files)));
  if (wanted !== null && release !== wanted) throw new Error("nobody signed this release");
  return files;
}

/**
 * The hashes by which a release that is being installed is checked; null on a phone that trusts what it
 * was first given. Throws when a desk stands for another release than this one: it is not taken.
 */
export async function hashesToInstall(cache: Cache): Promise<Hashes | null> {
  const [newest] = await trustedReleases();
  if (newest === undefined) return null;
  const listing = await fetch(LISTING, { cache: "no-cache" });
  const hashes = await hashesOf(listing.clone(), newest);
  await cache.put(LISTING, listing);
  return hashes;
}

/** The hashes of a release that was installed so; null where none were asked for. */
export async function hashesInstalled(cache: Cache): Promise<Hashes | null> {
  const listing = await cache.match(LISTING);
  return listing === undefined ? null : hashesOf(listing, null);
}

/** Give the answer on when it is the file that was signed; throw when it is another. */
export async function signedFile(
  url: string,
  answer: Response,
  hashes: Hashes | null,
): Promise<Response> {
  if (!answer.ok) throw new Error("no such file");
  if (hashes === null || url === LISTING) return answer;
  const found = await digestOf(await answer.clone().arrayBuffer());
  if (found !== hashes[url === "./" ? "index.html" : url]) throw new Error("another file");
  return answer;
}
