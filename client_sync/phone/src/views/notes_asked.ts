/** Asked of each file before it is sealed: keep what the camera wrote into it, and a small version first? */
import type { FileNotes } from "../app.ts";
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { button, notice } from "./parts.ts";
import { sizeWords } from "./words.ts";

export interface Wanted {
  readonly keepsNotes: boolean;
  readonly smallFirst: boolean;
}

/** A file that waits for its answer. */
export interface Asked {
  readonly file: File;
  readonly notes: FileNotes;
  readonly small: File | null;
  readonly answer: (wanted: Wanted) => void;
}

/** Whether there is anything to ask. */
export function hasQuestion(notes: FileNotes, small: File | null): boolean {
  return notes.kind === "speaks" || small !== null;
}

/** The question about one file; the first answer gives away least. */
export function notesQuestion({ file, notes, small, answer }: Asked): Described {
  return el(
    "div",
    {
      class: "notice care",
      role: "group",
      key: "file asked",
      tabindex: -1,
      "aria-label": t("A question about {name}", { name: file.name }),
      onmount: (box) => box.focus(),
    },
    el(
      "div",
      { class: "grow" },
      el("p", {}, el("strong", {}, el("bdi", {}, file.name))),
      notes.kind === "speaks" ? aboutNotes(notes, (keepsNotes) => reply(answer, keepsNotes)) : null,
      small !== null && smallChoice(file, small),
      notes.kind !== "speaks" &&
        button(t("Add it"), "done", () => reply(answer, notes.kind === "unknown")),
    ),
  );
}

/** One tick box, read when the answer is given. */
const SMALL_FIRST = "small-first";

function reply(answer: Asked["answer"], keepsNotes: boolean): void {
  const box = document.getElementById(SMALL_FIRST) as HTMLInputElement | null;
  answer({ keepsNotes, smallFirst: box?.checked ?? false });
}

function smallChoice(file: File, small: File): Child {
  return el(
    "label",
    { class: "tick", for: SMALL_FIRST },
    el("input", { type: "checkbox", id: SMALL_FIRST, checked: true }),
    el(
      "span",
      {},
      t("Send a small version first ({small}). The whole file ({size}) follows when it can.", {
        small: sizeWords(small.size),
        size: sizeWords(file.size),
      }),
    ),
  );
}

function aboutNotes(notes: FileNotes, answer: (keepsNotes: boolean) => void): readonly Child[] {
  return [
    el(
      "p",
      {},
      notes.place
        ? t("This file says where it was made, and more: when, and with which phone.")
        : t(
            "This file says more than it shows. It may tell when it was made, and with which phone.",
          ),
    ),
    button(t("Remove that"), "remove", () => answer(false)),
    button(t("Keep it in: it is stronger proof"), "keep", () => answer(true)),
    el(
      "p",
      { class: "hint" },
      t("If you keep it, only the desk can see it. If you are not sure, remove it."),
    ),
  ];
}

/** What was done with a file's notes, said beside it; empty where there is nothing to say. */
export function notesSaid(notes: FileNotes, keepsNotes: boolean): string {
  if (notes.kind === "silent") return "";
  if (notes.kind === "unknown") {
    return t("This kind of file cannot be cleaned: it may say who made it, when and where.");
  }
  return keepsNotes
    ? t("Place, time and phone were kept in it.")
    : t("Place, time and phone were removed from it.");
}

/** The sentences about files of this page, by attachment. */
export function notesLine(sentence: string | undefined): Child {
  return sentence ? el("span", { class: "note" }, sentence) : null;
}

/** Shown while a file is looked into, which takes a moment for a large one. */
export function lookingNotice(): Described {
  return notice("calm", el("p", {}, t("Looking into the file…")));
}
