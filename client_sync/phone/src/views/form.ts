/** One list of the desk's questions: each is answered, or left out; kept at each keystroke. */

import {
  answered,
  does,
  entryOf,
  type FormTrouble,
  leftOver,
  takenOut,
  troubleIn,
} from "../answering.ts";
import type { AnswerValue, FilledForm, Form, Question } from "../app.ts";
import { answerTo, shown } from "../domain/forms.ts";
import { spoken, t } from "../i18n.ts";
import { fieldId, questionField } from "./asking.ts";
import { type Child, el } from "./element.ts";
import type { DraftKeeper } from "./keeper.ts";
import { leftOverPart } from "./left_over.ts";
import { button, notice, primaryButton, trouble } from "./parts.ts";
import { saidIn, textOf } from "./said.ts";
import { type Shell, say, type View } from "./shell.ts";

/** Make the page; `isTold` says at once what is in the way of sealing. */
export function formView(shell: Shell, keeper: DraftKeeper, form: Form, isTold: boolean): View {
  return new FormView(shell, keeper, form, isTold);
}

class FormView implements View {
  readonly #shell: Shell;
  readonly #keeper: DraftKeeper;
  readonly #form: Form;
  /** What stands in a field, where the answer is kept in other letters: "٢٠" for 20. */
  readonly #typed = new Map<string, string>();
  /** Answers whose question is hidden: they are kept nowhere, and come back with it while this page is open. */
  readonly #hidden = new Map<string, AnswerValue>();
  /** Key of the question last said to be in the way; null while none was. */
  #told: string | null = null;
  /** The next drawing is followed by a step to what is in the way. */
  #isToGo = false;
  /** Everything that was answered, when it was taken out a moment ago. */
  #before: readonly FilledForm[] | null = null;

  constructor(shell: Shell, keeper: DraftKeeper, form: Form, isTold: boolean) {
    this.#shell = shell;
    this.#keeper = keeper;
    this.#form = form;
    if (isTold) this.#tell();
  }

  heading(): string {
    return saidIn(this.#form.title, spoken().language);
  }

  draw(): Child {
    const form = this.#form;
    const questions = shown(form, this.#answers);
    if (this.#isToGo) queueMicrotask(() => this.#goToTrouble());
    this.#isToGo = false;
    return [
      form.note !== null && textOf("p", form.note, { class: "lead" }),
      el(
        "p",
        { class: "hint" },
        t("Answer what you know. Leave out what you do not know or do not want to say."),
      ),
      questions.some(({ isRequired }) => isRequired) &&
        el(
          "p",
          { class: "hint" },
          t("If you answer anything here, the desk needs the answers marked “needed”."),
        ),
      this.#isOlder() &&
        notice(
          "calm",
          el(
            "p",
            {},
            t("The desk changed its questions since you answered. Look through your answers."),
          ),
        ),
      questions.map((question) => this.#field(question)),
      leftOverPart(leftOver(form, this.#answers), (key) =>
        this.#set(takenOut(this.#filled, form.key, key)),
      ),
      trouble(this.#keeper.problem),
      this.#takeOutPart(),
    ];
  }

  primary(): Child {
    return primaryButton(t("Done"), "done", () => this.#done());
  }

  get #filled(): readonly FilledForm[] {
    return this.#keeper.answers.forms ?? [];
  }

  get #answers() {
    return entryOf(this.#filled, this.#form.key)?.answers ?? {};
  }

  #isOlder(): boolean {
    const entry = entryOf(this.#filled, this.#form.key);
    return entry !== null && entry.version !== this.#form.version;
  }

  #field(question: Question): Child {
    const answer = answerTo(this.#answers, question.key);
    return questionField({
      question,
      answer,
      typed: this.#typed.get(question.key),
      problem: this.#problemOf(question, answer),
      answered: (value, typed) => this.#answer(question, value, typed),
    });
  }

  #problemOf(question: Question, answer: AnswerValue | undefined): FormTrouble["kind"] | null {
    if (answer !== undefined) return does(question, answer) ? null : "unfit";
    const isWanted =
      this.#told !== null && question.isRequired && Object.keys(this.#answers).length > 0;
    return isWanted ? "lacking" : null;
  }

  #answer({ key }: Question, value: AnswerValue | null, typed?: string): void {
    if (typed === undefined) this.#typed.delete(key);
    else this.#typed.set(key, typed);
    const before = this.#answers;
    this.#set(answered(this.#form, this.#filled, key, value));
    for (const [gone, answer] of Object.entries(before)) {
      if (gone !== key && answerTo(this.#answers, gone) === undefined)
        this.#hidden.set(gone, answer);
    }
    this.#bringBack();
  }

  #bringBack(): void {
    for (const { key } of shown(this.#form, this.#answers)) {
      const answer = this.#hidden.get(key);
      if (answer === undefined) continue;
      this.#hidden.delete(key);
      if (answerTo(this.#answers, key) === undefined) {
        this.#set(answered(this.#form, this.#filled, key, answer));
      }
    }
  }

  #set(forms: readonly FilledForm[]): void {
    this.#before = null;
    this.#keeper.change({ forms });
    this.#shell.redraw();
  }

  #takeOutPart(): Child {
    const before = this.#before;
    if (before !== null) {
      return el(
        "div",
        {
          class: "notice calm undo",
          role: "group",
          tabindex: -1,
          "aria-label": t("Taken out."),
          onmount: (box) => box.focus(),
        },
        el("p", { class: "grow" }, t("Taken out.")),
        button(t("Undo"), null, () => this.#set(before)),
      );
    }
    if (Object.keys(this.#answers).length === 0) return null;
    return button(t("Take these answers out"), "remove", () => this.#takeOut(), "quiet");
  }

  #takeOut(): void {
    const before = this.#filled;
    this.#typed.clear();
    this.#hidden.clear();
    this.#told = null;
    this.#set(takenOut(before, this.#form.key));
    this.#before = before;
    say(t("Taken out."));
  }

  /** Said once, then the person may go on: it is said again before sealing. */
  #done(): void {
    const told = this.#told;
    this.#tell();
    if (this.#told === null || this.#told === told) this.#shell.back();
    else this.#shell.redraw();
  }

  #tell(): void {
    this.#told = troubleIn(this.#form, this.#answers)?.question.key ?? null;
    this.#isToGo = this.#told !== null;
  }

  #goToTrouble(): void {
    const found = troubleIn(this.#form, this.#answers);
    if (found !== null) document.getElementById(fieldId(found.question))?.focus();
  }
}
