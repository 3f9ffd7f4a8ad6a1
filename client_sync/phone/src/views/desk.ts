/** Whose desk it is: name and fingerprint, to compare before the first report is trusted to it. */
import { saidInWords } from "../fingerprint.ts";
import { spoken, t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { button, notice, primaryButton, trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";
import { fingerprintGroups } from "./words.ts";

/** Make the page that asks whether this is the right desk; without an invite it has been joined by file. */
export function deskView(shell: Shell, inviteText: string | null): View {
  const desk = inviteText === null ? shell.app.desk() : shell.app.readInvite(inviteText.trim());
  let problem: unknown = null;
  let busy = false;
  const words = fingerprintInWords(shell, desk?.fingerprint ?? "");

  async function agree(): Promise<void> {
    if (busy) return;
    busy = true;
    shell.redraw();
    try {
      if (inviteText !== null) await shell.app.join(inviteText.trim());
      shell.go({ page: "about", isFirst: true }, true);
    } catch (error) {
      problem = error;
      busy = false;
      shell.redraw();
    }
  }

  function label(): string {
    if (busy) return t("Joining…");
    return inviteText === null ? t("It is the same") : t("It is the same: join");
  }

  return {
    heading: () => t("Is this your desk?"),
    draw: (): Child => [
      trouble(problem),
      el("p", { class: "deskname" }, el("bdi", {}, desk?.name)),
      el("h2", {}, t("Its fingerprint")),
      words(),
      el(
        "p",
        {},
        t(
          "Compare these words with the poster, or read them aloud to somebody at the desk. If even one differs, somebody may be pretending to be the desk.",
        ),
      ),
      el(
        "details",
        { class: "block" },
        el("summary", {}, t("The whole fingerprint, in letters and digits")),
        fingerprint(desk?.fingerprint ?? ""),
      ),
      notice("calm", el("p", {}, t("Joining sends no report and no name."))),
      inviteText === null
        ? button(
            t("It differs: erase and start again"),
            "remove",
            () => shell.go({ page: "wipe" }),
            "grave",
          )
        : button(t("It differs: do not join"), "remove", () => shell.back()),
    ],
    primary: () => primaryButton(label(), "done", () => void agree(), busy),
  };
}

/** A fingerprint in numbered words of the language spoken; draws them as soon as the list is there. */
export function fingerprintInWords(shell: Shell, digits: string): () => Child {
  let words: readonly string[] = [];
  const take = (said: readonly string[]): void => {
    words = said;
    shell.redraw();
  };
  // Without the list, the digits below are still there.
  saidInWords(digits, spoken().language).then(take, () => undefined);
  return () =>
    words.length > 0 &&
    el(
      "ol",
      { class: "fingerwords" },
      words.map((word) => el("li", {}, word)),
    );
}

/** A fingerprint in groups of four, always written from left to right. */
export function fingerprint(digits: string): Described {
  return el(
    "p",
    { class: "fingerprint", dir: "ltr", lang: "zxx" },
    fingerprintGroups(digits).map((group) => el("span", {}, group, " ")),
  );
}
