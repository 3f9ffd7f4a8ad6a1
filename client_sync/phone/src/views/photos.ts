/** Photos and files of a report: sealed as they are added, shown with their size, removable. */
import type { App, DraftAttachment, FileNotes } from "../app.ts";
import { explain } from "../app.ts";
import { MAX_ATTACHMENTS } from "../generated/constants.ts";
import { t } from "../i18n.ts";
import { stored } from "../loading.ts";
import type { CaptureKind } from "../media/recording.ts";
import type { Capture } from "./capture.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import type { DraftKeeper } from "./keeper.ts";
import {
  type Asked,
  hasQuestion,
  lookingNotice,
  notesLine,
  notesQuestion,
  notesSaid,
  type Wanted,
} from "./notes_asked.ts";
import { button, fileButton, notice } from "./parts.ts";
import { type RemovedLine, removedLine } from "./removed.ts";
import { type Shell, say } from "./shell.ts";
import type { Question } from "./when.ts";
import { sizeWords } from "./words.ts";

interface UnderWay {
  readonly name: string;
  done: number;
  total: number;
}

/** Make the question about photos and files. */
export function photosQuestion(shell: Shell, keeper: DraftKeeper): FilesQuestion {
  return new Files(shell, keeper);
}

export interface FilesQuestion extends Question {
  /** A file is being sealed, or waits for an answer: without it the report would not be whole. */
  isBusy(): boolean;
  /** Let go of camera and microphone. */
  leave(): void;
}

class Files implements FilesQuestion {
  readonly #shell: Shell;
  readonly #keeper: DraftKeeper;
  readonly #underWay = new Set<UnderWay>();
  /** What became of each file's notes, while the page is open: it is said, and not kept. */
  readonly #said = new Map<string, string>();
  #removed: RemovedLine | null = null;
  #asked: Asked | null = null;
  #capture: Capture | null = null;
  #looking = 0;
  #problem = "";

  constructor(shell: Shell, keeper: DraftKeeper) {
    this.#shell = shell;
    this.#keeper = keeper;
  }

  draw(): Child {
    const attachments = this.#keeper.draft?.attachments ?? [];
    const count = attachments.length + this.#underWay.size;
    return [
      el("p", { class: "hint" }, sizeHint(this.#shell.app)),
      count > 0 &&
        el(
          "ul",
          { class: "plainlist" },
          attachments.map((one) => item(one, this.#said.get(one.id), () => void this.#remove(one))),
          [...this.#underWay].map(progressItem),
        ),
      this.#removed?.draw(),
      this.#looking > 0 && this.#asked === null && lookingNotice(),
      this.#asked !== null && notesQuestion(this.#asked),
      this.#problem !== "" && notice("care", el("p", {}, this.#problem)),
      el(
        "p",
        { class: "hint" },
        t(
          "What is taken here is not put into the phone's gallery. An app of the phone may keep its own copy: if that is a danger, delete it there.",
        ),
      ),
      this.#capture?.draw(),
      this.#isFree(count) && this.#adders(),
    ];
  }

  leave(): void {
    this.#capture?.stop();
    this.#removed?.leave();
  }

  isBusy(): boolean {
    return (
      this.#capture !== null || this.#asked !== null || this.#looking > 0 || this.#underWay.size > 0
    );
  }

  /** One question at a time. */
  #isFree(count: number): boolean {
    const isAsking = this.#capture !== null || this.#asked !== null || this.#looking > 0;
    return count < MAX_ATTACHMENTS && !isAsking;
  }

  #adders(): Child {
    const open = (kind: CaptureKind) => (): void => void this.#open(kind);
    return el(
      "div",
      { class: "row" },
      button(t("Take a photo"), "camera", open("photo")),
      button(t("Record a film"), "film", open("film")),
      button(t("Speak instead of writing"), "voice", open("voice")),
      fileButton(t("Add a file"), "file", (files) => void this.#add(files), { multiple: true }),
    );
  }

  /** Camera and microphone come when they are wanted. */
  async #open(kind: CaptureKind): Promise<void> {
    this.#problem = "";
    try {
      const { captureFor } = await stored(() => import("./capture.ts"));
      this.#capture = captureFor({
        kind,
        redraw: this.#shell.redraw,
        taken: (file, isMasked) => void this.#taken(kind, file, isMasked),
        given: (files) => void this.#closed().then(() => this.#add(files)),
        closed: () => void this.#closed(),
      });
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#shell.redraw();
  }

  #closed(): Promise<void> {
    this.#capture?.stop();
    this.#capture = null;
    this.#shell.redraw();
    return Promise.resolve();
  }

  /** What was taken here holds nothing but picture and sound: its recorder's notes go unasked. */
  async #taken(kind: CaptureKind, file: File, isMasked: boolean): Promise<void> {
    await this.#closed();
    this.#looking += 1;
    this.#shell.redraw();
    try {
      const { without } = await this.#shell.app.examine(file);
      await this.#seal(without ?? file, kind === "voice" ? maskSaid(isMasked) : "");
      if (kind === "voice") this.#standIn();
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#looking -= 1;
    this.#shell.redraw();
  }

  /** A report says something: where nothing is written, that a voice says it. */
  #standIn(): void {
    const { text } = this.#keeper.answers;
    if (text.trim() === "") this.#keeper.change({ text: voiceSentence() });
  }

  async #add(files: readonly File[]): Promise<void> {
    this.#problem = "";
    for (const file of files) {
      try {
        await this.#addOne(file);
      } catch (error) {
        this.#problem = explain(error);
      }
      this.#shell.redraw();
    }
  }

  /** Look into a file, ask what there is to ask, and seal it. */
  async #addOne(file: File): Promise<void> {
    this.#looking += 1;
    this.#shell.redraw();
    const { app } = this.#shell;
    const [notes, copy] = await Promise.all([app.examine(file), app.smallCopy(file)]).finally(
      () => {
        this.#looking -= 1;
      },
    );
    const room = MAX_ATTACHMENTS - (this.#keeper.draft?.attachments.length ?? 0);
    const small = room > 1 ? copy : null;
    const { keepsNotes, smallFirst } = await this.#ask(file, notes, small);
    if (small !== null && smallFirst) await this.#seal(small, "");
    const chosen = keepsNotes ? file : (notes.without ?? file);
    await this.#seal(chosen, notesSaid(notes, keepsNotes), copy ?? chosen);
  }

  async #ask(file: File, notes: FileNotes, small: File | null): Promise<Wanted> {
    if (!hasQuestion(notes, small)) return { keepsNotes: false, smallFirst: false };
    const wanted = await new Promise<Wanted>((answer) => {
      this.#asked = { file, notes, small, answer };
      this.#shell.redraw();
    });
    this.#asked = null;
    return wanted;
  }

  async #seal(file: File, sentence: string, shown = file): Promise<void> {
    const entry: UnderWay = { name: file.name, done: 0, total: file.size };
    this.#underWay.add(entry);
    this.#shell.redraw();
    try {
      const draftId = await this.#keeper.settled();
      const progress = (done: number, total: number): void => {
        Object.assign(entry, { done, total });
        this.#shell.redraw();
      };
      const { id } = await this.#shell.app.attach(draftId, file, progress, shown);
      this.#said.set(id, sentence);
      say(t("Added: {name}", { name: file.name }));
    } finally {
      this.#underWay.delete(entry);
    }
  }

  async #remove({ id, mime, name }: DraftAttachment): Promise<void> {
    try {
      const [draftId, removals] = [await this.#keeper.settled(), await this.#shell.app.removals()];
      await removals.removeAttachment(draftId, id);
      const spoke = mime.startsWith("audio/") && this.#keeper.answers.text === voiceSentence();
      if (spoke) this.#keeper.change({ text: "" });
      this.#removed = removedLine(this.#shell, {
        removals,
        id,
        sentence: t("Removed: {name}", { name }),
        undone: () => spoke && this.#standIn(),
        after: () => document.getElementById("photos"),
      });
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#shell.redraw();
  }
}

function voiceSentence(): string {
  return t("I recorded my report as a voice note.");
}

function maskSaid(isMasked: boolean): string {
  return isMasked ? t("Your voice was changed in it.") : t("Your voice was not changed in it.");
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

const KIND_IMAGES: Readonly<Record<string, string>> = {
  image: "camera",
  video: "film",
  audio: "voice",
};

function item(
  attachment: DraftAttachment,
  sentence: string | undefined,
  remove: () => void,
): Described {
  return el(
    "li",
    { class: "attached", key: attachment.id },
    icon(KIND_IMAGES[attachment.mime.split("/")[0] ?? ""] ?? "file"),
    el(
      "span",
      { class: "grow" },
      el("bdi", { class: "name" }, attachment.name),
      el("span", { class: "note" }, t("{size}, sealed", { size: sizeWords(attachment.sizeBytes) })),
      notesLine(sentence),
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
