/** One question of a form: large tiles to choose from, or a field, with what helps to answer it. */

import type { FormTrouble } from "../answering.ts";
import { inOrder, meant } from "../answering.ts";
import type { AnswerValue, Question } from "../app.ts";
import { characters } from "../bytes.ts";
import { DEFAULT_ANSWER_CHARACTERS, MAX_ANSWER_NUMBER } from "../generated/constants.ts";
import { count, t, tn } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { button } from "./parts.ts";
import { textOf } from "./said.ts";

const ONE_LINE_CHARACTERS = 120; /* more is written in a field of several lines */

export interface Asking {
  readonly question: Question;
  readonly answer: AnswerValue | undefined;
  /** What stands in the field, where it was typed on this page. */
  readonly typed: string | undefined;
  readonly problem: FormTrouble["kind"] | null;
  /** Null takes the answer back. */
  answered(value: AnswerValue | null, typed?: string): void;
}

/** Where the focus goes to answer it. */
export const fieldId = ({ key }: Question): string => `q-${key}`;

/** Draw the question. */
export function questionField(asking: Asking): Described {
  const { type } = asking.question;
  if (type === "choice" || type === "choices" || type === "yes_no") return tiles(asking);
  return written(asking);
}

/** Ids of what is said about the question. */
function describedBy({ question, problem }: Asking): string | undefined {
  const ids = [
    question.hint !== null && `${fieldId(question)}-hint`,
    problem !== null && `${fieldId(question)}-problem`,
  ].filter((id) => id !== false);
  return ids.length > 0 ? ids.join(" ") : undefined;
}

function labelOf({ label, isRequired }: Question): Child {
  return [textOf("span", label), isRequired && el("span", { class: "note" }, " ", t("(needed)"))];
}

function aboutIt(asking: Asking): Child {
  const { question, problem } = asking;
  return [
    question.hint !== null &&
      textOf("p", question.hint, { class: "hint", id: `${fieldId(question)}-hint` }),
    problem !== null &&
      el(
        "p",
        { class: "problem", id: `${fieldId(question)}-problem`, role: "status" },
        icon("care"),
        el("span", {}, problemWords(asking)),
      ),
  ];
}

function tiles(asking: Asking): Described {
  const { question } = asking;
  const chosen = chosenIn(asking);
  return el(
    "fieldset",
    {
      class: "choices",
      id: fieldId(question),
      tabindex: -1,
      key: question.key,
      "aria-describedby": describedBy(asking),
    },
    el("legend", {}, labelOf(question)),
    aboutIt(asking),
    el(
      "div",
      { class: "tiles" },
      offered(question).map(({ value, label }) =>
        tile(asking, value, label, chosen.includes(value)),
      ),
    ),
    question.type !== "choices" &&
      chosen.length > 0 &&
      button(t("Clear this answer"), null, () => clear(asking), "quiet"),
  );
}

function clear({ question, answered }: Asking): void {
  document.getElementById(fieldId(question))?.focus();
  answered(null);
}

function chosenIn({ answer }: Asking): readonly string[] {
  if (answer === undefined || typeof answer === "number") return [];
  return typeof answer === "string" ? [answer] : answer;
}

interface Offered {
  readonly value: string;
  readonly label: Described;
}

function offered({ type, options }: Question): readonly Offered[] {
  if (type !== "yes_no") {
    return options.map(({ value, label }) => ({ value, label: textOf("span", label) }));
  }
  return [
    { value: "yes", label: el("span", {}, t("Yes")) },
    { value: "no", label: el("span", {}, t("No")) },
    { value: "unknown", label: el("span", {}, t("I do not know")) },
  ];
}

function tile(asking: Asking, value: string, label: Described, isPicked: boolean): Described {
  const { question, answered } = asking;
  const isMany = question.type === "choices";
  const pressed = (): void => {
    if (!isMany) answered(value);
    else answered(inOrder(question, toggled(chosenIn(asking), value)));
  };
  return el(
    "label",
    { class: isPicked ? "tile picked" : "tile", key: value },
    el("input", {
      type: isMany ? "checkbox" : "radio",
      name: fieldId(question),
      value,
      checked: isPicked,
      onchange: pressed,
    }),
    label,
    isMany && isPicked && icon("done"),
  );
}

function toggled(chosen: readonly string[], value: string): readonly string[] {
  return chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
}

function written(asking: Asking): Described {
  const { question, answered } = asking;
  const { type } = question;
  const isLong = type === "text" && mostOf(question) > ONE_LINE_CHARACTERS;
  const taken = (event: Event): void => {
    const { value } = event.currentTarget as HTMLInputElement;
    answered(meant(question, value), value);
  };
  return el(
    "div",
    { class: "field", key: question.key },
    el("label", { for: fieldId(question) }, labelOf(question)),
    aboutIt(asking),
    el(isLong ? "textarea" : "input", {
      id: fieldId(question),
      value: asking.typed ?? String(asking.answer ?? ""),
      dir: "auto",
      autocomplete: "off",
      "aria-describedby": describedBy(asking),
      "aria-invalid": asking.problem === null ? undefined : "true",
      oninput: taken,
      ...(isLong ? { rows: 3 } : { type: type === "date" ? "date" : "text" }),
      ...(type === "number" && { inputmode: "numeric" }),
    }),
  );
}

const mostOf = ({ most }: Question): number => most ?? DEFAULT_ANSWER_CHARACTERS;

function problemWords({ question, answer, problem }: Asking): string {
  if (problem === "lacking")
    return t("The desk needs this answer. You can also take all answers out below.");
  const { type, least, most } = question;
  if (type === "number") {
    return t("Write a whole number from {least} to {most}, in digits.", {
      least: count(least ?? 0),
      most: count(most ?? MAX_ANSWER_NUMBER),
    });
  }
  if (type === "text" && typeof answer === "string") {
    const over = characters(answer.trim()) - mostOf(question);
    return tn("{n} character too many. Shorten it.", "{n} characters too many. Shorten it.", over);
  }
  return t("This answer does not fit the question any more. Answer again.");
}
