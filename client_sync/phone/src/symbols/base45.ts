/** Bytes as the 45 characters that a QR code packs tightest (RFC 9285). */
import type { Bytes } from "../bytes.ts";
import { SymbolError } from "../errors.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const BASE = ALPHABET.length;

export function encodeBase45(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 2) {
    const isPair = at + 1 < data.length;
    let value = isPair
      ? (data[at] as number) * 256 + (data[at + 1] as number)
      : (data[at] as number);
    for (let digit = 0; digit < (isPair ? 3 : 2); digit += 1) {
      text += ALPHABET[value % BASE];
      value = Math.floor(value / BASE);
    }
  }
  return text;
}

export function decodeBase45(text: string): Bytes {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((character) => ALPHABET.indexOf(character));
    const isPair = digits.length === 3;
    const value = digits.reduceRight((sum, digit) => sum * BASE + digit, 0);
    if (digits.includes(-1) || digits.length === 1 || value > (isPair ? 0xffff : 0xff)) {
      throw new SymbolError("bad-text");
    }
    if (isPair) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}
