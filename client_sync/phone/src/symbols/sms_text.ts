/** A sealed report as text messages (docs/spec/symbols.md section 6). */
import type { Bytes } from "../bytes.ts";
import { envelopeIdOf } from "../envelope/keys.ts";
import { smsCore } from "../envelope/sms.ts";
import { SymbolError } from "../errors.ts";
import { SMS_SPARE_SYMBOLS, SMS_SYMBOL_BYTES, SYMBOL_TAG_BYTES } from "../generated/constants.ts";
import { SymbolWriter } from "./symbols.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
const GROUP_BYTES = 3;

function letters(symbol: Bytes): string {
  let text = "";
  for (let at = 0; at < symbol.length; at += GROUP_BYTES) {
    const [a, b, c] = symbol.subarray(at, at + GROUP_BYTES) as unknown as [number, number, number];
    for (const value of [a >> 2, (a << 4) | (b >> 4), (b << 2) | (c >> 6), c]) {
      text += ALPHABET[value & 0x3f];
    }
  }
  return text;
}

/** Cut a blob that was sealed for text messages: any of them but one are enough, in any order. */
export function smsTexts(blob: Bytes, spare: number = SMS_SPARE_SYMBOLS): string[] {
  const core = smsCore(blob);
  if (core === null) throw new SymbolError("too-large");
  const tag = envelopeIdOf(blob).slice(0, SYMBOL_TAG_BYTES);
  const writer = new SymbolWriter(core, tag, SMS_SYMBOL_BYTES);
  return Array.from({ length: writer.pieces + spare }, (_, index) => letters(writer.symbol(index)));
}
