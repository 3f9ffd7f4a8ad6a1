/** The question "when": a press for the usual answers, a date for the others. */
import type { Answers, TimePrecision } from "../app.ts";
import { isoOf, systemClock } from "../clock.ts";
import { SECONDS_PER_DAY, TIME_PRECISIONS } from "../generated/constants.ts";
import { t } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { choices } from "./parts.ts";
import { timePrecisionWord } from "./words.ts";

type Usual = "hour" | "today" | "yesterday" | "other";
type Change = (part: Partial<Answers>) => void;

export interface Question {
  draw(): Child;
}

/** Make the question; it starts from what a draft already says. */
export function whenQuestion(answers: () => Answers, change: Change): Question {
  let usual: Usual | null = answers().observedAt === null ? null : "other";
  const choose = (chosen: Usual): void => {
    usual = chosen;
    change(usualAnswer(chosen, answers()));
  };
  return {
    draw: () => [
      choices(
        "when",
        t("When did it happen?"),
        [
          { value: "hour", label: t("Within the last hour") },
          { value: "today", label: t("Today") },
          { value: "yesterday", label: t("Yesterday") },
          { value: "other", label: t("Another time") },
        ],
        usual,
        choose,
        "short",
      ),
      usual === "other" && otherTime(answers(), change),
    ],
  };
}

function usualAnswer(usual: Usual, answers: Answers): Partial<Answers> {
  const now = systemClock.nowSeconds();
  switch (usual) {
    case "hour":
      return { observedAt: isoOf(now), observedPrecision: "hour" };
    case "today":
      return { observedAt: isoOf(now), observedPrecision: "day" };
    case "yesterday":
      return { observedAt: isoOf(now - SECONDS_PER_DAY), observedPrecision: "day" };
    case "other":
      return {
        observedAt: answers.observedAt ?? isoOf(now),
        observedPrecision: answers.observedAt === null ? "day" : answers.observedPrecision,
      };
  }
}

function otherTime(answers: Answers, change: Change): Child {
  const local = localParts(answers.observedAt);
  const set = (date: string, time: string): void => {
    const observedAt = isoOfLocal(date, time);
    if (observedAt !== null) change({ observedAt });
  };
  const isHour = answers.observedPrecision === "hour";
  return el(
    "div",
    { class: "row fields" },
    dateField("when-date", "date", t("Day"), local.date, (date) => set(date, local.time)),
    isHour &&
      dateField("when-time", "time", t("Time"), local.time, (time) => set(local.date, time)),
    el(
      "div",
      { class: "field" },
      el("label", { for: "when-precision" }, t("How exactly do you know?")),
      el(
        "select",
        {
          id: "when-precision",
          value: answers.observedPrecision,
          onchange: (event: Event) =>
            change({
              observedPrecision: (event.currentTarget as HTMLSelectElement).value as TimePrecision,
            }),
        },
        TIME_PRECISIONS.map((precision) =>
          el("option", { value: precision }, timePrecisionWord(precision)),
        ),
      ),
    ),
  );
}

function dateField(
  id: string,
  type: string,
  label: string,
  value: string,
  onValue: (value: string) => void,
): Child {
  return el(
    "div",
    { class: "field", key: id },
    el("label", { for: id }, label),
    el("input", {
      id,
      type,
      value,
      max: type === "date" ? localParts(null).date : undefined,
      onchange: (event: Event) => onValue((event.currentTarget as HTMLInputElement).value),
    }),
  );
}

/** Date and time of day on this phone, as the browser's own fields want them. */
function localParts(iso: string | null): { readonly date: string; readonly time: string } {
  const moment = new Date(iso ?? systemClock.nowSeconds() * 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  return {
    date: `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`,
    time: `${two(moment.getHours())}:${two(moment.getMinutes())}`,
  };
}

function isoOfLocal(date: string, time: string): string | null {
  const milliseconds = new Date(`${date}T${time === "" ? "12:00" : time}`).getTime();
  return Number.isNaN(milliseconds) ? null : isoOf(milliseconds / 1000);
}
