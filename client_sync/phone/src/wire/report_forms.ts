/**
 * The answers of a report to a desk's forms, in a report's JSON (report.md section 2).
 *
 * Nothing here knows a form: values are checked for size and kind, never against questions.
 */
import type { AnswerValue, FilledForm, FormAnswers } from "../domain/answers.ts";
import {
  MAX_ANSWER_CHARACTERS,
  MAX_ANSWER_NUMBER,
  MAX_OPTIONS,
  MAX_QUESTIONS,
  MAX_REPORT_FORMS,
  MAX_SAFE_INTEGER,
} from "../generated/constants.ts";
import type { JsonValue } from "./canonical.ts";
import { FieldError, type Fields, readObject, textFits } from "./fields.ts";

/** Keys of forms and questions, and values of options. */
export const KEY_RULE = { least: 1, most: 32, form: /^[a-z][a-z0-9_]{0,31}$/ };
const ANSWER_RULE = { least: 1, most: MAX_ANSWER_CHARACTERS };

export function readForms(fields: Fields): readonly FilledForm[] {
  const forms = fields.list("forms", 1, MAX_REPORT_FORMS, (item) => readObject(item, readFilled));
  if (new Set(forms.map(({ key }) => key)).size !== forms.length) throw new FieldError();
  return forms;
}

function readFilled(fields: Fields): FilledForm {
  return {
    key: fields.text("key", KEY_RULE),
    version: fields.whole("version", 1, MAX_SAFE_INTEGER),
    answers: fields.value("answers", readAnswers),
  };
}

function readAnswers(value: JsonValue): FormAnswers {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new FieldError();
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>);
  if (entries.length < 1 || entries.length > MAX_QUESTIONS) throw new FieldError();
  if (!entries.every(([key]) => textFits(key, KEY_RULE))) throw new FieldError();
  return Object.fromEntries(entries.map(([key, answer]) => [key, readAnswer(answer)]));
}

function readAnswer(value: JsonValue): AnswerValue {
  if (typeof value === "string" && textFits(value, ANSWER_RULE)) return value;
  if (typeof value === "number" && value >= 0 && value <= MAX_ANSWER_NUMBER) return value;
  if (Array.isArray(value) && value.length >= 1 && value.length <= MAX_OPTIONS) {
    const words = (value as readonly JsonValue[]).filter((word) => typeof word === "string");
    const fit = words.every((word) => textFits(word, KEY_RULE));
    if (fit && new Set(words).size === value.length) return words;
  }
  throw new FieldError();
}
