/** The questions of a report that need no machinery: what it is about, the words, how it is known. */
import { type Answers, type Category, PhoneError, type Source } from "../app.ts";
import { CATEGORIES, MAX_TEXT_CHARACTERS } from "../generated/constants.ts";
import { languages, t, tn } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { button, choices, field } from "./parts.ts";
import { categorySentence, categoryWord, sourceWord } from "./words.ts";

type Change = (part: Partial<Answers>) => void;

const CHARACTERS_LEFT_SHOWN = 500; /* earlier, the number only distracts */
const OTHER_LANGUAGE = "und";
const SOURCE_IMAGES: Readonly<Record<Source, string>> = {
  saw: "eye",
  heard: "ear",
  quoting: "quote",
  unsaid: "hush",
};

/** What it is about: a grid of drawings with plain words, which folds to the one chosen. */
export function categoryPart(
  category: Category | null,
  isChoosing: boolean,
  choose: (category: Category) => void,
  again: () => void,
): Described {
  if (isChoosing || category === null) return categoryGrid(category, choose);
  return el(
    "div",
    { class: "chosen", key: "category chosen" },
    icon(category, "big"),
    el(
      "span",
      { class: "grow lines" },
      el("strong", {}, categoryWord(category)),
      el("span", { class: "note" }, categorySentence(category)),
    ),
    button(t("Change"), null, again, "quiet"),
  );
}

function categoryGrid(chosen: Category | null, choose: (category: Category) => void): Described {
  const tile = (category: Category): Described =>
    el(
      "button",
      {
        class: category === chosen ? "tile category picked" : "tile category",
        type: "button",
        "aria-pressed": String(category === chosen),
        "aria-describedby": `means-${category}`,
        onclick: () => choose(category),
        key: category,
      },
      icon(category, "big"),
      el("strong", {}, categoryWord(category)),
      // Its description, so that its name stays one word.
      el(
        "span",
        { class: "note", id: `means-${category}`, "aria-hidden": "true" },
        categorySentence(category),
      ),
    );
  return el(
    "section",
    { class: "block", key: "category grid", "aria-labelledby": "category" },
    el("h2", { id: "category", tabindex: -1 }, t("What is it about?")),
    el("div", { class: "tiles grid" }, CATEGORIES.map(tile)),
  );
}

/** What happened, in the person's own words and language. */
export function textPart(answers: Answers, change: Change): Described {
  const left = MAX_TEXT_CHARACTERS - answers.text.length;
  return el(
    "section",
    { class: "block", key: "text" },
    field({
      id: "text",
      label: t("What happened?"),
      hint: t("Who did what to whom. How many. What you know, and what you do not know."),
      value: answers.text,
      rows: 7,
      maxLength: MAX_TEXT_CHARACTERS,
      onInput: (text) => change({ text }),
      more: { autocapitalize: "sentences" },
    }),
    left <= CHARACTERS_LEFT_SHOWN &&
      el(
        "p",
        { class: "hint", role: "status" },
        tn("{n} character left", "{n} characters left", left),
      ),
    languageField(answers.lang, change),
  );
}

function languageField(chosen: string, change: Change): Child {
  return el(
    "div",
    { class: "field inline" },
    el("label", { for: "written-in" }, t("I write in")),
    el(
      "select",
      {
        id: "written-in",
        value: chosen,
        onchange: (event: Event) =>
          change({ lang: (event.currentTarget as HTMLSelectElement).value }),
      },
      languages().map((offer) =>
        el("option", { value: offer.language, lang: offer.language }, offer.name),
      ),
      el("option", { value: OTHER_LANGUAGE }, t("another language")),
    ),
  );
}

/** How the writer knows. */
export function sourcePart(answers: Answers, change: Change): Described {
  const offered: readonly Source[] = ["saw", "heard", "quoting", "unsaid"];
  return choices(
    "source",
    t("How do you know?"),
    offered.map((value) => ({ value, label: sourceWord(value), image: SOURCE_IMAGES[value] })),
    answers.source,
    (source) => change({ source }),
    "short",
  );
}

export interface MissingAnswer {
  readonly error: PhoneError;
  /** Where the person should go on. */
  readonly fieldId: string;
}

/** The first answer without which a report cannot be sealed, or null. */
export function missingAnswer(answers: Answers): MissingAnswer | null {
  if (answers.category === null)
    return { error: new PhoneError("bad-category"), fieldId: "category" };
  if (answers.text.trim() === "") return { error: new PhoneError("bad-text"), fieldId: "text" };
  if (answers.observedAt === null)
    return { error: new PhoneError("bad-observed"), fieldId: "when" };
  return null;
}
