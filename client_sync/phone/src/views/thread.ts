/** One report's way, the desk's answers to it, and the way to forget it. Its text is not here. */
import type { Reply, ReportSummary } from "../app.ts";
import { systemClock } from "../clock.ts";
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { button, confirmation, notice, primaryButton, section, wayTo } from "./parts.ts";
import type { Shell, View } from "./shell.ts";
import { dateWords, momentWords, stateSentence, stateWord } from "./words.ts";

/** Make the page of one report. */
export function threadView(shell: Shell, reportId: string): View {
  const { app } = shell;
  const report = (): ReportSummary | undefined =>
    app.reports().find((kept) => kept.id === reportId);
  let isForgetting = false;
  let hasMessages = false;
  void app.smsTexts(reportId).then((texts) => {
    hasMessages = texts !== null && app.smsNumber() !== null;
    if (hasMessages) shell.redraw();
  });

  const ask = (asks: boolean): void => {
    isForgetting = asks;
    shell.redraw();
  };

  async function forget(): Promise<void> {
    await app.forget(reportId);
    shell.home();
  }

  function draw(): Child {
    const now = report();
    if (now === undefined) return el("p", {}, t("This report is no longer on this phone."));
    // Marked as read by being on the screen, which is all that this phone can know.
    if (now.unread > 0) queueMicrotask(() => void app.markRead(reportId));
    return [
      timeline(now),
      hasMessages &&
        now.state === "waiting" &&
        wayTo(t("Send as text messages"), "send", () => shell.go({ page: "messages", reportId })),
      answersPart(app.replies(reportId)),
      section(
        t("Remove from this phone"),
        el("p", {}, forgetWords(now)),
        isForgetting
          ? confirmation(
              t("Remove this line from the phone?"),
              t("Remove it"),
              () => void forget(),
              () => ask(false),
            )
          : button(t("Remove"), "remove", () => ask(true)),
      ),
    ];
  }

  return {
    heading: () => {
      const now = report();
      return now === undefined ? t("Report") : moment(now.sealedAt);
    },
    draw,
    primary: () =>
      report() !== undefined &&
      primaryButton(t("Write more about it"), "write", () =>
        shell.go({ page: "write", draftId: null, about: reportId }),
      ),
  };
}

type StepState = "done" | "current" | "ahead";

function timeline(report: ReportSummary): Described {
  const reached = { waiting: 0, "handed-over": 1, "at-desk": 2, reply: 3 }[report.state];
  const state = (place: number): StepState =>
    place === reached ? "current" : place < reached ? "done" : "ahead";
  return el(
    "ol",
    { class: "timeline" },
    step(t("Sealed on this phone"), state(0), "seal", [
      reached === 0 && el("p", {}, stateSentence("waiting")),
    ]),
    step(stateWord("handed-over"), state(1), "handed-over", [
      reached === 1 && el("p", {}, stateSentence("handed-over")),
      reached === 1 && report.overdue && overdue(),
      files(report),
    ]),
    step(stateWord("at-desk"), state(2), "at-desk", [
      reached >= 2 && el("p", {}, stateSentence("at-desk")),
      reached >= 2 && filesAtDesk(report),
      report.closed && el("p", {}, t("The desk is done with it.")),
    ]),
    reached === 3 && step(stateWord("reply"), "current", "reply", []),
  );
}

function step(word: string, state: StepState, image: string, content: readonly Child[]): Described {
  return el(
    "li",
    { class: `step ${state}`, "aria-current": state === "current" ? "step" : undefined },
    icon(state === "done" ? "done" : image, "badge"),
    el(
      "div",
      { class: "grow" },
      el(
        "p",
        { class: "state" },
        word,
        state === "ahead" && el("span", { class: "unseen" }, ` (${t("not yet")})`),
      ),
      content,
    ),
  );
}

function overdue(): Described {
  return notice(
    "calm",
    el(
      "p",
      {},
      t(
        "It takes longer than usual. The report is safe on this phone and is being sent another way. You need do nothing.",
      ),
    ),
  );
}

function files(report: ReportSummary): Child {
  const { total, handedOver } = report.media;
  if (total === 0 || report.complete) return false;
  return el(
    "div",
    { class: "filesline" },
    el(
      "label",
      { for: "files" },
      t("Photos and files: {done} of {total} parts handed over", { done: handedOver, total }),
    ),
    el("progress", { id: "files", max: total, value: handedOver }),
  );
}

function filesAtDesk(report: ReportSummary): Child {
  if (report.attachments === 0) return false;
  return el(
    "p",
    {},
    report.complete
      ? t("With all its photos and files.")
      : t("Its words have arrived; photos and files are still on their way."),
  );
}

function answersPart(replies: readonly Reply[]): Child {
  return replies.length > 0 && section(t("The desk wrote"), replies.map(answer));
}

function answer(reply: Reply): Described {
  return el(
    "article",
    { class: `answer ${reply.kind}`, key: String(reply.n) },
    el("p", { class: "note" }, answerKind(reply.kind), " · ", dateWords(reply.sentOn)),
    el("p", { class: "words", dir: "auto", lang: reply.lang }, reply.text),
  );
}

function answerKind(kind: Reply["kind"]): string {
  if (kind === "question") return t("A question");
  return kind === "safety" ? t("For your safety") : t("An answer");
}

function forgetWords(report: ReportSummary): string {
  return report.state === "waiting"
    ? t("It has not been handed over. If you remove it now, it is gone for good.")
    : t(
        "The desk keeps what it has. This phone then shows no trace of it and can read no more answers.",
      );
}

const moment = (iso: string): string => momentWords(iso, systemClock.nowSeconds() * 1000);
