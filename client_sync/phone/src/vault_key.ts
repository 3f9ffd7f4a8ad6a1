/**
 * The key that seals the vault, and how it is kept.
 *
 * Theory of operation. By default the key is made by WebCrypto as non-extractable and stored as an
 * opaque handle: it never exists as bytes for a script. The browser writes it into its profile, where
 * whoever takes the files apart finds it; only a passphrase keeps those out. Then the key is random
 * bytes wrapped under Argon2id of the passphrase; the cost stands in the header, so that it can be raised later. In both cases the vault itself is
 * sealed by AES-256-GCM with a fresh nonce.
 */
import { type Bytes, concat, utf8 } from "./bytes.ts";
import { type Entropy, randomBytes } from "./envelope/entropy.ts";
import type { Argon2Cost } from "./envelope/primitives.ts";
import { VaultError } from "./errors.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What sealing adds to a record: nonce and tag. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;
/** A record is bound to its place: none can be put where another was. */
export const adOf = (name: string) => utf8(`tocsin vault 2 ${name}`);

/** Over 64 KiB, so that the browser keeps a header as a file of its own: an old key stays in no log. */
export const FILLER_BYTES = 69_632;

export type Role = "vault" | "notes";

export type PassphraseHeader = {
  readonly kind: "passphrase";
  readonly salt: Bytes;
  readonly cost: Argon2Cost;
  /** Each nonce | sealed (role | key), or as many bytes of chance. */
  readonly slots: readonly [Bytes, Bytes];
  readonly filler: Bytes;
};

export type Header =
  | { readonly kind: "device"; readonly key: CryptoKey; readonly filler: Bytes }
  | PassphraseHeader;

export type DeriveKey = (passphrase: string, salt: Bytes, cost: Argon2Cost) => Promise<Bytes>;

/** Make the default header: a key that only this browser profile can use. */
export async function deviceHeader(
  entropy: Entropy = randomBytes,
): Promise<{ header: Header; key: CryptoKey }> {
  const usages: KeyUsage[] = ["encrypt", "decrypt"];
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, usages);
  return { header: { kind: "device", key, filler: entropy(FILLER_BYTES) }, key };
}

/** A key from bytes, which no script reads again. */
export function imported(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Seal a record under its name: nonce | ciphertext. */
export async function sealVault(
  key: CryptoKey,
  name: string,
  plain: Bytes,
  entropy: Entropy,
): Promise<Bytes> {
  const iv = entropy(NONCE_BYTES);
  const algorithm = { name: "AES-GCM", iv, additionalData: adOf(name) };
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain)));
}

export async function openVault(key: CryptoKey, name: string, sealed: Bytes): Promise<Bytes> {
  try {
    const iv = sealed.slice(0, NONCE_BYTES);
    const algorithm = { name: "AES-GCM", iv, additionalData: adOf(name) };
    const body = sealed.subarray(NONCE_BYTES);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, body));
  } catch {
    throw new VaultError("vault-damaged");
  }
}
