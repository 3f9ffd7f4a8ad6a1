/** Photos and files of a report: sealed as they are added, shown with their size, removable. */
import type { App, DraftAttachment } from "../app.ts";
import { explain } from "../app.ts";
import { MAX_ATTACHMENTS } from "../generated/constants.ts";
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import type { DraftKeeper } from "./keeper.ts";
import { fileButton, notice } from "./parts.ts";
import { type Shell, say } from "./shell.ts";
import type { Question } from "./when.ts";
import { sizeWords } from "./words.ts";

interface UnderWay {
  readonly name: string;
  done: number;
  total: number;
}

/** Make the question about photos and files. */
export function photosQuestion(shell: Shell, keeper: DraftKeeper): Question {
  const underWay = new Set<UnderWay>();
  let problem = "";

  async function add(files: readonly File[]): Promise<void> {
    problem = "";
    for (const file of files) await addOne(file);
  }

  async function addOne(file: File): Promise<void> {
    const entry: UnderWay = { name: file.name, done: 0, total: file.size };
    underWay.add(entry);
    shell.redraw();
    try {
      const draftId = await keeper.settled();
      await shell.app.attach(draftId, file, (done, total) => {
        Object.assign(entry, { done, total });
        shell.redraw();
      });
      say(t("Added: {name}", { name: file.name }));
    } catch (error) {
      problem = explain(error);
    }
    underWay.delete(entry);
    shell.redraw();
  }

  const remove = async (attachment: DraftAttachment): Promise<void> => {
    if (keeper.draftId !== null) await shell.app.detach(keeper.draftId, attachment.id);
    shell.redraw();
  };

  return {
    draw: () => {
      const attachments = keeper.draft?.attachments ?? [];
      return [
        el("p", { class: "hint" }, sizeHint(shell.app)),
        (attachments.length > 0 || underWay.size > 0) &&
          el(
            "ul",
            { class: "plainlist" },
            attachments.map((attachment) => item(attachment, () => void remove(attachment))),
            [...underWay].map(progressItem),
          ),
        problem !== "" && notice("care", el("p", {}, problem)),
        el(
          "p",
          { class: "hint" },
          t(
            "The camera app may keep its own copy of a photo. If that is a danger, delete it there.",
          ),
        ),
        attachments.length + underWay.size < MAX_ATTACHMENTS && adders((files) => void add(files)),
      ];
    },
  };
}

function adders(add: (files: readonly File[]) => void): Child {
  return el(
    "div",
    { class: "row" },
    fileButton(t("Take a photo"), "camera", add, { accept: "image/*", capture: "environment" }),
    fileButton(t("Add a file"), "file", add, { multiple: true }),
  );
}

function sizeHint(app: App): string {
  const most = app.desk()?.maxAttachmentBytes ?? 0;
  return most > 0
    ? t("Up to {n} files of {size} each. Big files take long on a weak link; the words go first.", {
        n: MAX_ATTACHMENTS,
        size: sizeWords(most),
      })
    : t("Big files take long on a weak link; the words go first.");
}

function item(attachment: DraftAttachment, remove: () => void): Described {
  return el(
    "li",
    { class: "attached", key: attachment.id },
    icon(attachment.mime.startsWith("image/") ? "camera" : "file"),
    el(
      "span",
      { class: "grow" },
      el("bdi", { class: "name" }, attachment.name),
      el("span", { class: "note" }, t("{size}, sealed", { size: sizeWords(attachment.sizeBytes) })),
    ),
    el(
      "button",
      {
        class: "corner",
        type: "button",
        "aria-label": t("Remove {name}", { name: attachment.name }),
        onclick: remove,
      },
      icon("remove"),
    ),
  );
}

function progressItem(entry: UnderWay): Described {
  return el(
    "li",
    { class: "attached", key: `under way ${entry.name}` },
    icon("seal"),
    el(
      "span",
      { class: "grow" },
      el("bdi", { class: "name" }, entry.name),
      el("progress", {
        max: Math.max(entry.total, 1),
        value: entry.done,
        "aria-label": t("Sealing {name}", { name: entry.name }),
      }),
    ),
  );
}
