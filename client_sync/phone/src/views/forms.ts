/** The desk's questions on the page of a report: a line for each list of them, which opens it. */

import { entryOf, takenOut, troubleIn } from "../answering.ts";
import type { Form } from "../app.ts";
import { askedFor } from "../forms.ts";
import { spoken, t, tn } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import type { DraftKeeper } from "./keeper.ts";
import { lazyView } from "./lazy.ts";
import { leftOverPart } from "./left_over.ts";
import { saidIn, textOf } from "./said.ts";
import type { Shell } from "./shell.ts";

export interface FormsQuestion {
  draw(): Child;
  /** Open the list whose answers cannot be sealed as they are; false where all can. */
  standsInTheWay(): boolean;
}

/** Make the part for the report that the keeper keeps. */
export function formsQuestion(shell: Shell, keeper: DraftKeeper): FormsQuestion {
  return new Forms(shell, keeper);
}

class Forms implements FormsQuestion {
  readonly #shell: Shell;
  readonly #keeper: DraftKeeper;
  #forms: readonly Form[] | null = null;
  #directoryVersion = -1;

  constructor(shell: Shell, keeper: DraftKeeper) {
    this.#shell = shell;
    this.#keeper = keeper;
  }

  draw(): Child {
    this.#lookAgain();
    const { category } = this.#keeper.answers;
    if (category === null || this.#forms === null) return null;
    const forms = this.#forms;
    const asked = askedFor(forms, category);
    const kept = forms.filter((form) => !asked.includes(form) && this.#entry(form) !== null);
    const gone = this.#filled.filter(({ key }) => !forms.some((form) => form.key === key));
    if (asked.length + kept.length + gone.length === 0) return null;
    return el(
      "section",
      { class: "block", key: "forms", "aria-labelledby": "forms" },
      el("h2", { id: "forms" }, t("Questions of the desk")),
      el(
        "p",
        { class: "hint" },
        t("They help the desk to understand. You can leave them all out."),
      ),
      el(
        "ul",
        { class: "plainlist" },
        [...asked, ...kept].map((form) => this.#line(form)),
      ),
      gone.map((entry) => leftOverPart(entry.answers, (key) => this.#takeOut(entry.key, key))),
    );
  }

  standsInTheWay(): boolean {
    const form = (this.#forms ?? []).find((one) => {
      const entry = this.#entry(one);
      return entry?.version === one.version && troubleIn(one, entry.answers) !== null;
    });
    if (form !== undefined) this.#open(form, true);
    return form !== undefined;
  }

  get #filled() {
    return this.#keeper.answers.forms ?? [];
  }

  #entry(form: Form) {
    return entryOf(this.#filled, form.key);
  }

  /** A new directory may ask anew. */
  #lookAgain(): void {
    const version = this.#shell.app.desk()?.directoryVersion ?? 0;
    if (version === this.#directoryVersion) return;
    this.#directoryVersion = version;
    void this.#shell.app.forms().then(
      (forms) => {
        this.#forms = forms;
        this.#shell.redraw();
      },
      // Not stored yet, and no network: the report goes without.
      () => undefined,
    );
  }

  #line(form: Form): Described {
    const answers = Object.keys(this.#entry(form)?.answers ?? {}).length;
    const noteId = form.note === null ? undefined : `form-${form.key}-note`;
    return el(
      "li",
      { key: form.key, class: "formline" },
      el(
        "button",
        {
          class: "way",
          type: "button",
          id: `form-${form.key}`,
          "aria-describedby": noteId,
          onclick: () => this.#open(form, false),
        },
        icon(answers > 0 ? "done" : "write"),
        textOf("span", form.title, { class: "grow" }),
        el("span", { class: "note" }, progress(form, answers)),
        icon("onward"),
      ),
      form.note !== null && textOf("p", form.note, { class: "hint", id: noteId }),
    );
  }

  #open(form: Form, isTold: boolean): void {
    const { language } = spoken();
    const page = lazyView(
      this.#shell,
      () => saidIn(form.title, language),
      async () => {
        const { formView } = await import("./form.ts");
        return formView(this.#shell, this.#keeper, form, isTold);
      },
    );
    this.#shell.over(page);
  }

  #takeOut(formKey: string, key: string): void {
    this.#keeper.change({ forms: takenOut(this.#filled, formKey, key) });
    this.#shell.redraw();
  }
}

function progress(form: Form, answers: number): string {
  if (answers > 0) return tn("{n} answer", "{n} answers", answers);
  return tn("{n} question", "{n} questions", form.questions.length);
}
