/** Set, change or remove the passphrase that opens the notes. */
import { explain } from "../app.ts";
import { LEAST_CHARACTERS } from "../app_guard.ts";
import { t } from "../i18n.ts";
import { el } from "./element.ts";
import { button, notice, primaryButton } from "./parts.ts";
import { secret } from "./passphrase.ts";
import type { Shell, View } from "./shell.ts";

/** Make the page. */
export function decoyView(shell: Shell): View {
  let passphrase = "";
  let problem = "";
  let isBusy = false;

  async function set(chosen: string | null): Promise<void> {
    const isShort = chosen !== null && [...chosen].length < LEAST_CHARACTERS;
    problem = isShort ? t("That is too short. Use four characters or more.") : "";
    if (problem === "" && !isBusy) {
      isBusy = true;
      shell.redraw();
      try {
        await (await shell.app.guard()).setDecoy(chosen);
        shell.back();
        return;
      } catch (error) {
        problem = explain(error);
      }
      isBusy = false;
    }
    shell.redraw();
  }

  return {
    heading: () => t("Decoy"),
    draw: () => [
      el(
        "p",
        { class: "lead" },
        t(
          "Choose a passphrase that is easy to say aloud and different from your own. It opens notes and nothing else.",
        ),
      ),
      secret("decoy", t("Decoy passphrase"), passphrase, "new-password", (value) => {
        passphrase = value;
      }),
      el(
        "p",
        { class: "note" },
        t("A new decoy passphrase begins with new notes. Nobody can see whether one is set."),
      ),
      problem !== "" && notice("care", el("p", {}, problem)),
      button(t("Remove the decoy"), "remove", () => void set(null), "quiet"),
    ],
    primary: () =>
      primaryButton(
        isBusy ? t("One moment…") : t("Set this decoy passphrase"),
        "key",
        () => void set(passphrase),
        isBusy,
      ),
  };
}
