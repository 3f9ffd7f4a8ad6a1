/** A release of the app from `release.json` (docs/spec/release.md section 1). */
import { type Bytes, hex } from "../bytes.ts";
import { ReleaseError } from "../errors.ts";
import { decode, encode, type JsonValue } from "./canonical.ts";
import { FieldError, type Fields, readObject, textFits } from "./fields.ts";

const RELEASE_VERSION = 1;
/** Of release.json: 200 files with long names take less. */
const MAX_RELEASE_BYTES = 32_768;
const MAX_FILES = 200;
const NAME = { least: 1, most: 100, form: /^[A-Za-z0-9_-][A-Za-z0-9._/-]*$/ };
const HASH = { least: 64, most: 64, form: /^[0-9a-f]{64}$/ };

type Hash = (bytes: Uint8Array) => Bytes;

export interface Release {
  /** SHA-256 over `files`: what a directory's `app_release` names. */
  readonly release: string;
  readonly files: ReadonlyMap<string, string>;
  readonly oneFile: { readonly name: string; readonly sha256: string };
}

function nameOf(value: JsonValue): string {
  if (typeof value !== "string" || !textFits(value, NAME) || value.includes(".."))
    throw new FieldError();
  return value;
}

function hashOf(value: JsonValue | undefined): string {
  if (typeof value !== "string" || !textFits(value, HASH)) throw new FieldError();
  return value;
}

function readFiles(value: JsonValue | undefined): Map<string, string> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new FieldError();
  const entries = Object.entries(value);
  if (entries.length < 1 || entries.length > MAX_FILES) throw new FieldError();
  return new Map(entries.map(([name, digest]) => [nameOf(name), hashOf(digest)]));
}

function readRelease(fields: Fields, sha256: Hash): Release {
  fields.wholeOf("v", [RELEASE_VERSION]);
  const given = fields.value("files", (value) => value);
  const files = readFiles(given);
  const oneFile = fields.object("one_file", (one) => ({
    name: one.value("name", nameOf),
    sha256: one.value("sha256", hashOf),
  }));
  const release = fields.value("release", hashOf);
  const found = hex(sha256(encode(given)));
  if (found !== release || files.has(oneFile.name)) throw new FieldError();
  return { release, files, oneFile };
}

/** Parse release.json, whose own hash must be right; this room holds no cryptography of its own. */
export function decodeRelease(json: Uint8Array, sha256: Hash): Release {
  try {
    if (json.length > MAX_RELEASE_BYTES) throw new FieldError();
    return readObject(decode(json), (fields) => readRelease(fields, sha256));
  } catch {
    throw new ReleaseError("bad-release");
  }
}
