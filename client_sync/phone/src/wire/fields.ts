/**
 * Reading one JSON object field by field, refusing whatever the contract does not name.
 *
 * Theory of operation. A `Fields` wraps an object and is asked for each field once; `done()` refuses
 * fields that nobody asked for. Every refusal is `FieldError`, which the module that parses turns
 * into its own error; it never holds the value.
 */
import { type Bytes, characters, fromBase64url, fromHex } from "../bytes.ts";
import type { JsonValue } from "./canonical.ts";

export class FieldError extends Error {}

export interface TextRule {
  readonly least: number;
  readonly most: number;
  readonly form?: RegExp;
}

export class Fields {
  private readonly left: Map<string, JsonValue>;

  constructor(value: JsonValue | undefined) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw new FieldError();
    this.left = new Map(Object.entries(value));
  }

  has(name: string): boolean {
    return this.left.has(name);
  }

  private take(name: string): JsonValue {
    const value = this.left.get(name);
    if (value === undefined) throw new FieldError();
    this.left.delete(name);
    return value;
  }

  whole(name: string, least: number, most: number): number {
    const value = this.take(name);
    if (typeof value !== "number" || value < least || value > most) throw new FieldError();
    return value;
  }

  wholeOf(name: string, allowed: readonly number[]): number {
    const value = this.take(name);
    if (typeof value !== "number" || !allowed.includes(value)) throw new FieldError();
    return value;
  }

  text(name: string, rule: TextRule): string {
    const value = this.take(name);
    if (typeof value !== "string" || !textFits(value, rule)) throw new FieldError();
    return value;
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.take(name);
    const word = words.find((allowed) => allowed === value);
    if (word === undefined) throw new FieldError();
    return word;
  }

  truth(name: string): boolean {
    const value = this.take(name);
    if (typeof value !== "boolean") throw new FieldError();
    return value;
  }

  base64(name: string, length: number): Bytes {
    return bytesOf(this.take(name), fromBase64url, length);
  }

  hexBytes(name: string, length: number): Bytes {
    return bytesOf(this.take(name), fromHex, length);
  }

  parsed<T>(name: string, parse: (text: string) => T | null): T {
    const value = this.take(name);
    const result = typeof value === "string" ? parse(value) : null;
    if (result === null) throw new FieldError();
    return result;
  }

  object<T>(name: string, read: (fields: Fields) => T): T {
    return readObject(this.take(name), read);
  }

  value<T>(name: string, read: (value: JsonValue) => T): T {
    return read(this.take(name));
  }

  list<T>(name: string, least: number, most: number, read: (item: JsonValue) => T): T[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length < least || value.length > most)
      throw new FieldError();
    return (value as readonly JsonValue[]).map(read);
  }

  done(): void {
    if (this.left.size > 0) throw new FieldError();
  }
}

/** Read one object whole: no field may be left. */
export function readObject<T>(value: JsonValue | undefined, read: (fields: Fields) => T): T {
  const fields = new Fields(value);
  const result = read(fields);
  fields.done();
  return result;
}

export function textFits(text: string, rule: TextRule): boolean {
  const length = characters(text);
  if (length < rule.least || length > rule.most || text.includes("\0")) return false;
  return rule.form === undefined || rule.form.test(text);
}

function bytesOf(value: JsonValue, decode: (text: string) => Bytes, length: number): Bytes {
  try {
    const bytes = typeof value === "string" ? decode(value) : null;
    if (bytes !== null && bytes.length === length) return bytes;
  } catch {
    // Refused below, like a wrong length.
  }
  throw new FieldError();
}
