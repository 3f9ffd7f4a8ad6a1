/**
 * Canonical JSON: one document, one byte string (report.md section 1).
 *
 * What is signed or sealed must have exactly one form in both languages. A reader therefore parses,
 * writes again, and refuses what is not equal: white space, key order, duplicates, floats, escapes.
 */
import { type Bytes, sameBytes, textOf, utf8 } from "../bytes.ts";
import { ContractError } from "../errors.ts";

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Halves of a character: an unpaired surrogate has no UTF-8 form. */
export const LONE_SURROGATES = /\p{Surrogate}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are ASCII, control characters and all
const NOT_ASCII = /[^\x00-\x7f]/;

function writeText(text: string): string {
  if (text.search(LONE_SURROGATES) >= 0) throw new ContractError("bad-json");
  // JSON.stringify escapes exactly what section 1 names, in its spelling.
  return JSON.stringify(text);
}

function writeObject(value: { readonly [key: string]: JsonValue }): string {
  const keys = Object.keys(value).sort();
  if (keys.some((key) => NOT_ASCII.test(key))) throw new ContractError("bad-json");
  const members = keys.map((key) => `${writeText(key)}:${write(value[key] as JsonValue)}`);
  return `{${members.join(",")}}`;
}

function write(value: JsonValue): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new ContractError("bad-json");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  return writeObject(value as { readonly [key: string]: JsonValue });
}

export function encode(value: JsonValue): Bytes {
  return utf8(write(value));
}

export function decode(bytes: Uint8Array): JsonValue {
  try {
    const value = JSON.parse(textOf(bytes)) as JsonValue;
    if (sameBytes(encode(value), bytes)) return value;
  } catch {
    // Not UTF-8, not JSON, nested too deeply, or a value without a canonical form.
  }
  throw new ContractError("bad-json");
}
