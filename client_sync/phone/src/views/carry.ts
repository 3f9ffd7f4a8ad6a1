/** Carry by hand: take sealed reports out as a file, bring a file in, carry for others. */
import type { ImportSummary } from "../app.ts";
import { t, tn } from "../i18n.ts";
import { el } from "./element.ts";
import { button, fileButton, notice, section, trouble } from "./parts.ts";
import { type Shell, say, type View } from "./shell.ts";
import { sizeWords } from "./words.ts";

const FILE_NAME = "notes.tocsin"; /* the same for everybody: a name must not tell when or who */
const MEDIA_TYPE = "application/vnd.tocsin.bundle";
const REVOKE_AFTER_MILLISECONDS = 60_000; /* the browser reads the blob only once saving begins */

/** Make the page for what is carried by hand. */
export function carryView(shell: Shell): View {
  const { app } = shell;
  let told = "";
  let problem: unknown = null;

  async function attempt(act: () => Promise<string>): Promise<void> {
    problem = null;
    told = "";
    try {
      told = await act();
      say(told);
    } catch (error) {
      problem = error;
    }
    shell.redraw();
  }

  async function takeOut(): Promise<string> {
    const bundle = await app.exportBundle();
    const file = new File([bundle], FILE_NAME, { type: MEDIA_TYPE });
    const shared = await share(file);
    if (!shared) download(file);
    const size = sizeWords(file.size);
    return shared
      ? t("Shared: {size}, sealed.", { size })
      : t("Saved to your downloads as {name}: {size}, sealed.", { name: FILE_NAME, size });
  }

  return {
    heading: () => t("Carry by hand"),
    draw: () => [
      el(
        "p",
        { class: "lead" },
        t(
          "Without a network, sealed reports can travel as a file: on a memory stick, by Bluetooth, from phone to phone. Whoever carries them cannot read them.",
        ),
      ),
      trouble(problem),
      told !== "" && notice("good", el("p", {}, told)),
      section(
        t("Take out"),
        el(
          "p",
          {},
          t(
            "Everything sealed that still waits on this phone, in one file. It also stays here until the desk confirms it.",
          ),
        ),
        button(t("Make the file"), "carry", () => void attempt(takeOut)),
      ),
      section(
        t("Bring in"),
        el(
          "p",
          {},
          t(
            "A file that somebody gave you. This phone then carries it for them, and learns what the desk confirmed.",
          ),
        ),
        fileButton(
          t("Open a file"),
          "file",
          (files) =>
            void attempt(async () => importWords(await app.importBundle(files[0] as File))),
        ),
      ),
      section(t("Carried for others"), el("p", { class: "state" }, carriedWords(app.carried()))),
    ],
  };
}

async function share(file: File): Promise<boolean> {
  const what: ShareData = { files: [file] };
  if (typeof navigator.canShare !== "function" || !navigator.canShare(what)) return false;
  try {
    await navigator.share(what);
    return true;
  } catch {
    // Turned away, or no app on the phone takes the file: then it is saved.
    return false;
  }
}

function download(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MILLISECONDS);
}

function carriedWords(carried: number): string {
  if (carried === 0) return t("Nothing at the moment.");
  return tn(
    "{n} sealed piece. It is sent when this phone finds a link.",
    "{n} sealed pieces. They are sent when this phone finds a link.",
    carried,
  );
}

/** What a file brought, in plain words. */
export function importWords(summary: ImportSummary): string {
  const parts = [
    summary.carried > 0 &&
      tn(
        "{n} sealed piece taken to be carried.",
        "{n} sealed pieces taken to be carried.",
        summary.carried,
      ),
    summary.known > 0 && tn("{n} was here already.", "{n} were here already.", summary.known),
    summary.acknowledged > 0 &&
      tn(
        "The desk confirmed {n} of your reports.",
        "The desk confirmed {n} of your reports.",
        summary.acknowledged,
      ),
    summary.directoryUpdated && t("News of the desk was taken in."),
    summary.incomplete && t("The file was damaged or cut short; what could be read was taken."),
  ];
  const said = parts.filter((part) => part !== false);
  return said.length > 0 ? said.join(" ") : t("The file held nothing new.");
}
