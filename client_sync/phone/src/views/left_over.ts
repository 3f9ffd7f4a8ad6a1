/** Answers to questions that the desk does not ask any more: they are shown as they were given. */
import type { AnswerValue } from "../app.ts";
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { button, notice } from "./parts.ts";

/** Show them, or nothing where there are none. */
export function leftOverPart(
  answers: Readonly<Record<string, AnswerValue>>,
  takeOut: (key: string) => void,
): Child {
  const entries = Object.entries(answers);
  if (entries.length === 0) return null;
  const item = ([key, answer]: readonly [string, AnswerValue]): Described =>
    el(
      "li",
      { class: "attached", key },
      el("span", { class: "grow name", dir: "auto" }, words(answer)),
      button(t("Take it out"), "remove", () => takeOut(key), "quiet"),
    );
  return el(
    "div",
    { class: "block" },
    notice(
      "calm",
      el(
        "p",
        {},
        t("The desk does not ask this any more. Your answer goes along unless you take it out."),
      ),
    ),
    el("ul", { class: "plainlist" }, entries.map(item)),
  );
}

function words(answer: AnswerValue): string {
  return typeof answer === "object" ? answer.join(", ") : String(answer);
}
