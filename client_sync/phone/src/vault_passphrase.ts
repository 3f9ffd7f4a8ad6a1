/**
 * Headers that passphrases open: two slots, always filled, one for the vault and one for the notes of
 * an innocent app, or for nothing. Only `lock.ts` needs this; it is loaded when first wanted.
 */
import { type Bytes, concat, wipe } from "./bytes.ts";
import { type Entropy, randomBytes } from "./envelope/entropy.ts";
import { type Argon2Cost, aeadOpen, aeadSeal } from "./envelope/primitives.ts";
import { VaultError } from "./errors.ts";
import { AEAD_NONCE_BYTES, AEAD_TAG_BYTES, KEY_BYTES } from "./generated/constants.ts";
import {
  adOf,
  type DeriveKey,
  FILLER_BYTES,
  imported,
  type PassphraseHeader,
  type Role,
} from "./vault_key.ts";

const SALT_BYTES = 16;
const KEY_NAME = "key";

/** 19 MiB and two passes: OWASP's floor, a second on a ten-year-old phone without WebAssembly. */
export const PASSPHRASE_COST: Argon2Cost = { memoryKib: 19_456, passes: 2 };

const ROLES: readonly Role[] = ["vault", "notes"];
const SLOT_BYTES = AEAD_NONCE_BYTES + 1 + KEY_BYTES + AEAD_TAG_BYTES;

async function newSlot(
  wrapping: Bytes,
  role: Role,
  entropy: Entropy,
): Promise<{ slot: Bytes; key: CryptoKey }> {
  const raw = entropy(KEY_BYTES);
  const nonce = entropy(AEAD_NONCE_BYTES);
  const plain = concat(new Uint8Array([ROLES.indexOf(role)]), raw);
  const slot = concat(nonce, aeadSeal(wrapping, nonce, adOf(KEY_NAME), plain));
  const key = await imported(raw);
  wipe(raw, plain);
  return { slot, key };
}

function pair(at: number, slot: Bytes, other: Bytes): readonly [Bytes, Bytes] {
  return at === 0 ? [slot, other] : [other, slot];
}

export interface Opened {
  readonly role: Role;
  readonly key: CryptoKey;
  /** Which of the two slots it was. */
  readonly at: number;
}

/**
 * Make a header that a passphrase opens, and the key it wraps.
 *
 * @param more the header it takes the place of: its salt, cost and other slot stay; or the cost.
 */
export async function passphraseHeader(
  passphrase: string,
  derive: DeriveKey,
  entropy: Entropy = randomBytes,
  more: {
    readonly cost?: Argon2Cost;
    readonly kept?: { header: PassphraseHeader; at: number };
  } = {},
): Promise<{ header: PassphraseHeader; key: CryptoKey; at: number }> {
  const { kept } = more;
  const salt = kept?.header.salt ?? entropy(SALT_BYTES);
  const cost = kept?.header.cost ?? more.cost ?? PASSPHRASE_COST;
  const at = kept?.at ?? (entropy(1)[0] ?? 0) % 2;
  const other = kept?.header.slots[1 - at] ?? entropy(SLOT_BYTES);
  const wrapping = await derive(passphrase, salt, cost);
  if (await openSlot(wrapping, other)) throw new VaultError("same-passphrase");
  const { slot, key } = await newSlot(wrapping, "vault", entropy);
  wipe(wrapping);
  const filler = entropy(FILLER_BYTES);
  return {
    header: { kind: "passphrase", salt, cost, slots: pair(at, slot, other), filler },
    key,
    at,
  };
}

/** The header with another passphrase for the notes, or with none. */
export async function withOther(
  header: PassphraseHeader,
  at: number,
  passphrase: string | null,
  derive: DeriveKey,
  entropy: Entropy,
): Promise<PassphraseHeader> {
  const own = header.slots[at] as Bytes;
  let other = entropy(SLOT_BYTES);
  if (passphrase !== null) {
    const wrapping = await derive(passphrase, header.salt, header.cost);
    if (await openSlot(wrapping, own)) throw new VaultError("same-passphrase");
    other = (await newSlot(wrapping, "notes", entropy)).slot;
    wipe(wrapping);
  }
  return { ...header, slots: pair(at, own, other), filler: entropy(FILLER_BYTES) };
}

async function openSlot(
  wrapping: Bytes,
  slot: Bytes,
): Promise<{ role: Role; key: CryptoKey } | null> {
  let plain: Bytes;
  try {
    const nonce = slot.subarray(0, AEAD_NONCE_BYTES);
    plain = aeadOpen(wrapping, nonce, adOf(KEY_NAME), slot.subarray(AEAD_NONCE_BYTES));
  } catch {
    return null;
  }
  const key = await imported(plain.slice(1));
  const role = ROLES[plain[0] ?? 0] ?? "vault";
  wipe(plain);
  return { role, key };
}

/** Try a passphrase on both slots; a wrong one is refused by the AEAD. */
export async function openHeader(
  header: PassphraseHeader,
  passphrase: string,
  derive: DeriveKey,
): Promise<Opened> {
  const wrapping = await derive(passphrase, header.salt, header.cost);
  const opened = await Promise.all(header.slots.map((slot) => openSlot(wrapping, slot)));
  wipe(wrapping);
  const at = opened.findIndex((one) => one !== null);
  const found = opened[at];
  if (!found) throw new VaultError("wrong-passphrase");
  return { ...found, at };
}
