/**
 * Every call into a crypto library, and nothing else.
 *
 * Theory of operation. The audited @noble packages do the arithmetic. Two constructions are put
 * together here because no @noble package has them: libsodium's `crypto_box` (X25519, HSalsa20,
 * XSalsa20-Poly1305) and its anonymous form `crypto_box_seal`, whose nonce is
 * BLAKE2b-192(ephemeral public key | recipient). Both are checked against libsodium by the vectors.
 * Signatures are verified by RFC 8032 (not ZIP-215), so that the desk and the phone accept the same ones.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, utf8, wipe } from "../bytes.ts";
import { KEY_BYTES } from "../generated/constants.ts";
import type { Entropy } from "./entropy.ts";

const PERSON_BYTES = 16;
const BOX_NONCE_BYTES = 24;
const BOX_OVERHEAD_BYTES = 48;

/** Thrown when an AEAD, a box or a key refuses; holds nothing of what was refused. */
export class CryptoRefusedError extends Error {
  constructor() {
    super("the cryptographic check failed");
    this.name = "CryptoRefusedError";
  }
}

function refuseWith<T>(action: () => T): T {
  try {
    return action();
  } catch {
    throw new CryptoRefusedError();
  }
}

function personalisation(label: string): Bytes {
  const padded = new Uint8Array(PERSON_BYTES);
  padded.set(utf8(label));
  return padded;
}

export interface Blake2bOptions {
  readonly bytes: number;
  readonly person?: string;
  readonly key?: Uint8Array;
}

function nobleOptions({
  bytes,
  person,
  key,
}: Blake2bOptions): Parameters<typeof blake2b.create>[0] {
  return {
    dkLen: bytes,
    ...(person === undefined ? {} : { personalization: personalisation(person) }),
    ...(key === undefined ? {} : { key }),
  };
}

export function blake2bOf(message: Uint8Array, options: Blake2bOptions): Bytes {
  return blake2b(message, nobleOptions(options));
}

/** BLAKE2b over parts that arrive one after the other. */
export function blake2bStream(options: Blake2bOptions): HashStream {
  return streamOf(blake2b.create(nobleOptions(options)));
}

export function sha256Of(bytes: Uint8Array): Bytes {
  return sha256(bytes) as Bytes;
}

export interface HashStream {
  update(part: Uint8Array): void;
  digest(): Bytes;
}

function streamOf(state: { update(part: Uint8Array): unknown; digest(): Bytes }): HashStream {
  return {
    update: (part) => {
      state.update(part);
    },
    digest: () => state.digest(),
  };
}

/** `into`, where it is given, has just the length of the result, and is what is returned. */
export function aeadSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  plain: Uint8Array,
  into?: Bytes,
): Bytes {
  return xchacha20poly1305(key, nonce, ad).encrypt(plain, into);
}

export function aeadOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Bytes {
  return refuseWith(() => xchacha20poly1305(key, nonce, ad).decrypt(sealed));
}

/** Bytes as the 32-bit little-endian words that HSalsa20 works on; browsers run on nothing else. */
function words(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

/** Key of `crypto_box`: HSalsa20 of the X25519 shared secret with a zero input. */
function boxKey(secretKey: Uint8Array, publicKey: Uint8Array): Bytes {
  const shared = refuseWith(() => x25519.getSharedSecret(secretKey, publicKey));
  const sigma = words(utf8("expand 32-byte k"));
  const derived = new Uint32Array(KEY_BYTES / 4);
  hsalsa(sigma, words(shared), new Uint32Array(4), derived);
  wipe(shared);
  return new Uint8Array(derived.buffer);
}

function sealNonce(ephemeral: Uint8Array, recipient: Uint8Array): Bytes {
  return blake2bOf(concat(ephemeral, recipient), { bytes: BOX_NONCE_BYTES });
}

/** libsodium's crypto_box_seal: anyone can make it, only the recipient can open it. */
export function sealTo(recipient: Uint8Array, message: Uint8Array, entropy: Entropy): Bytes {
  const secret = entropy(KEY_BYTES);
  const ephemeral = x25519.getPublicKey(secret);
  const key = boxKey(secret, recipient);
  const box = xsalsa20poly1305(key, sealNonce(ephemeral, recipient)).encrypt(message);
  wipe(secret, key);
  return concat(ephemeral, box);
}

/** Open a crypto_box_seal; the phone needs it for nothing but its own tests and self-checks. */
export function openSealed(secretKey: Uint8Array, sealed: Uint8Array): Bytes {
  if (sealed.length < BOX_OVERHEAD_BYTES) throw new CryptoRefusedError();
  const ephemeral = sealed.subarray(0, KEY_BYTES);
  const key = boxKey(secretKey, ephemeral);
  const nonce = sealNonce(ephemeral, x25519.getPublicKey(secretKey));
  const opened = refuseWith(() => xsalsa20poly1305(key, nonce).decrypt(sealed.subarray(KEY_BYTES)));
  wipe(key);
  return opened;
}

/** Agree on 32 bytes; null for a public key that makes them the same for everybody. */
export function x25519Shared(secretKey: Uint8Array, publicKey: Uint8Array): Bytes | null {
  try {
    return x25519.getSharedSecret(secretKey, publicKey);
  } catch {
    return null;
  }
}

export function x25519PublicKey(secretKey: Uint8Array): Bytes {
  return x25519.getPublicKey(secretKey);
}

export function ed25519PublicKey(seed: Uint8Array): Bytes {
  return ed25519.getPublicKey(seed);
}

export function sign(seed: Uint8Array, message: Uint8Array): Bytes {
  return ed25519.sign(message, seed);
}

export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
}

/**
 * Argon2id, one lane, 32 bytes. Blocks for a second or so: call it in the worker. Loaded when it is
 * needed: most phones never set a passphrase.
 */
export async function passphraseKey(
  passphrase: string,
  salt: Uint8Array,
  cost: Argon2Cost,
): Promise<Bytes> {
  const { argon2id } = await import("@noble/hashes/argon2.js");
  const secret = utf8(passphrase.normalize("NFKC"));
  const key = argon2id(secret, salt, { m: cost.memoryKib, t: cost.passes, p: 1, dkLen: KEY_BYTES });
  wipe(secret);
  return key;
}
