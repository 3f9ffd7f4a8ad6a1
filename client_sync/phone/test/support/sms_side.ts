/** What only a desk and its gateway do with text messages. */
import { type Bytes, sameBytes } from "../../src/bytes.ts";
import { deriveKeys, envelopeIdOf } from "../../src/envelope/keys.ts";
import { inflate, unpad } from "../../src/envelope/padding.ts";
import { aeadOpen, x25519PublicKey, x25519Shared } from "../../src/envelope/primitives.ts";
import { bodyKeys } from "../../src/envelope/sealing.ts";
import { DICTIONARY, smsAd, smsBlob, smsCek, smsCore } from "../../src/envelope/sms.ts";
import { EnvelopeError, SymbolError } from "../../src/errors.ts";
import {
  KEY_BYTES,
  MAX_REPORT_JSON_BYTES,
  SMS_CHARACTERS,
  SMS_PIECE_BYTES,
  SMS_PIECES,
  SMS_VERSION,
  SYMBOL_TAG_BYTES,
} from "../../src/generated/constants.ts";
import { type CarriedSymbol, decodeSymbol, SymbolReader } from "../../src/symbols/symbols.ts";
import type { Identity, Opened } from "./desk_side.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";

function bodyOf(core: Bytes, deskId: Bytes, identity: Identity, ephemeral: Bytes) {
  const shared = x25519Shared(identity.secret, ephemeral);
  if (shared === null) return null;
  const cek = smsCek(shared, deskId, ephemeral, x25519PublicKey(identity.secret));
  const { key, nonce } = bodyKeys(cek);
  try {
    return { cek, padded: aeadOpen(key, nonce, smsAd(deskId, ephemeral), core.slice(KEY_BYTES)) };
  } catch {
    return null;
  }
}

/** Open what came as text messages. */
export function openSms(
  blob: Bytes,
  core: Bytes,
  deskId: Bytes,
  identities: readonly Identity[],
): Opened {
  for (const identity of identities) {
    const body = bodyOf(core, deskId, identity, core.slice(0, KEY_BYTES));
    if (body === null) continue;
    const inner = unpad(body.padded);
    if (inner[0] !== SMS_VERSION) throw new EnvelopeError("bad-version");
    const json = inflate(inner.subarray(1), MAX_REPORT_JSON_BYTES, DICTIONARY);
    const keys = deriveKeys(body.cek);
    return { id: envelopeIdOf(blob), json, author: null, week: identity.week, keys };
  }
  throw new EnvelopeError("not-for-us");
}

function readSms(text: string): CarriedSymbol {
  const values = [...text.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")].map((letter) =>
    ALPHABET.indexOf(letter),
  );
  if (values.length !== SMS_CHARACTERS || values.includes(-1)) throw new SymbolError("bad-text");
  const bits = values.map((value) => value.toString(2).padStart(6, "0")).join("");
  const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  const symbol = decodeSymbol(bytes);
  if (!(SMS_PIECES as readonly number[]).includes(symbol.pieces)) {
    throw new SymbolError("bad-symbol");
  }
  return symbol;
}

/** Put messages together, as the gateway does. */
export function collectSms(texts: readonly string[]): Bytes {
  const symbols = texts.map(readSms);
  const reader = new SymbolReader(symbols[0] as CarriedSymbol);
  for (const symbol of symbols) reader.add(symbol);
  const core = reader.joined();
  const blob = smsBlob(core);
  const isCutRight = core.length === reader.pieces * SMS_PIECE_BYTES;
  const held = smsCore(blob);
  const isSame = sameBytes(envelopeIdOf(blob).slice(0, SYMBOL_TAG_BYTES), reader.tag);
  if (!isCutRight || held === null || !sameBytes(held, core) || !isSame) {
    throw new SymbolError("bad-source");
  }
  return blob;
}
