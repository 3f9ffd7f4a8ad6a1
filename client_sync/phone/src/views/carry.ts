/** Carry by hand: sealed reports out and in, as files or as codes on a screen, all from one page. */
import type { App, ImportSummary } from "../app.ts";
import { t, tn } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { canShare, saveFile, shareFile } from "./files.ts";
import { addedUp, importWords } from "./imported.ts";
import { button, fileButton, notice, section, trouble } from "./parts.ts";
import { type Shell, say, type View } from "./shell.ts";
import { sizeWords } from "./words.ts";

/** Make the page for what is carried by hand. */
export function carryView(shell: Shell): View {
  const { app } = shell;
  let told = "";
  let problem: unknown = null;
  let isOver = false;

  const attempt: Attempt = (act) => {
    problem = null;
    told = "";
    const tell = (sentence: string): void => {
      told = sentence;
      say(told);
    };
    const fail = (error: unknown): void => {
      problem = error;
    };
    void act(app).then(tell, fail).finally(shell.redraw);
  };

  function over(is: boolean): (event: DragEvent) => void {
    return (event) => {
      event.preventDefault();
      if (is === isOver) return;
      isOver = is;
      shell.redraw();
    };
  }

  function dropped(event: DragEvent): void {
    over(false)(event);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) attempt(() => take(app, files));
  }

  return {
    heading: () => t("Carry by hand"),
    draw: () =>
      el(
        "div",
        {
          class: isOver ? "drop falling" : "drop",
          key: "drop",
          ondragover: over(true),
          ondragleave: over(false),
          ondrop: dropped,
        },
        el("p", { class: "lead" }, leadWords()),
        trouble(problem),
        told !== "" && notice("good", el("p", {}, told)),
        takeOut(shell, attempt),
        bringIn(shell, attempt),
        section(t("Carried for others"), el("p", { class: "state" }, carriedWords(app.carried()))),
      ),
  };
}

/** Do something and tell what it says, or what went wrong. */
type Attempt = (act: (app: App) => Promise<string>) => void;

function leadWords(): string {
  return t(
    "Without a network, sealed reports can travel from phone to phone, on a memory stick or by Bluetooth. Whoever carries them cannot read them.",
  );
}

function takeOut(shell: Shell, attempt: Attempt): Child {
  return section(
    t("Take out"),
    el(
      "p",
      {},
      t("Everything sealed that still waits here. It also stays here until the desk confirms it."),
    ),
    button(t("Show codes to another phone"), "scan", () => shell.go({ page: "show" })),
    canShare() && button(t("Share the file"), "onward", () => attempt(share)),
    button(t("Make the file"), "carry", () => attempt(save)),
  );
}

function bringIn(shell: Shell, attempt: Attempt): Child {
  return section(
    t("Bring in"),
    el(
      "p",
      {},
      t(
        "What somebody gave you. This phone then carries it for them, and learns what the desk confirmed.",
      ),
    ),
    button(t("Read another phone's codes"), "camera", () => shell.go({ page: "collect" })),
    fileButton(t("Open a file"), "file", (files) => attempt((app) => take(app, files)), {
      multiple: true,
    }),
    matchMedia("(pointer: fine)").matches &&
      el("p", { class: "hint" }, t("Files can also be dropped on this page.")),
  );
}

async function save(app: App): Promise<string> {
  const bundle = await app.exportBundle();
  const name = saveFile(bundle);
  const size = sizeWords(bundle.size);
  return t("Saved to your downloads as {name}: {size}, sealed.", { name, size });
}

async function share(app: App): Promise<string> {
  const bundle = await app.exportBundle();
  const isShared = await shareFile(bundle);
  if (!isShared) return t("Not shared. Everything is still here.");
  return t("Shared: {size}, sealed.", { size: sizeWords(bundle.size) });
}

async function take(app: App, files: readonly File[]): Promise<string> {
  const summaries: ImportSummary[] = [];
  for (const file of files) summaries.push(await app.importBundle(file));
  return importWords(addedUp(summaries));
}

function carriedWords(carried: number): string {
  if (carried === 0) return t("Nothing at the moment.");
  return tn(
    "You are carrying {n} sealed piece for others. You cannot read it. It is sent when this phone finds a link.",
    "You are carrying {n} sealed pieces for others. You cannot read them. They are sent when this phone finds a link.",
    carried,
  );
}
