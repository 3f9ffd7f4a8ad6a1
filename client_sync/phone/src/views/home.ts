/** Home: one thing to do, what became of what was written, and whether there is a way out. */
import type { Draft, ReportSummary } from "../app.ts";
import { systemClock } from "../clock.ts";
import { t, tn } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { linkCard } from "./link.ts";
import { warningNotices } from "./notices.ts";
import { notice, primaryButton, wayTo } from "./parts.ts";
import type { Route, Shell, Told, View } from "./shell.ts";
import { isShort, type Thread, threadsOf } from "./threads.ts";
import { updateNotice } from "./update.ts";
import { waitingPart } from "./waiting_media.ts";
import { momentWords, purposeWord, stateWord } from "./words.ts";

/** Make the first page of somebody who has joined. */
export function homeView(shell: Shell, told?: Told): View {
  const link = linkCard(shell);
  return {
    heading: () => t("Your reports"),
    corner: () =>
      el(
        "button",
        {
          class: "corner",
          type: "button",
          "aria-label": t("Settings"),
          onclick: () => shell.go({ page: "settings" }),
          key: "settings",
        },
        icon("settings"),
      ),
    draw: () => [
      told?.draw(),
      updateNotice(),
      shell.app.desk()?.ready === false &&
        notice(
          "calm",
          el(
            "p",
            {},
            t(
              "What is needed to seal reports has not come from the desk yet. You can write; saving works after one connection or a joining file.",
            ),
          ),
        ),
      warningNotices(shell.app),
      el(
        "div",
        { class: "split" },
        el("div", { key: "link" }, link.draw(), waitingPart(shell)),
        el("div", { class: "lists" }, draftList(shell), reportList(shell)),
        ways(shell),
      ),
    ],
    leave: () => told?.leave(),
    primary: () =>
      primaryButton(t("Write a report"), "write", () => shell.go({ page: "write", draftId: null })),
  };
}

function ways(shell: Shell): Described {
  const carried = shell.app.carried();
  return el(
    "nav",
    { class: "ways", "aria-label": t("More") },
    wayTo(
      t("Carry reports by hand"),
      "carry",
      () => shell.go({ page: "carry" }),
      carried > 0 ? tn("{n} carried", "{n} carried", carried) : "",
    ),
    wayTo(t("What this hides, and what it cannot"), "eye", () => shell.go({ page: "about" })),
  );
}

function draftList(shell: Shell): Child {
  const drafts = shell.app.drafts();
  if (drafts.length === 0) return false;
  return el(
    "section",
    { key: "drafts" },
    el("h2", {}, t("Not finished")),
    el(
      "ul",
      { class: "plainlist" },
      drafts.map((draft) => draftItem(shell, draft)),
    ),
  );
}

function draftItem(shell: Shell, draft: Draft): Described {
  return el(
    "li",
    { key: draft.id },
    el(
      "button",
      {
        class: "report",
        type: "button",
        onclick: () => shell.go(routeOf(draft)),
      },
      icon("write", "badge"),
      el(
        "span",
        { class: "grow lines" },
        el("span", { class: "state" }, t("Go on writing")),
        el("span", { class: "note" }, momentWords(draft.changedAt, now())),
      ),
      icon("onward"),
    ),
  );
}

function routeOf({ id, answers: { about, purpose } }: Draft): Route {
  if (about === undefined || !isShort(purpose)) return { page: "write", draftId: id };
  return { page: "follow", draftId: id, about, purpose };
}

function reportList(shell: Shell): Described {
  const threads = threadsOf(shell.app);
  return el(
    "section",
    { key: "reports", "aria-labelledby": "sealed-reports" },
    el("h2", { class: "unseen", id: "sealed-reports" }, t("Sealed reports")),
    threads.length === 0
      ? el(
          "p",
          { class: "empty" },
          t(
            "Nothing here yet. What you write is sealed at once, and appears here only as a line without its text.",
          ),
        )
      : el(
          "ul",
          { class: "plainlist" },
          threads.map((thread) => reportItem(shell, thread)),
        ),
  );
}

function reportItem(shell: Shell, thread: Thread): Described {
  const { report, state, unread } = thread;
  return el(
    "li",
    { key: report.id },
    el(
      "button",
      {
        class: `report ${state}`,
        type: "button",
        onclick: () => shell.go({ page: "thread", reportId: report.id }),
      },
      icon(state === "needs-you" ? "quote" : state, "badge"),
      el(
        "span",
        { class: "grow lines" },
        el("span", { class: "state" }, stateWord(state)),
        el(
          "span",
          { class: "note" },
          t("Sealed: {moment}", { moment: momentWords(report.sealedAt, now()) }),
        ),
        besides(thread).map((note) => el("span", { class: "note" }, note)),
      ),
      unread > 0 && el("span", { class: "unread" }, tn("{n} new", "{n} new", unread)),
      icon("onward"),
    ),
  );
}

/** What else is worth a line under a report's state. */
function besides({ report, followUps }: Thread): string[] {
  const notes = followUps.slice(-1).map(followUpNote);
  const { total, handedOver } = report.media;
  if (total > 0 && handedOver < total) {
    notes.push(t("Files: {done} of {total} parts handed over", { done: handedOver, total }));
  } else if (report.attachments > 0 && report.state !== "waiting" && !report.complete) {
    notes.push(t("Files are handed over; the desk is still collecting them"));
  }
  if (report.overdue) notes.push(t("No word from the desk yet; it is being sent another way"));
  if (report.closed) notes.push(t("The desk is done with it"));
  return notes;
}

function followUpNote({ follows, state }: ReportSummary): string {
  return `${purposeWord(follows?.purpose ?? null)} · ${stateWord(state)}`;
}

const now = (): number => systemClock.nowSeconds() * 1000;
