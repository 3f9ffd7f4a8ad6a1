/** What a person can do about one report: all of it in one place, the grave things last. */
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { canShare, saveFile, shareFile } from "./files.ts";
import { button, confirmation, notice, section, trouble, wayTo } from "./parts.ts";
import { type Shell, say } from "./shell.ts";
import type { Thread } from "./threads.ts";
import { sizeWords } from "./words.ts";

/** Make the part; it remembers what was asked and what the last act brought. */
export function actsPart(shell: Shell, reportId: string): { draw(thread: Thread): Child } {
  const { app } = shell;
  let isForgetting = false;
  let told = "";
  let problem: unknown = null;

  const ask = (asks: boolean): void => {
    isForgetting = asks;
    shell.redraw();
  };

  async function forget(): Promise<void> {
    await app.forget(reportId);
    shell.home();
  }

  async function attempt(act: () => Promise<string>): Promise<void> {
    problem = null;
    try {
      told = await act();
      say(told);
    } catch (error) {
      problem = error;
    }
    shell.redraw();
  }

  const save = async (): Promise<string> => {
    const bundle = await app.exportBundle(reportId);
    const [name, size] = [saveFile(bundle), sizeWords(bundle.size)];
    return t("Saved to your downloads as {name}: {size}, sealed.", { name, size });
  };

  const share = async (): Promise<string> => {
    const bundle = await app.exportBundle(reportId);
    if (!(await shareFile(bundle))) return t("Not shared. Everything is still here.");
    return t("Shared: {size}, sealed.", { size: sizeWords(bundle.size) });
  };

  function byHand(thread: Thread): Child {
    const isPortable = [thread.report, ...thread.followUps].some(({ portable }) => portable);
    if (!isPortable) return false;
    return section(
      t("Hand it over by hand"),
      el("p", {}, t("A file with this report alone, sealed. Whoever carries it cannot read it.")),
      trouble(problem),
      told !== "" && notice("good", el("p", {}, told)),
      canShare() && button(t("Share the file"), "onward", () => void attempt(share)),
      button(t("Make the file"), "carry", () => void attempt(save)),
    );
  }

  return {
    draw: (thread) => [
      section(t("What you can do"), follow(shell, thread)),
      byHand(thread),
      section(
        t("Remove from this phone"),
        el("p", {}, forgetWords(thread)),
        isForgetting
          ? confirmation(
              t("Remove this report from the phone?"),
              t("Remove it"),
              () => void forget(),
              () => ask(false),
            )
          : button(t("Remove"), "remove", () => ask(true)),
      ),
    ],
  };
}

function follow(shell: Shell, { report, state }: Thread): Described[] {
  const about = report.id;
  const write = (): void => shell.go({ page: "write", draftId: null, follows: { about } });
  const correct = (): void =>
    shell.go({ page: "write", draftId: null, follows: { about, purpose: "correction" } });
  const brief = (purpose: "withdrawal" | "unsafe") => (): void =>
    shell.go({ page: "follow", draftId: null, about, purpose });
  return [
    // Where the desk asks, answering is the page's one action, and writing more stands here.
    ...(state === "needs-you" ? [wayTo(t("Write more about it"), "write", write)] : []),
    wayTo(t("Correct the report"), "write", correct),
    wayTo(t("Take the report back"), "back", brief("withdrawal")),
    wayTo(t("I am not safe, do not contact me"), "hush", brief("unsafe")),
  ];
}

function forgetWords({ report, followUps }: Thread): string {
  return [report, ...followUps].some(({ state }) => state === "waiting")
    ? t("Some of it has not been handed over. If you remove it now, that is gone for good.")
    : t(
        "The desk keeps what it has. This phone then shows no trace of it and can read no more answers.",
      );
}
