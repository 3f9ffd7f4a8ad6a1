/**
 * The key that seals the vault, and how it is kept.
 *
 * Theory of operation. By default the key is made by WebCrypto as non-extractable and stored as an
 * opaque handle: it never exists as bytes for a script and does not leave the device with a copied
 * file. With a passphrase the key is random bytes wrapped under Argon2id of the passphrase; the
 * cost stands in the header, so that it can be raised later. In both cases the vault itself is
 * sealed by AES-256-GCM with a fresh nonce.
 */
import { type Bytes, concat, utf8, wipe } from "./bytes.ts";
import { type Entropy, randomBytes } from "./envelope/entropy.ts";
import { type Argon2Cost, aeadOpen, aeadSeal } from "./envelope/primitives.ts";
import { VaultError } from "./errors.ts";
import { AEAD_NONCE_BYTES, KEY_BYTES } from "./generated/constants.ts";

const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What sealing adds to a record: nonce and tag. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;
/** A record is bound to its place: none can be put where another was. */
const adOf = (name: string) => utf8(`tocsin vault 2 ${name}`);
const KEY_NAME = "key";

/** 19 MiB and two passes: OWASP's floor, a second on a ten-year-old phone without WebAssembly. */
export const PASSPHRASE_COST: Argon2Cost = { memoryKib: 19_456, passes: 2 };

export type Header =
  | { readonly kind: "device"; readonly key: CryptoKey }
  | {
      readonly kind: "passphrase";
      readonly salt: Bytes;
      readonly cost: Argon2Cost;
      /** nonce | sealed vault key */
      readonly wrapped: Bytes;
    };

export type DeriveKey = (passphrase: string, salt: Bytes, cost: Argon2Cost) => Promise<Bytes>;

/** Make the default header: a key that only this browser profile can use. */
export async function deviceHeader(): Promise<{ header: Header; key: CryptoKey }> {
  const usages: KeyUsage[] = ["encrypt", "decrypt"];
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, usages);
  return { header: { kind: "device", key }, key };
}

/** Make a header that a passphrase opens, and the key it wraps. */
export async function passphraseHeader(
  passphrase: string,
  derive: DeriveKey,
  entropy: Entropy = randomBytes,
): Promise<{ header: Header; key: CryptoKey }> {
  const raw = entropy(KEY_BYTES);
  const salt = entropy(SALT_BYTES);
  const wrapping = await derive(passphrase, salt, PASSPHRASE_COST);
  const nonce = entropy(AEAD_NONCE_BYTES);
  const wrapped = concat(nonce, aeadSeal(wrapping, nonce, adOf(KEY_NAME), raw));
  const key = await imported(raw);
  wipe(raw, wrapping);
  return { header: { kind: "passphrase", salt, cost: PASSPHRASE_COST, wrapped }, key };
}

/** Unwrap the key of a passphrase header; a wrong passphrase is refused by the AEAD. */
export async function openHeader(
  header: Extract<Header, { kind: "passphrase" }>,
  passphrase: string,
  derive: DeriveKey,
): Promise<CryptoKey> {
  const wrapping = await derive(passphrase, header.salt, header.cost);
  const nonce = header.wrapped.subarray(0, AEAD_NONCE_BYTES);
  let raw: Bytes;
  try {
    raw = aeadOpen(wrapping, nonce, adOf(KEY_NAME), header.wrapped.subarray(AEAD_NONCE_BYTES));
  } catch {
    throw new VaultError("wrong-passphrase");
  } finally {
    wipe(wrapping);
  }
  const key = await imported(raw);
  wipe(raw);
  return key;
}

function imported(raw: Bytes): Promise<CryptoKey> {
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
