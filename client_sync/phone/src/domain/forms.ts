/**
 * Questions that a desk asks for a category, and what answers to them are worth (docs/spec/forms.md).
 *
 * Theory of operation. A question is shown when its condition holds for the answers to the questions
 * before it that are themselves shown: one walk from the first to the last decides everything, and
 * the answer to a hidden question never counts, is never kept and never sent.
 */
import { characters } from "../bytes.ts";
import { FormError } from "../errors.ts";
import {
  type Category,
  DEFAULT_ANSWER_CHARACTERS,
  MAX_ANSWER_NUMBER,
} from "../generated/constants.ts";
import type { AnswerValue, FormAnswers } from "./answers.ts";

/** One sentence in each language, by BCP 47 tag. */
export type Text = Readonly<Record<string, string>>;

export const QUESTION_TYPES = ["choice", "choices", "text", "number", "date", "yes_no"] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];

export type Condition =
  | { readonly kind: "is"; readonly question: string; readonly values: readonly string[] }
  | { readonly kind: "all"; readonly parts: readonly Condition[] }
  | { readonly kind: "any"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition };

export interface Option {
  readonly value: string;
  readonly label: Text;
}

export interface Question {
  readonly key: string;
  readonly type: QuestionType;
  readonly label: Text;
  readonly hint: Text | null;
  readonly isRequired: boolean;
  readonly options: readonly Option[];
  readonly least: number | null;
  /** Characters of a text, or the largest number. */
  readonly most: number | null;
  /** Shown only when this holds; null is always. */
  readonly when: Condition | null;
}

export interface Form {
  readonly key: string;
  readonly version: number;
  readonly categories: readonly Category[];
  readonly title: Text;
  readonly note: Text | null;
  /** Offered beside the report with the note as the reason; otherwise asked. */
  readonly isOptional: boolean;
  readonly questions: readonly Question[];
}

export const YES_NO_VALUES: readonly string[] = ["yes", "no", "unknown"];
const FALLBACK_LANGUAGE = "en";
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** In which of its languages a reader sees a text: theirs, English, or the first there is. */
export function tagFor(text: Text, language: string): string {
  const wanted = [language, language.split("-")[0] ?? "", FALLBACK_LANGUAGE];
  const found = wanted.find((tag) => Object.hasOwn(text, tag)) ?? Object.keys(text).sort()[0];
  return found ?? FALLBACK_LANGUAGE;
}

/** The sentence for a reader. */
export function saidIn(text: Text, language: string): string {
  return text[tagFor(text, language)] ?? "";
}

/** What may be chosen. */
export function valuesOf(question: Question): readonly string[] {
  if (question.type === "yes_no") return YES_NO_VALUES;
  return question.options.map(({ value }) => value);
}

/** The answer to a question; a key may be any word, `constructor` too. */
export function answerTo(answers: FormAnswers, key: string): AnswerValue | undefined {
  return Object.hasOwn(answers, key) ? answers[key] : undefined;
}

function holds(condition: Condition | null, answers: FormAnswers): boolean {
  if (condition === null) return true;
  if (condition.kind === "not") return !holds(condition.part, answers);
  if (condition.kind === "all") return condition.parts.every((part) => holds(part, answers));
  if (condition.kind === "any") return condition.parts.some((part) => holds(part, answers));
  const answer = answerTo(answers, condition.question);
  const chosen: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return condition.values.some((value) => chosen.includes(value));
}

/** The questions that are shown for these answers, in order. */
export function shown(form: Form, answers: FormAnswers): readonly Question[] {
  const found: Question[] = [];
  const counted: Record<string, AnswerValue> = {};
  for (const question of form.questions) {
    if (!holds(question.when, counted)) continue;
    found.push(question);
    const answer = answerTo(answers, question.key);
    if (answer !== undefined) counted[question.key] = answer;
  }
  return found;
}

/** Let go of every answer to a question that is not shown, in the order of the form. */
export function withoutHidden(form: Form, answers: FormAnswers): FormAnswers {
  const left: Record<string, AnswerValue> = {};
  for (const { key } of shown(form, answers)) {
    const answer = answerTo(answers, key);
    if (answer !== undefined) left[key] = answer;
  }
  return left;
}

/** The answers that are sent; one that does not fit its question is refused. */
export function kept(form: Form, answers: FormAnswers): FormAnswers {
  const left = withoutHidden(form, answers);
  for (const question of form.questions) {
    const answer = answerTo(left, question.key);
    if (answer !== undefined && !fits(question, answer)) throw new FormError("bad-answer");
  }
  return left;
}

/** Keys of required questions that are shown and have no answer. */
export function missing(form: Form, answers: FormAnswers): readonly string[] {
  return shown(form, answers)
    .filter(({ isRequired, key }) => isRequired && answerTo(answers, key) === undefined)
    .map(({ key }) => key);
}

/** Whether an answer is of the question's type and inside of its limits. */
export function fits(question: Question, answer: AnswerValue): boolean {
  if (typeof answer === "number") return question.type === "number" && numberFits(question, answer);
  if (typeof answer !== "string") return question.type === "choices" && listFits(question, answer);
  switch (question.type) {
    case "choice":
    case "yes_no":
      return valuesOf(question).includes(answer);
    case "text":
      return textFits(answer, question.most ?? DEFAULT_ANSWER_CHARACTERS);
    case "date":
      return isDay(answer);
    default:
      return false;
  }
}

function numberFits({ least, most }: Question, answer: number): boolean {
  return answer >= (least ?? 0) && answer <= (most ?? MAX_ANSWER_NUMBER);
}

/** In the order of the options, so that one answer has one form. */
function listFits(question: Question, answer: readonly string[]): boolean {
  const chosen = valuesOf(question).filter((value) => answer.includes(value));
  return answer.length > 0 && chosen.join() === answer.join();
}

function textFits(answer: string, most: number): boolean {
  return /[^ \t\r\n]/.test(answer) && characters(answer) <= most && !answer.includes("\0");
}

function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
