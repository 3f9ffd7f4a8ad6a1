/** A few words after a report: an answer to the desk, taking it back, or "I am not safe". */
import { type Answers, PhoneError, type Purpose } from "../app.ts";
import { isoOf, systemClock } from "../clock.ts";
import { MAX_TEXT_CHARACTERS } from "../generated/constants.ts";
import { spoken, t } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { DraftKeeper } from "./keeper.ts";
import { field, notice, primaryButton, trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

interface Words {
  readonly heading: string;
  readonly lead: string;
  readonly label: string;
  readonly action: string;
  /** Stands for no words at all; null where words are wanted. */
  readonly silent: string | null;
}

function wordsOf(purpose: Purpose): Words {
  if (purpose === "withdrawal") {
    return {
      heading: t("Take the report back"),
      lead: t(
        "The desk is told that you take it back. It keeps the report and decides what follows; nothing is deleted there by itself.",
      ),
      label: t("Why, if you want to say"),
      action: t("Seal: I take it back"),
      silent: t("I take this report back."),
    };
  }
  if (purpose === "unsafe") {
    return {
      heading: t("I am not safe"),
      lead: t(
        "The desk is asked never to write to this phone again. The wish travels sealed, like a report; until it arrives, an answer may still come.",
      ),
      label: t("What the desk should know, if you want to say"),
      action: t("Seal: do not contact me"),
      silent: t("I am not safe. Do not contact me."),
    };
  }
  return {
    heading: t("Answer the desk"),
    lead: t("Your answer is sealed like a report. Only the desk can open it."),
    label: t("Your answer"),
    action: t("Seal the answer"),
    silent: null,
  };
}

/** Make the page; `draftId` null begins anew. */
export function followView(
  shell: Shell,
  draftId: string | null,
  about: string,
  purpose: Purpose,
): View {
  const { app } = shell;
  const words = wordsOf(purpose);
  const draft = app.drafts().find((kept) => kept.id === draftId) ?? null;
  const first = draft?.answers ?? firstAnswers(shell, about, purpose);
  const keeper = new DraftKeeper(app, draft, first, shell.redraw);
  let isBusy = false;
  let isOver = false;
  let problem: unknown = null;

  async function seal(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    problem = null;
    shell.redraw();
    try {
      if (keeper.answers.text.trim() === "") {
        if (words.silent === null) throw new PhoneError("bad-text");
        keeper.change({ text: words.silent });
      }
      await app.sealDraft(await keeper.settled());
      isOver = true;
      void app.askPersistentStorage();
      shell.go({ page: "sealed" }, true);
    } catch (error) {
      isBusy = false;
      problem = error;
      shell.redraw();
    }
  }

  async function leave(): Promise<void> {
    const isEmpty = keeper.answers.text.trim() === "";
    if (isOver || isBusy || !isEmpty || keeper.draftId === null) return;
    await app.dropDraft(await keeper.settled());
  }

  return {
    heading: () => words.heading,
    draw: () => [
      questions(shell, about, purpose),
      el("p", { class: "lead" }, words.lead),
      field({
        id: "text",
        label: words.label,
        value: keeper.answers.text,
        rows: 6,
        maxLength: MAX_TEXT_CHARACTERS,
        onInput: (text) => keeper.change({ text }),
      }),
      purpose === "unsafe" && notice("calm", el("p", {}, afterUnsafe())),
      trouble(keeper.problem),
    ],
    primary: () => [
      trouble(problem),
      primaryButton(isBusy ? t("Sealing…") : words.action, "seal", () => void seal(), isBusy),
    ],
    leave: () => void leave(),
  };
}

function afterUnsafe(): string {
  return t(
    "Once it says “At the desk”, you can remove the report from this phone; then nothing here tells of it.",
  );
}

/** What is being answered stands above the answer. */
function questions(shell: Shell, about: string, purpose: Purpose): Child {
  if (purpose !== "answer") return false;
  const asked = shell.app
    .replies(about)
    .filter(({ kind }) => kind === "question")
    .slice(-1);
  return asked.map((reply) =>
    el("blockquote", { class: "answer question", dir: "auto", lang: reply.lang }, reply.text),
  );
}

function firstAnswers(shell: Shell, about: string, purpose: Purpose): Answers {
  return {
    ...shell.app.emptyAnswers(),
    // What it is about is the earlier report; this phone does not remember its kind.
    category: "other",
    lang: spoken().language,
    observedAt: isoOf(systemClock.nowSeconds()),
    observedPrecision: "day",
    about,
    purpose,
  };
}
