/**
 * The releases of the app that this phone has been told of by verified directories, newest first.
 *
 * It is kept beside the app's files, where the service worker can read it while the vault is locked. It
 * has one size whatever is in it, and names no desk.
 *
 * Spec: docs/spec/release.md section 3
 */
import { TRUST_CACHE } from "./load/stored.ts";

const NAME = "trusted";
const PLACES = 8;
const NOTHING = "0".repeat(64);

const hasCaches = (): boolean => origin !== "null" && "caches" in globalThis;

/** Read the record; empty on a phone that trusts what it was first given. */
export async function trustedReleases(): Promise<readonly string[]> {
  if (!hasCaches()) return [];
  const record = await caches.match(NAME, { cacheName: TRUST_CACHE });
  const releases = (await record?.text())?.split("\n") ?? [];
  return releases.filter((release) => release !== NOTHING);
}

/** Put a release in front, and give the record. */
export async function trustRelease(release: string): Promise<readonly string[]> {
  const before = await trustedReleases();
  if (before[0] === release || !hasCaches()) return [release, ...before.slice(1)];
  const after = [release, ...before.filter((one) => one !== release)].slice(0, PLACES);
  const filled = [...after, ...Array<string>(PLACES).fill(NOTHING)].slice(0, PLACES);
  await (await caches.open(TRUST_CACHE)).put(NAME, new Response(filled.join("\n")));
  return after;
}
