/** A desk's fingerprint in words that two people can compare aloud (docs/spec/fingerprint.md). */
import { fromHex } from "./bytes.ts";
import { ContractError } from "./errors.ts";
import { DESK_ID_BYTES, FINGERPRINT_WORDS } from "./generated/constants.ts";
import { stored } from "./loading.ts";

/** The words of a list's file; a language without a list has none and is refused. */
export function listOf(file: { readonly words: readonly string[] } | undefined): readonly string[] {
  if (file === undefined) throw new ContractError("bad-fingerprint");
  return file.words;
}

/** Each of the first ten bytes names one word. */
export function fingerprintWords(deskId: Uint8Array, list: readonly string[]): readonly string[] {
  if (deskId.length !== DESK_ID_BYTES) throw new ContractError("bad-fingerprint");
  return [...deskId.subarray(0, FINGERPRINT_WORDS)].map((byte) => list[byte] ?? "");
}

/** Say a fingerprint of 32 hex digits in a language; the list comes when it is wanted. */
export async function saidInWords(
  fingerprint: string,
  language: string,
): Promise<readonly string[]> {
  const file = (await stored(() => import(`../../../schemas/fingerprint/${language}.json`))) as {
    readonly default: { readonly words: readonly string[] };
  };
  return fingerprintWords(fromHex(fingerprint), listOf(file.default));
}
