/** A form document to its type, by the rules of forms.md sections 1 to 3. */
import {
  type Condition,
  type Form,
  type Option,
  QUESTION_TYPES,
  type Question,
  type Text,
  valuesOf,
} from "../domain/forms.ts";
import { FormError } from "../errors.ts";
import {
  CATEGORIES,
  FORM_DOCUMENT_VERSION,
  MAX_ANSWER_CHARACTERS,
  MAX_ANSWER_NUMBER,
  MAX_CONDITION_DEPTH,
  MAX_CONDITION_PARTS,
  MAX_FORM_JSON_BYTES,
  MAX_FORM_LANGUAGES,
  MAX_HINT_CHARACTERS,
  MAX_LABEL_CHARACTERS,
  MAX_LANG_CHARACTERS,
  MAX_OPTIONS,
  MAX_QUESTIONS,
  MAX_SAFE_INTEGER,
} from "../generated/constants.ts";
import { decode, encode, type JsonValue } from "./canonical.ts";
import { FieldError, type Fields, readObject, textFits } from "./fields.ts";
import { KEY_RULE } from "./report_forms.ts";

const TAG = { least: 2, most: MAX_LANG_CHARACTERS, form: /^[a-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/ };
const CHOOSING: readonly string[] = ["choice", "choices", "yes_no"];
const LISTED: readonly string[] = ["choice", "choices"];
const COUNTED: readonly string[] = ["number", "text"];

/** Parse canonical JSON. */
export function decodeForm(json: Uint8Array): Form {
  try {
    if (json.length > MAX_FORM_JSON_BYTES) throw new FieldError();
    const form = readObject(decode(json), readForm);
    checkOrder(form.questions);
    checkLanguages(form);
    return form;
  } catch {
    throw new FormError("bad-form");
  }
}

/** Parse a document that is a JSON value already. */
export function formOf(value: JsonValue): Form {
  try {
    return decodeForm(encode(value));
  } catch {
    throw new FormError("bad-form");
  }
}

function refuseUnless(holds: boolean): void {
  if (!holds) throw new FieldError();
}

function optional<T>(fields: Fields, name: string, read: () => T): T | null {
  return fields.has(name) ? read() : null;
}

function readForm(fields: Fields): Form {
  fields.wholeOf("v", [FORM_DOCUMENT_VERSION]);
  const form: Form = {
    key: fields.text("key", KEY_RULE),
    version: fields.whole("version", 1, MAX_SAFE_INTEGER),
    categories: fields.list("categories", 0, CATEGORIES.length, categoryOf),
    title: fields.value("title", textOf(MAX_LABEL_CHARACTERS)),
    note: optional(fields, "note", () => fields.value("note", textOf(MAX_HINT_CHARACTERS))),
    isOptional: readTrue(fields, "optional"),
    questions: fields.list("questions", 1, MAX_QUESTIONS, (item) => readObject(item, readQuestion)),
  };
  refuseUnless(new Set(form.categories).size === form.categories.length);
  refuseUnless(!form.isOptional || form.note !== null);
  return form;
}

function categoryOf(item: JsonValue): Form["categories"][number] {
  const category = CATEGORIES.find((known) => known === item);
  if (category === undefined) throw new FieldError();
  return category;
}

/** Only `true`: what is not so is left out. */
function readTrue(fields: Fields, name: string): boolean {
  if (!fields.has(name)) return false;
  refuseUnless(fields.truth(name));
  return true;
}

function textOf(most: number): (value: JsonValue) => Text {
  return (value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw new FieldError();
    const entries = Object.entries(value);
    refuseUnless(entries.length >= 1 && entries.length <= MAX_FORM_LANGUAGES);
    for (const [tag, sentence] of entries) {
      refuseUnless(textFits(tag, TAG) && typeof sentence === "string");
      refuseUnless(textFits(String(sentence), { least: 1, most }));
    }
    return value as Text;
  };
}

function readQuestion(fields: Fields): Question {
  const number = (name: string, least: number) =>
    optional(fields, name, () => fields.whole(name, least, MAX_ANSWER_NUMBER));
  const question: Question = {
    key: fields.text("key", KEY_RULE),
    type: fields.word("type", QUESTION_TYPES),
    label: fields.value("label", textOf(MAX_LABEL_CHARACTERS)),
    hint: optional(fields, "hint", () => fields.value("hint", textOf(MAX_HINT_CHARACTERS))),
    isRequired: readTrue(fields, "required"),
    options: optional(fields, "options", () => readOptions(fields)) ?? [],
    least: number("least", 0),
    most: number("most", 1),
    when: optional(fields, "when", () => fields.value("when", (value) => condition(value, 1))),
  };
  checkParts(question);
  return question;
}

function readOptions(fields: Fields): Option[] {
  return fields.list("options", 2, MAX_OPTIONS, (item) =>
    readObject(item, (option) => ({
      value: option.text("value", KEY_RULE),
      label: option.value("label", textOf(MAX_LABEL_CHARACTERS)),
    })),
  );
}

function checkParts({ type, options, least, most }: Question): void {
  refuseUnless(LISTED.includes(type) === options.length > 0);
  refuseUnless(new Set(options.map(({ value }) => value)).size === options.length);
  refuseUnless(least === null || type === "number");
  refuseUnless(most === null || COUNTED.includes(type));
  refuseUnless(type !== "text" || (most ?? 1) <= MAX_ANSWER_CHARACTERS);
  refuseUnless((least ?? 0) <= (most ?? MAX_ANSWER_NUMBER));
}

function condition(value: JsonValue, depth: number): Condition {
  refuseUnless(depth <= MAX_CONDITION_DEPTH);
  return readObject(value, (fields) => {
    if (fields.has("question")) {
      const question = fields.text("question", KEY_RULE);
      return { kind: "is", question, values: readValues(fields) };
    }
    if (fields.has("not")) {
      return { kind: "not", part: fields.value("not", (part) => condition(part, depth + 1)) };
    }
    const kind = fields.has("all") ? "all" : "any";
    const parts = fields.list(kind, 1, MAX_CONDITION_PARTS, (part) => condition(part, depth + 1));
    return { kind, parts };
  });
}

function readValues(fields: Fields): string[] {
  const values = fields.list("is", 1, MAX_OPTIONS, (item) => {
    if (typeof item !== "string") throw new FieldError();
    return item;
  });
  refuseUnless(new Set(values).size === values.length);
  return values;
}

type Asked = Extract<Condition, { kind: "is" }>;

function askedBy(when: Condition | null): readonly Asked[] {
  if (when === null) return [];
  if (when.kind === "is") return [when];
  if (when.kind === "not") return askedBy(when.part);
  return when.parts.flatMap(askedBy);
}

/** Refuse a key used twice, and conditions on what does not stand before them. */
function checkOrder(questions: readonly Question[]): void {
  const before = new Map<string, Question>();
  for (const question of questions) {
    refuseUnless(!before.has(question.key));
    for (const asked of askedBy(question.when)) {
      const known = before.get(asked.question);
      if (known === undefined || !CHOOSING.includes(known.type)) throw new FieldError();
      refuseUnless(asked.values.every((value) => valuesOf(known).includes(value)));
    }
    before.set(question.key, question);
  }
}

/** Refuse a sentence that lacks a language of the title, or has one more. */
function checkLanguages({ title, note, questions }: Form): void {
  const languages = Object.keys(title).sort().join();
  const texts = questions.flatMap(({ label, hint, options }) => [
    label,
    hint,
    ...options.map((option) => option.label),
  ]);
  for (const text of [note, ...texts]) {
    refuseUnless(text === null || Object.keys(text).sort().join() === languages);
  }
}
