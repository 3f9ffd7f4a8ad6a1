/** Warnings in calm words: what it means for the person, and what to do, if anything. */
import type { App, Warning } from "../app.ts";
import { t, tn } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { type NoticeKind, notice } from "./parts.ts";
import { dateWords } from "./words.ts";

interface Words {
  readonly kind: NoticeKind;
  readonly sentence: string;
}

/** The notices for what the app warns of now. */
export function warningNotices(app: App): Child {
  // Storage that may be cleared is worth a word only while something here is not yet elsewhere.
  const isAtStake = app.link().waiting > 0 || app.drafts().length > 0;
  return app
    .warnings()
    .filter((warning) => isAtStake || warning.kind !== "storage-not-persistent")
    .map((warning) => {
      const words = wordsOf(warning);
      return el("div", { key: warning.kind }, notice(words.kind, el("p", {}, words.sentence)));
    });
}

function wordsOf(warning: Warning): Words {
  switch (warning.kind) {
    case "clock":
      return { kind: "care", sentence: clockSentence(warning.daysOff) };
    case "overdue":
      return { kind: "calm", sentence: overdueSentence(warning.reports) };
    case "directory-expired":
      return {
        kind: "calm",
        sentence: t(
          "What this phone knows of the desk was meant to last until {date}. You can go on writing. Connect once, or ask for a new joining file.",
          {
            date: dateWords(warning.expires),
          },
        ),
      };
    default:
      return wordsOfTrust(warning.kind);
  }
}

type TrustKind = Exclude<Warning["kind"], "clock" | "overdue" | "directory-expired">;

function wordsOfTrust(kind: TrustKind): Words {
  switch (kind) {
    case "week-not-listed":
      return {
        kind: "calm",
        sentence: t(
          "The desk's keys for this week are not here yet. Reports are sealed to the nearest week. Check the phone's date, or connect once.",
        ),
      };
    case "fork":
      return {
        kind: "care",
        sentence: t(
          "Two different descriptions of the desk claim to be the same. Somebody may be lying to this phone. Ask the desk another way before you write.",
        ),
      };
    case "rollback":
      return {
        kind: "calm",
        sentence: t(
          "A relay offered an old description of the desk. It was refused; yours is newer.",
        ),
      };
    case "bad-directory":
      return {
        kind: "calm",
        sentence: t("A relay offered a damaged description of the desk. It was refused."),
      };
    case "board-broken":
      return {
        kind: "care",
        sentence: t(
          "The desk's list of confirmed reports does not fit together. Do not rely on “At the desk” until the desk has been asked another way.",
        ),
      };
    case "release-mismatch":
      return {
        kind: "care",
        sentence: t(
          "This app is not the version that the desk signed. It may have been changed. Ask the desk before you write.",
        ),
      };
    case "nothing-kept":
      return {
        kind: "care",
        sentence: t(
          "This browser lets a copied app keep nothing. What you write is gone when you close this page: seal it, and send it or save it as a file first.",
        ),
      };
    case "copied-file":
      return {
        kind: "calm",
        sentence: t(
          "This app was opened from a file. Another page opened from a file on this phone might read what it keeps. Set a passphrase in the settings.",
        ),
      };
    case "storage-not-persistent":
      return {
        kind: "calm",
        sentence: t(
          "The browser may clear this app's storage when the phone is full. Put the app on the home screen, or send soon.",
        ),
      };
  }
}

function clockSentence(daysOff: number): string {
  const days = Math.abs(Math.round(daysOff));
  return daysOff > 0
    ? tn(
        "This phone's date seems {n} day ahead. Set the right date, so that the desk can open what you write.",
        "This phone's date seems {n} days ahead. Set the right date, so that the desk can open what you write.",
        days,
      )
    : tn(
        "This phone's date seems {n} day behind. Set the right date, so that the desk can open what you write.",
        "This phone's date seems {n} days behind. Set the right date, so that the desk can open what you write.",
        days,
      );
}

function overdueSentence(reports: number): string {
  return tn(
    "The desk has not confirmed {n} report yet. It is being sent another way. You need do nothing.",
    "The desk has not confirmed {n} reports yet. They are being sent another way. You need do nothing.",
    reports,
  );
}
