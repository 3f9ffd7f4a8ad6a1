/** Errors in the person's language: what happened and what to do. */
import { PhoneError } from "./errors.ts";
import { t } from "./i18n.ts";

const SENTENCES: Readonly<Record<string, () => string>> = {
  "bad-invite": () =>
    t("This is not a valid invite. Check that it was copied whole, or ask for a new one."),
  "bad-directory": () => t("The desk's directory is damaged and was refused."),
  "bad-signature": () => t("This does not come from the desk you joined. It was refused."),
  rollback: () => t("This directory is older than the one you have. It was refused."),
  fork: () =>
    t(
      "Two different directories claim to be the same one. Do not trust this link; contact the desk another way.",
    ),
  "not-a-bundle": () => t("This file is not a Tocsin bundle."),
  "not-a-place-pack": () => t("This file holds no list of places."),
  "bad-place-pack": () =>
    t("This list of places is damaged and was not taken. Ask for the file again."),
  "too-large": () =>
    t("This is too large to be sealed. Shorten the text or leave out attachments."),
  "bad-report": () => t("Something in this report is missing or not allowed. Check the answers."),
  "bad-category": () => t("Choose what it is about."),
  "bad-text": () => t("Write what happened, in at most 8000 characters."),
  "bad-observed": () => t("Say when it happened."),
  "bad-place": () => t("The place is not valid. Check the words and the coordinates."),
  "bad-attachments": () => t("At most 8 files fit into one report."),
  "attachment-too-large": () => t("This file is larger than the desk accepts."),
  "attachment-empty": () => t("This file is empty or cannot be read any more."),
  "file-under-way": () =>
    t("A file is not added yet. Answer what is asked about it, or wait a moment."),
  "answer-unfit": () =>
    t(
      "An answer to the desk's questions does not fit. Open the questions and look, or take it out.",
    ),
  "answer-lacking": () =>
    t("The desk needs one more answer. Give it, or take out what you answered there."),
  "too-many-forms": () =>
    t("Four lists of questions fit into one report. Take the answers out of one."),
  "unknown-suite": () =>
    t("The desk uses a newer way of sealing. Update this app; your draft is kept."),
  "no-directory": () =>
    t(
      "The desk's directory is not here yet. Your draft is kept; connect once or import a joining file.",
    ),
  "not-joined": () => t("Join a desk first."),
  "already-joined": () =>
    t("This phone has already joined a desk. Erase it first to join another."),
  "no-such-draft": () => t("This draft is no longer on this phone."),
  "no-such-report": () => t("This report is no longer on this phone."),
  "wrong-passphrase": () => t("This passphrase does not open the app."),
  "same-passphrase": () => t("This passphrase opens something else already. Choose another."),
  "notes-full": () => t("There is no room for more notes. Delete some."),
  locked: () => t("The app is locked."),
  "vault-damaged": () => t("The app's store on this phone is damaged and cannot be opened."),
  "storage-refused": () =>
    t(
      "This browser does not let the app keep anything. Leave private browsing or free some space.",
    ),
  "store-full": () =>
    t(
      "The room for reports on this phone is full. Send what waits, or leave out files; nothing that was saved is lost.",
    ),
  "not-stored": () =>
    t("This part of the app is not on this phone yet. Open the app once where there is a network."),
  "no-sms": () => t("The desk takes no text messages."),
  "sms-without-files": () => t("Text messages cannot carry files. Take the files out first."),
  "sms-too-long": () => t("This is too long for text messages. Shorten it, or save it as usual."),
  conflict: () => t("The app is open twice. Close the other window and try again."),
};

/** One sentence for the person: what happened and what to do. */
export function explain(error: unknown): string {
  const sentence = error instanceof PhoneError ? SENTENCES[error.slug] : undefined;
  return sentence?.() ?? t("Something went wrong. Nothing that was saved is lost; try again.");
}
