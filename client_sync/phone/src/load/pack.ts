/**
 * A pack: files one after the other, behind one line that says what they are.
 *
 * The line is a JSON array of `[name, type, bytes]`. A pack comes in pieces of equal size
 * (tools/phone_build/packs.mjs); what is not exactly such a pack is refused whole.
 */
import type { Bytes } from "../bytes.ts";

export interface PackedFile {
  readonly name: string;
  readonly type: string;
  readonly content: Bytes;
}

type Line = readonly [name: string, type: string, bytes: number];

const NEWLINE = 10;
/** A path below the app, as `release.json` has it: it can lead nowhere else. */
const NAME = /^(?!.*\.\.)[A-Za-z0-9_-][A-Za-z0-9._/-]{0,99}$/;

function isLine(line: unknown): line is Line {
  if (!Array.isArray(line) || line.length !== 3) return false;
  const [name, type, bytes] = line as unknown[];
  const isNamed = typeof name === "string" && NAME.test(name) && typeof type === "string";
  return isNamed && Number.isSafeInteger(bytes) && (bytes as number) >= 0;
}

function linesOf(text: string): readonly Line[] {
  const lines: unknown = JSON.parse(text);
  if (!Array.isArray(lines) || !lines.every(isLine)) throw new Error("not a pack");
  return lines;
}

/** Take a pack apart; throws when a byte is missing or left over. */
export function unpacked(pack: Bytes): PackedFile[] {
  const end = pack.indexOf(NEWLINE);
  const lines = linesOf(new TextDecoder().decode(pack.subarray(0, Math.max(0, end))));
  let at = end + 1;
  const files = lines.map(([name, type, bytes]) => {
    at += bytes;
    return { name, type, content: pack.subarray(at - bytes, at) };
  });
  const names = new Set(files.map(({ name }) => name));
  if (at !== pack.length || names.size !== files.length) throw new Error("not a pack");
  return files;
}
