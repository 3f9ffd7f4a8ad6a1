/** Write a report: what, in words, when, where, how known, photos; kept at each keystroke. */
import { type Answers, type App, type Category, PhoneError } from "../app.ts";
import { spoken, t } from "../i18n.ts";
import { stored } from "../loading.ts";
import { nextTurn } from "../turns.ts";
import { type Child, el } from "./element.ts";
import type { FormsQuestion } from "./forms.ts";
import { icon } from "./icon.ts";
import { DraftKeeper } from "./keeper.ts";
import { operatorWords } from "./messages.ts";
import { block, button, confirmation, notice, primaryButton, section, trouble } from "./parts.ts";
import { type FilesQuestion, photosQuestion } from "./photos.ts";
import {
  categoryPart,
  type MissingAnswer,
  missingAnswer,
  sourcePart,
  textPart,
} from "./questions.ts";
import { removedLine } from "./removed.ts";
import type { Shell, View } from "./shell.ts";
import { type Question, whenQuestion } from "./when.ts";
import { whereQuestion } from "./where.ts";

/** Make the page; `draftId` null begins a new report, `follows` names an earlier one and why. */
export function writeView(shell: Shell, draftId: string | null, follows: Follows = {}): View {
  return new WriteView(shell, draftId, follows);
}

type Follows = Pick<Answers, "about" | "purpose">;

class WriteView implements View {
  readonly #shell: Shell;
  readonly #keeper: DraftKeeper;
  readonly #when: Question;
  readonly #where: Question;
  readonly #photos: FilesQuestion;
  #forms: FormsQuestion | null = null;
  #isChoosing: boolean;
  #isDropping = false;
  #isAskingSms = false;
  #isOver = false;
  #isBusy = false;
  #problem: unknown = null;

  constructor(shell: Shell, draftId: string | null, follows: Follows) {
    const { app } = shell;
    const draft = app.drafts().find((kept) => kept.id === draftId) ?? null;
    this.#shell = shell;
    this.#keeper = new DraftKeeper(
      app,
      draft,
      draft?.answers ?? firstAnswers(app, follows),
      shell.redraw,
    );
    this.#isChoosing = this.#answers.category === null;
    const answers = (): Answers => this.#answers;
    this.#when = whenQuestion(answers, this.#change);
    this.#where = whereQuestion(shell, answers, this.#change);
    this.#photos = photosQuestion(shell, this.#keeper);
    void this.#ask();
  }

  /** A report needs no form: where they cannot be loaded nothing is asked. */
  async #ask(): Promise<void> {
    try {
      const { formsQuestion } = await stored(() => import("./forms.ts"));
      this.#forms = formsQuestion(this.#shell, this.#keeper);
      this.#shell.redraw();
    } catch {
      this.#forms = null;
    }
  }

  heading(): string {
    const { about, purpose } = this.#answers;
    if (purpose === "correction") return t("Correct the report");
    return about === undefined ? t("Write a report") : t("Write more about it");
  }

  draw(): Child {
    const { category } = this.#answers;
    return [
      categoryPart(category, this.#isChoosing, (chosen) => this.#choose(chosen), this.#chooseAgain),
      textPart(this.#answers, this.#change),
      this.#forms?.draw(),
      block("when", this.#when.draw()),
      block("where", this.#where.draw()),
      sourcePart(this.#answers, this.#change),
      el(
        "div",
        { id: "photos", tabindex: -1, key: "photos" },
        section(t("Photos and files"), this.#photos.draw()),
      ),
      el(
        "p",
        { class: this.#keeper.isKept ? "kept" : "kept waits" },
        icon("done"),
        t("What you enter is kept on this phone until you save or throw it away."),
      ),
      trouble(this.#keeper.problem),
      this.#messagesPart(),
      this.#dropPart(),
    ];
  }

  primary(): Child {
    // Nothing to save yet: the whole screen is for the first question.
    if (this.#answers.category === null && this.#answers.text === "") return null;
    const label = this.#isBusy ? t("Sealing…") : t("Save and seal");
    return [
      trouble(this.#problem),
      primaryButton(label, "seal", () => void this.#seal(), this.#isBusy),
      el("p", { class: "thumbnote" }, t("After that, this phone cannot read it.")),
    ];
  }

  leave(): void {
    this.#photos.leave();
    if (!this.#isOver) void this.#keeper.dropIfEmpty();
  }

  get #answers(): Answers {
    return this.#keeper.answers;
  }

  readonly #change = (part: Partial<Answers>): void => {
    this.#keeper.change(part);
    this.#shell.redraw();
  };

  readonly #chooseAgain = (): void => {
    this.#isChoosing = true;
    this.#shell.redraw();
    queueMicrotask(() => document.getElementById("category")?.focus());
  };

  #fail(problem: unknown): void {
    this.#isBusy = false;
    this.#problem = problem;
    this.#shell.redraw();
  }

  #choose(category: Category): void {
    this.#isChoosing = false;
    this.#change({ category });
    queueMicrotask(() => document.getElementById("text")?.focus());
  }

  #dropPart(): Child {
    const ask = (asks: boolean): void => {
      this.#isDropping = asks;
      this.#shell.redraw();
    };
    if (this.#isDropping) {
      return confirmation(
        t("Throw this draft away?"),
        t("Throw it away"),
        () => void this.#drop(),
        () => ask(false),
      );
    }
    return (
      this.#keeper.draftId !== null &&
      button(t("Throw this draft away"), "remove", () => ask(true), "quiet")
    );
  }

  /** Spoken of only where the desk takes text messages: what an operator sees is no small thing. */
  #messagesPart(): Child {
    const number = this.#shell.app.smsNumber();
    if (number === null) return null;
    const ask = (asks: boolean): void => {
      this.#isAskingSms = asks;
      this.#shell.redraw();
    };
    if (!this.#isAskingSms) {
      return button(t("No internet: send it as text messages"), "send", () => ask(true), "quiet");
    }
    return notice(
      "care",
      el("p", {}, operatorWords(number)),
      el(
        "div",
        { class: "row" },
        button(t("Seal it for text messages"), "send", () => void this.#seal(true)),
        button(t("Go on writing"), null, () => ask(false)),
      ),
    );
  }

  /** Throw it away; at home there is a way back to it, for a moment. */
  async #drop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      const [draftId, removals] = [await this.#keeper.settled(), await this.#shell.app.removals()];
      await removals.removeDraft(draftId);
      const again = (): void => this.#shell.go({ page: "write", draftId });
      const way = { removals, id: draftId, sentence: t("Draft removed."), undone: again };
      const after = (): HTMLElement | null => document.querySelector("h1");
      this.#shell.home(null, removedLine(this.#shell, { ...way, after }));
    } catch (error) {
      this.#isOver = false;
      this.#fail(error);
    }
  }

  async #seal(forMessages = false): Promise<void> {
    if (this.#isBusy) return;
    const missing = missingAnswer(this.#answers) ?? fileUnderWay(this.#photos);
    if (missing !== null) {
      document.getElementById(missing.fieldId)?.focus();
      this.#fail(missing.error);
      return;
    }
    if (this.#forms?.standsInTheWay()) return;
    this.#isBusy = true;
    this.#problem = null;
    this.#shell.redraw();
    try {
      const { app } = this.#shell;
      const draftId = await this.#keeper.settled();
      const sealed = await (forMessages ? app.sealDraftForSms(draftId) : app.sealDraft(draftId));
      this.#isOver = true;
      await nextTurn();
      // Asked for now, when there is something to keep and a press that browsers want for it.
      void this.#shell.app.askPersistentStorage();
      if (forMessages) this.#shell.go({ page: "messages", reportId: sealed.id }, true);
      else this.#shell.go({ page: "sealed" }, true);
    } catch (error) {
      this.#fail(error);
    }
  }
}

function fileUnderWay(photos: FilesQuestion): MissingAnswer | null {
  return photos.isBusy() ? { error: new PhoneError("file-under-way"), fieldId: "photos" } : null;
}

function firstAnswers(app: App, follows: Follows): Answers {
  return { ...app.emptyAnswers(), lang: spoken().language, ...follows };
}
