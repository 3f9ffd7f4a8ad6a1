/** Erase everything: one page that says what goes, and one press. */
import { t, tn } from "../i18n.ts";
import { el } from "./element.ts";
import { button, notice, trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** Make the page before everything is erased. */
export function wipeView(shell: Shell): View {
  const { app } = shell;
  /** A locked app does not say what it is for. */
  const isShut = app.state() === "locked";
  const waiting =
    app.state() === "joined"
      ? app.reports().filter((report) => report.state === "waiting").length
      : 0;
  let problem: unknown = null;

  async function wipe(): Promise<void> {
    try {
      await app.wipe();
      location.replace(location.pathname);
    } catch (error) {
      problem = error;
      shell.redraw();
    }
  }

  return {
    heading: () => t("Erase everything?"),
    draw: () => [
      el(
        "p",
        { class: "lead" },
        isShut
          ? t("The app will be as new. This cannot be undone.")
          : t(
              "The app will be as new: no drafts, no reports, no answers, no desk. This cannot be undone.",
            ),
      ),
      waiting > 0 &&
        notice(
          "care",
          el(
            "p",
            {},
            tn(
              "{n} report has not been handed over and will be lost.",
              "{n} reports have not been handed over and will be lost.",
              waiting,
            ),
          ),
        ),
      el(
        "p",
        {},
        isShut
          ? t("The browser may still remember that this page was visited.")
          : t(
              "What the desk already has stays there. The browser may still remember that this page was visited.",
            ),
      ),
      trouble(problem),
      el(
        "div",
        { class: "row" },
        button(t("Erase now"), "remove", () => void wipe(), "grave"),
        button(t("No, go back"), null, () => shell.back()),
      ),
    ],
  };
}
