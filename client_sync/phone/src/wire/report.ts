/** A report to canonical JSON and back, by the rules of report.md section 2. */
import { type Bytes, base64url, hex } from "../bytes.ts";
import { secondsOfIso } from "../clock.ts";
import { planChunks } from "../domain/lengths.ts";
import type { Manifest, Observed, Place, Report } from "../domain/report.ts";
import { InvalidReportError } from "../errors.ts";
import {
  CATEGORIES,
  CHUNK_CLASSES_BYTES,
  KEY_BYTES,
  MAX_AREA_CHARACTERS,
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
  MAX_LANG_CHARACTERS,
  MAX_LAT_E5,
  MAX_LON_E5,
  MAX_MIME_CHARACTERS,
  MAX_NAME_CHARACTERS,
  MAX_PLACE_CHARACTERS,
  MAX_SAFE_INTEGER,
  MAX_TEXT_CHARACTERS,
  MAX_THUMBNAIL_BYTES,
  PLACE_PRECISIONS,
  PURPOSES,
  REPORT_VERSION,
  SOURCES,
  THUMBNAIL_CLASS_BYTES,
  TIME_PRECISIONS,
} from "../generated/constants.ts";
import { decode, encode, type JsonValue } from "./canonical.ts";
import { FieldError, type Fields, readObject } from "./fields.ts";
import { readForms } from "./report_forms.ts";

const KIND = "report";
const REPORT_ID = /^[0-9a-f]{64}$/;
export const LANG_FORM = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
export const NAME_FORM = /^[^\x00-\x1f\x7f/\\]*$/;
export const MIME_FORM = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/;
const AREA_FORM = /^[A-Z0-9-]+$/;

function instant(fields: Fields, name: string): string {
  return fields.parsed(name, (text) => (secondsOfIso(text) === null ? null : text));
}

function readObserved(fields: Fields): Observed {
  return { at: instant(fields, "at"), precision: fields.word("precision", TIME_PRECISIONS) };
}

function readPlace(fields: Fields): Place {
  if (fields.has("lat_e5") !== fields.has("lon_e5")) throw new FieldError();
  return {
    ...(fields.has("text") && {
      text: fields.text("text", { least: 1, most: MAX_PLACE_CHARACTERS }),
    }),
    ...(fields.has("lat_e5") && {
      latE5: fields.whole("lat_e5", -MAX_LAT_E5, MAX_LAT_E5),
      lonE5: fields.whole("lon_e5", -MAX_LON_E5, MAX_LON_E5),
    }),
    ...(fields.has("precision") && { precision: fields.word("precision", PLACE_PRECISIONS) }),
    ...(fields.has("area") && {
      area: fields.text("area", { least: 1, most: MAX_AREA_CHARACTERS, form: AREA_FORM }),
    }),
  };
}

function readManifest(fields: Fields): Manifest {
  const manifest = {
    key: fields.base64("key", KEY_BYTES),
    sha256: fields.hexBytes("sha256", KEY_BYTES),
    sizeBytes: fields.whole("size_bytes", 1, MAX_ATTACHMENT_BYTES),
    chunkCount: fields.whole("n", 1, MAX_SAFE_INTEGER),
    classBytes: fields.wholeOf("class", CHUNK_CLASSES_BYTES),
    mime: fields.text("mime", { least: 3, most: MAX_MIME_CHARACTERS, form: MIME_FORM }),
    name: fields.text("name", { least: 1, most: MAX_NAME_CHARACTERS, form: NAME_FORM }),
    thumbnailOf: fields.has("of") ? fields.whole("of", 0, MAX_ATTACHMENTS - 1) : null,
  };
  const plan = planChunks(manifest.sizeBytes, manifest.classBytes);
  if (plan.chunkCount !== manifest.chunkCount) throw new FieldError();
  if (manifest.thumbnailOf !== null) checkThumbnail(manifest);
  return manifest;
}

function checkThumbnail({ sizeBytes, classBytes, mime }: Manifest): void {
  const small = sizeBytes <= MAX_THUMBNAIL_BYTES && classBytes === THUMBNAIL_CLASS_BYTES;
  if (!small || !mime.startsWith("image/")) throw new FieldError();
}

/** Files first, at most eight; then thumbnails, at most one of each. */
function readManifests(fields: Fields): readonly Manifest[] {
  const manifests = fields.list("attachments", 1, 2 * MAX_ATTACHMENTS, (item) =>
    readObject(item, readManifest),
  );
  const of = manifests.map(({ thumbnailOf }) => thumbnailOf);
  const originals = of.filter((one) => one === null).length;
  const thumbnails = of.slice(originals);
  const known = thumbnails.every((one) => one !== null && one < originals);
  const once = new Set(thumbnails).size === thumbnails.length;
  if (originals > MAX_ATTACHMENTS || !known || !once) throw new FieldError();
  return manifests;
}

function optionalId(fields: Fields, name: string): string | null {
  return fields.has(name) ? fields.text(name, { least: 64, most: 64, form: REPORT_ID }) : null;
}

function readReport(fields: Fields): Report {
  if (fields.has("purpose") && !fields.has("about")) throw new FieldError();
  fields.wholeOf("v", [REPORT_VERSION]);
  fields.word("kind", [KIND]);
  return {
    category: fields.word("category", CATEGORIES),
    text: fields.text("text", { least: 1, most: MAX_TEXT_CHARACTERS }),
    lang: fields.text("lang", { least: 2, most: MAX_LANG_CHARACTERS, form: LANG_FORM }),
    source: fields.word("source", SOURCES),
    writtenAt: instant(fields, "written_at"),
    observed: fields.object("observed", readObserved),
    place: fields.has("place") ? fields.object("place", readPlace) : null,
    attachments: fields.has("attachments") ? readManifests(fields) : [],
    forms: fields.has("forms") ? readForms(fields) : [],
    seq: fields.has("seq") ? fields.whole("seq", 1, MAX_SAFE_INTEGER) : null,
    prev: optionalId(fields, "prev"),
    about: optionalId(fields, "about"),
    purpose: fields.has("purpose") ? fields.word("purpose", PURPOSES) : null,
  };
}

export function decodeReport(json: Uint8Array): Report {
  try {
    return readObject(decode(json), readReport);
  } catch {
    throw new InvalidReportError("bad-report");
  }
}

/** Leave out what is null: absent fields are absent. */
function present(value: Readonly<Record<string, JsonValue | null | undefined>>): JsonValue {
  const kept: Record<string, JsonValue> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item !== null && item !== undefined) kept[name] = item;
  }
  return kept;
}

function manifestToJson(manifest: Manifest): JsonValue {
  return present({
    key: base64url(manifest.key),
    sha256: hex(manifest.sha256),
    size_bytes: manifest.sizeBytes,
    n: manifest.chunkCount,
    class: manifest.classBytes,
    mime: manifest.mime,
    name: manifest.name,
    of: manifest.thumbnailOf,
  });
}

function placeToJson({ text, latE5, lonE5, precision, area }: Place): JsonValue {
  return present({ text, lat_e5: latE5, lon_e5: lonE5, precision, area });
}

/** Write a report, checked by the same rules as when it is read. */
export function encodeReport(report: Report): Bytes {
  const { at, precision } = report.observed;
  const json = encodeOrRefuse(
    present({
      v: REPORT_VERSION,
      kind: KIND,
      category: report.category,
      text: report.text,
      lang: report.lang,
      source: report.source,
      written_at: report.writtenAt,
      observed: { at, precision },
      place: report.place && placeToJson(report.place),
      attachments: report.attachments.length > 0 ? report.attachments.map(manifestToJson) : null,
      forms: report.forms.length > 0 ? (report.forms as never) : null,
      seq: report.seq,
      prev: report.prev,
      about: report.about,
      purpose: report.purpose,
    }),
  );
  decodeReport(json);
  return json;
}

function encodeOrRefuse(value: JsonValue): Bytes {
  try {
    return encode(value);
  } catch {
    throw new InvalidReportError("bad-report");
  }
}
