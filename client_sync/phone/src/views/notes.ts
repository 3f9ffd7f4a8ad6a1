/**
 * The innocent app: plain notes that work. A decoy passphrase opens it, and the panic gesture leaves
 * it. Nothing here speaks of reports, and nothing leads to them.
 */
import type { Guard, Note } from "../app_guard.ts";
import { t } from "../i18n.ts";
import { disguiseWord } from "./disguise.ts";
import { type Child, el } from "./element.ts";
import { icon } from "./icon.ts";
import { button, field, primaryButton, trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";
import { dateWords } from "./words.ts";

const TITLE_CHARACTERS = 40;

/** What a person might have written; a few of them are there at first. */
function suggestions(): readonly string[] {
  return [
    t("Shopping: bread, eggs, onions, oil, soap"),
    t("Call the landlord about the roof"),
    t("Bus to the market: 6:30, 8:00, 14:15"),
    t("Shoe sizes: mother 38, brother 42"),
    t("Lend the ladder back to the neighbour"),
    t("Birthday on the 14th: cake, candles"),
    t("Song to look for: the one from the wedding"),
    t("Phone credit until Friday"),
  ];
}

/** Load the notes and make the page that lists them. */
export async function notesView(shell: Shell): Promise<View> {
  const guard = await shell.app.guard();
  await guard.openNotes(suggestions());
  return {
    heading: () => disguiseWord(shell.app.disguise()),
    draw: () => {
      const notes = guard.notes();
      if (notes.length === 0) return el("p", { class: "lead" }, t("No notes yet."));
      return el(
        "div",
        { class: "block" },
        notes.map((note) => noteLine(shell, note)),
      );
    },
    primary: () =>
      primaryButton(t("New note"), "write", () => shell.go({ page: "note", noteId: null })),
  };
}

function noteLine(shell: Shell, note: Note): Child {
  const date = dateWords(new Date(note.changedAtSeconds * 1000).toISOString().slice(0, 10));
  return el(
    "button",
    {
      class: "way",
      type: "button",
      key: note.id,
      onclick: () => shell.go({ page: "note", noteId: note.id }),
    },
    icon("file"),
    el("span", { class: "grow" }, titleOf(note), el("br"), el("small", { class: "note" }, date)),
    icon("onward"),
  );
}

function titleOf({ text }: Note): string {
  const [line = ""] = text.trim().split("\n");
  const characters = [...line];
  const isLong = characters.length > TITLE_CHARACTERS;
  return isLong ? `${characters.slice(0, TITLE_CHARACTERS).join("")}…` : line || t("Empty note");
}

/** Make the page of one note; it is kept at each keystroke. */
export async function noteView(shell: Shell, noteId: string | null): Promise<View> {
  const guard: Guard = await shell.app.guard();
  let id = noteId;
  let text = guard.notes().find((note) => note.id === noteId)?.text ?? "";
  let problem: unknown = null;
  let saving: Promise<void> = Promise.resolve();

  async function save(): Promise<void> {
    try {
      id = (await guard.keepNote(id, text)).id;
      problem = null;
    } catch (error) {
      problem = error;
      shell.redraw();
    }
  }
  const remove = async (): Promise<void> => {
    await saving;
    if (id !== null) await guard.dropNote(id);
    shell.back();
  };

  return {
    heading: () => t("Note"),
    draw: () => [
      field({
        id: "note",
        label: t("Text"),
        value: text,
        rows: 14,
        onInput: (value) => {
          text = value;
          saving = saving.then(save);
        },
      }),
      trouble(problem),
      id !== null && button(t("Delete this note"), "remove", () => void remove(), "quiet"),
    ],
    primary: () => primaryButton(t("Done"), "done", () => shell.back()),
  };
}
