/**
 * What is typed and chosen becomes a draft's answers, and those become what a report holds
 * (docs/spec/forms.md section 4).
 *
 * Theory of operation. A draft keeps what was typed, also what does not fit: nothing is let go of but
 * by the person, or because its question is hidden. An answer whose question the desk has taken away
 * stays, to be seen and taken out. Only what is sealed is held to the questions.
 */
import type { Answers, AnswerValue, FilledForm, FormAnswers } from "./domain/answers.ts";
import {
  answerTo,
  type Form,
  fits,
  kept,
  type Question,
  shown,
  valuesOf,
  withoutHidden,
} from "./domain/forms.ts";
import { PhoneError } from "./errors.ts";
import { inForce } from "./forms.ts";
import { MAX_REPORT_FORMS } from "./generated/constants.ts";

type Filled = readonly FilledForm[];

/** Of each script of which phones have digits, the zero. */
const ZEROS = ["0", "٠", "۰", "०", "০", "၀"].map((zero) => zero.codePointAt(0) ?? 0);
const NUMBER = /^\d{1,10}$/;

/** The entry of a form, or null. */
export function entryOf(filled: Filled, key: string): FilledForm | null {
  return filled.find((entry) => entry.key === key) ?? null;
}

/** What was typed, as an answer: a number where one is asked for and typed, in whatever digits. */
export function meant(question: Question, typed: string): AnswerValue | null {
  if (typed.trim() === "") return null;
  if (question.type !== "number") return typed;
  const digits = typed.trim().replace(/\p{Nd}/gu, digitOf);
  return NUMBER.test(digits) ? Number(digits) : typed;
}

function digitOf(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const zero = ZEROS.find((one) => code >= one && code <= one + 9);
  return zero === undefined ? letter : String(code - zero);
}

/** Put values into the order of the options; none at all is no answer. */
export function inOrder(question: Question, chosen: readonly string[]): AnswerValue | null {
  const values = valuesOf(question).filter((value) => chosen.includes(value));
  return values.length > 0 ? values : null;
}

/** Answer one question, or with null take its answer back; what is hidden by that goes. */
export function answered(
  form: Form,
  filled: Filled,
  key: string,
  value: AnswerValue | null,
): Filled {
  const before = entryOf(filled, form.key)?.answers ?? {};
  const { [key]: _, ...others } = before;
  const answers = value === null ? others : { ...others, [key]: value };
  const left = { ...withoutHidden(form, answers), ...leftOver(form, answers) };
  return withEntry(filled, { key: form.key, version: form.version, answers: left });
}

/** Take back everything that was answered in a form, or one answer of it. */
export function takenOut(filled: Filled, formKey: string, key?: string): Filled {
  const entry = entryOf(filled, formKey);
  if (entry === null) return filled;
  const answers = Object.entries(entry.answers).filter(([one]) => key !== undefined && one !== key);
  return withEntry(filled, { ...entry, answers: Object.fromEntries(answers) });
}

function withEntry(filled: Filled, entry: FilledForm): Filled {
  const isEmpty = Object.keys(entry.answers).length === 0;
  if (isEmpty) return filled.filter(({ key }) => key !== entry.key);
  const isNew = entryOf(filled, entry.key) === null;
  return isNew ? [...filled, entry] : filled.map((one) => (one.key === entry.key ? entry : one));
}

/** Answers to questions that the form does not have, or has no more. */
export function leftOver(form: Form, answers: FormAnswers): FormAnswers {
  const known = new Set(form.questions.map(({ key }) => key));
  return Object.fromEntries(Object.entries(answers).filter(([key]) => !known.has(key)));
}

export interface FormTrouble {
  readonly question: Question;
  /** `lacking`: nothing stands where the desk needs an answer; `unfit`: what stands there does not do. */
  readonly kind: "lacking" | "unfit";
}

/** The first question of a form that is in the way of sealing; none while nothing is answered. */
export function troubleIn(form: Form, answers: FormAnswers): FormTrouble | null {
  if (Object.keys(answers).length === 0) return null;
  for (const question of shown(form, answers)) {
    const answer = answerTo(answers, question.key);
    if (answer === undefined && question.isRequired) return { question, kind: "lacking" };
    if (answer !== undefined && !does(question, answer)) return { question, kind: "unfit" };
  }
  return null;
}

/** Whether an answer does as it stands, spaces around it aside. */
export function does(question: Question, answer: AnswerValue): boolean {
  return fits(question, trimmed(answer));
}

function trimmed(answer: AnswerValue): AnswerValue {
  return typeof answer === "string" ? answer.trim() : answer;
}

/** The answers as they are sealed, or a refusal; `deskForms` are the directory's documents. */
export function sealable(answers: Answers, deskForms: readonly unknown[]): Answers {
  const { forms: filled = [] } = answers;
  if (filled.length === 0) return answers;
  if (filled.length > MAX_REPORT_FORMS) throw new PhoneError("too-many-forms");
  const forms = inForce(deskForms);
  return { ...answers, forms: filled.map((entry) => sealableEntry(forms, entry)) };
}

/** An entry keeps the version that the person saw; of another one nothing is known here. */
function sealableEntry(forms: readonly Form[], entry: FilledForm): FilledForm {
  const pairs = Object.entries(entry.answers).map(
    ([key, answer]) => [key, trimmed(answer)] as const,
  );
  const answers = Object.fromEntries(pairs);
  const form = forms.find(({ key, version }) => key === entry.key && version === entry.version);
  if (form === undefined) return { ...entry, answers };
  const trouble = troubleIn(form, answers);
  if (trouble !== null) throw new PhoneError(`answer-${trouble.kind}`);
  return { ...entry, answers: { ...kept(form, answers), ...leftOver(form, answers) } };
}
