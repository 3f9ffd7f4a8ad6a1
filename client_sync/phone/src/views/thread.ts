/** One report's way, what was said since, and all that can be done about it. Its text is not here. */
import type { ReportSummary } from "../app.ts";
import { systemClock } from "../clock.ts";
import { t } from "../i18n.ts";
import { actsPart } from "./acts.ts";
import { conversation } from "./conversation.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { notice, primaryButton, wayTo } from "./parts.ts";
import type { Shell, View } from "./shell.ts";
import { type Thread, threadOf } from "./threads.ts";
import { momentWords, stateSentence, stateWord } from "./words.ts";

/** Make the page of one report. */
export function threadView(shell: Shell, reportId: string): View {
  const { app } = shell;
  const thread = () => threadOf(app, reportId);
  const acts = actsPart(shell, reportId);
  let hasMessages = false;
  void app.smsTexts(reportId).then((texts) => {
    hasMessages = texts !== null && app.smsNumber() !== null;
    if (hasMessages) shell.redraw();
  });

  function draw(): Child {
    const now = thread();
    if (now === undefined) return el("p", {}, t("This report is no longer on this phone."));
    // Marked as read by being on the screen, which is all that this phone can know.
    if (now.unread > 0) queueMicrotask(() => void app.markRead(reportId));
    return [
      now.state === "needs-you" &&
        notice("good", el("p", {}, t("The desk asks you something. Answer when it is safe."))),
      timeline(now.report),
      hasMessages &&
        now.report.state === "waiting" &&
        wayTo(t("Send as text messages"), "send", () => shell.go({ page: "messages", reportId })),
      conversation(now),
      acts.draw(now),
    ];
  }

  return {
    heading: () => {
      const now = thread();
      return now === undefined ? t("Report") : moment(now.report.sealedAt);
    },
    draw,
    primary: () => {
      const now = thread();
      return now !== undefined && primary(shell, now);
    },
  };
}

function primary(shell: Shell, { report, state }: Thread): Described {
  const about = report.id;
  if (state === "needs-you") {
    return primaryButton(t("Answer the desk"), "reply", () =>
      shell.go({ page: "follow", draftId: null, about, purpose: "answer" }),
    );
  }
  return primaryButton(t("Write more about it"), "write", () =>
    shell.go({ page: "write", draftId: null, follows: { about } }),
  );
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

const moment = (iso: string): string => momentWords(iso, systemClock.nowSeconds() * 1000);
