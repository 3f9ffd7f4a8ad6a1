/** Set, change or remove the passphrase; loaded when it is opened. */
import { explain } from "../app.ts";
import { LEAST_CHARACTERS, type Strength, strengthOf } from "../app_guard.ts";
import { t } from "../i18n.ts";
import { el } from "./element.ts";
import { button, notice, primaryButton } from "./parts.ts";
import { secret } from "./passphrase.ts";
import type { Shell, View } from "./shell.ts";

/** Make the page where a passphrase is set. */
export function passphraseView(shell: Shell): View {
  const { app } = shell;
  let first = "";
  let second = "";
  let problem = "";
  let busy = false;

  async function set(passphrase: string | null): Promise<void> {
    problem = passphrase === null ? "" : unfit(first, second);
    if (problem === "" && !busy) {
      busy = true;
      shell.redraw();
      try {
        await app.setPassphrase(passphrase);
        shell.back();
        return;
      } catch (error) {
        problem = explain(error);
      }
      busy = false;
    }
    shell.redraw();
  }

  return {
    heading: () => t("Passphrase"),
    draw: () => [
      el(
        "p",
        { class: "lead" },
        t(
          "Four or more words that only you know are best; a PIN is quicker and weaker. If you forget it, drafts and answers are lost; nobody can recover them.",
        ),
      ),
      secret("first", t("New passphrase"), first, "new-password", (value) => {
        first = value;
        shell.redraw();
      }),
      first !== "" && el("p", { class: "note", key: "strength" }, strengthWord(strengthOf(first))),
      secret("second", t("The same once more"), second, "new-password", (value) => {
        second = value;
      }),
      problem !== "" && notice("care", el("p", {}, problem)),
      app.hasPassphrase() && button(t("Remove the passphrase"), "remove", () => void set(null)),
    ],
    primary: () =>
      primaryButton(
        busy ? t("One moment…") : t("Set this passphrase"),
        "key",
        () => void set(first),
        busy,
      ),
  };
}

/** What it keeps out, and what it does not. */
function strengthWord(strength: Strength): string {
  switch (strength) {
    case "none":
      return t("Too short.");
    case "pin":
      return t(
        "Keeps out somebody who tries by hand. Whoever copies the phone opens it within a day.",
      );
    case "weak":
      return t("Whoever copies the phone needs days to months to open it.");
    case "strong":
      return t("Whoever copies the phone needs years to open it.");
  }
}

function unfit(first: string, second: string): string {
  if ([...first].length < LEAST_CHARACTERS)
    return t("That is too short. Use four characters or more.");
  return first === second ? "" : t("The two are not the same.");
}
