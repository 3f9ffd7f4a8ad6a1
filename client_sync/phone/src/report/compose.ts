/** A person's answers become a report, or are refused with the question that wants another answer. */

import { characters, fromBase64url, fromHex } from "../bytes.ts";
import { secondsOfIso } from "../clock.ts";
import type { Answers, PlaceAnswer } from "../domain/answers.ts";
import type { Manifest, Place, Report } from "../domain/report.ts";
import { InvalidReportError } from "../errors.ts";
import {
  COORDINATE_SCALE,
  MAX_ATTACHMENTS,
  MAX_LANG_CHARACTERS,
  MAX_NAME_CHARACTERS,
  MAX_TEXT_CHARACTERS,
  THUMBNAIL_CLASS_BYTES,
} from "../generated/constants.ts";
import type { AttachmentMemory } from "../vault.ts";
import { LONE_SURROGATES } from "../wire/canonical.ts";
import { encodeReport, LANG_FORM, MIME_FORM, NAME_FORM } from "../wire/report.ts";

export interface Thread {
  /** Null in a report that no other can be linked to. */
  readonly seq: number | null;
  readonly prev: string | null;
}

const UNKNOWN_MIME = "application/octet-stream";
const UNKNOWN_NAME = "file";

function refuse(slug: string): never {
  throw new InvalidReportError(slug);
}

function scaled(degrees: number | undefined): number | undefined {
  return degrees === undefined ? undefined : Math.round(degrees * COORDINATE_SCALE);
}

function placeOf(answer: PlaceAnswer | null): Place | null {
  if (answer === null) return null;
  const text = answer.text?.trim();
  const area = answer.area?.trim().toUpperCase();
  const place: Place = {
    ...(text ? { text } : {}),
    ...(answer.latitude === undefined ? {} : { latE5: scaled(answer.latitude) }),
    ...(answer.longitude === undefined ? {} : { lonE5: scaled(answer.longitude) }),
    ...(area ? { area } : {}),
  };
  // A precision alone says nothing about where.
  if (Object.keys(place).length === 0) return null;
  return answer.precision === undefined ? place : { ...place, precision: answer.precision };
}

export function manifestOf(memory: AttachmentMemory): Manifest {
  const { sizeBytes, chunkCount, classBytes, mime, name } = memory;
  const [key, sha256] = [fromBase64url(memory.key), fromHex(memory.sha256)];
  return { key, sha256, sizeBytes, chunkCount, classBytes, mime, name, thumbnailOf: null };
}

/** Files first, then their thumbnails (report.md section 2). */
function manifestsOf(attachments: readonly AttachmentMemory[]): Manifest[] {
  const thumbnails = attachments.flatMap(({ name, thumbnail }, position) => {
    if (!thumbnail) return [];
    const memory = { ...thumbnail, id: "", name, classBytes: THUMBNAIL_CLASS_BYTES };
    return [{ ...manifestOf(memory), thumbnailOf: position }];
  });
  return [...attachments.map(manifestOf), ...thumbnails];
}

const formsOf = ({ forms }: Answers): Report["forms"] => forms ?? [];

/** Make a report; what is wrong is named by the question it belongs to. */
export function composeReport(
  answers: Answers,
  attachments: readonly AttachmentMemory[],
  writtenAt: string,
  thread: Thread,
): Report {
  const { category, observedAt } = answers;
  const text = answers.text.trim();
  if (category === null) refuse("bad-category");
  if (text === "" || characters(text) > MAX_TEXT_CHARACTERS || text.includes("\0"))
    refuse("bad-text");
  if (observedAt === null || secondsOfIso(observedAt) === null) refuse("bad-observed");
  if (attachments.length > MAX_ATTACHMENTS) refuse("bad-attachments");
  const langFits = LANG_FORM.test(answers.lang) && answers.lang.length <= MAX_LANG_CHARACTERS;
  const report: Report = {
    category,
    text,
    lang: langFits ? answers.lang : "und",
    source: answers.source,
    writtenAt,
    observed: { at: observedAt, precision: answers.observedPrecision },
    place: placeOf(answers.place),
    attachments: manifestsOf(attachments),
    forms: formsOf(answers),
    seq: thread.seq,
    prev: thread.prev,
    about: answers.about ?? null,
    purpose: answers.purpose ?? null,
  };
  checkPlace(report);
  return report;
}

/** Tell a wrong place from any other wrong answer: without it the report must be right. */
function checkPlace(report: Report): void {
  if (report.place === null) return;
  encodeReport({ ...report, place: null });
  try {
    encodeReport(report);
  } catch {
    refuse("bad-place");
  }
}

/** A file's name as the contract allows it: the last part of a path, without control characters. */
export function nameOf(file: { readonly name: string }): string {
  const last = file.name.split(/[/\\]/).at(-1) ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what goes
  const clean = last.replace(/[\x00-\x1f\x7f]/g, "").replaceAll(LONE_SURROGATES, "");
  const short = [...clean].slice(-MAX_NAME_CHARACTERS).join("");
  return short !== "" && NAME_FORM.test(short) ? short : UNKNOWN_NAME;
}

export function mimeOf(file: { readonly type: string }): string {
  const [type = ""] = file.type.toLowerCase().split(";");
  return MIME_FORM.test(type.trim()) && type.length <= 80 ? type.trim() : UNKNOWN_MIME;
}
