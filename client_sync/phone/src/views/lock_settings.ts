/** Settings of the lock: who gets in, what a wrong passphrase costs, what a gesture erases, how the app is called. */
import { explain } from "../app.ts";
import { DISGUISES, type Disguise, type GuardSettings } from "../app_guard.ts";
import { t, tn } from "../i18n.ts";
import { disguiseWord, wearDisguise } from "./disguise.ts";
import { type Child, el } from "./element.ts";
import { button, choices, notice, section, wayTo } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

const MINUTES = [1, 5, 15, 0] as const;
/** A person errs a few times a day, with cold hands more often: fewer than five would erase by mistake. */
const FAILURES = [0, 5, 10, 20] as const;

/** Make the page. */
export function lockSettingsView(shell: Shell): View {
  const { app } = shell;
  let problem = "";

  async function change(settings: Partial<GuardSettings>): Promise<void> {
    try {
      await app.changeGuard(settings);
      problem = "";
    } catch (error) {
      problem = explain(error);
    }
    shell.redraw();
  }
  async function wear(disguise: Disguise): Promise<void> {
    await app.setDisguise(disguise);
    wearDisguise(disguise);
    shell.redraw();
  }

  return {
    heading: () => t("Lock and disguise"),
    draw: () => [
      problem !== "" && notice("care", el("p", {}, problem)),
      section(t("Passphrase or PIN"), passphrasePart(shell)),
      app.hasPassphrase() && [
        lockingPart(app.guardSettings(), change),
        section(t("Decoy"), decoyPart(shell)),
      ],
      section(t("Panic gesture"), panicPart(shell, change)),
      disguisePart(shell, (disguise) => void wear(disguise)),
    ],
  };
}

type ChangeGuard = (settings: Partial<GuardSettings>) => Promise<void>;

function passphrasePart(shell: Shell): Child {
  const has = shell.app.hasPassphrase();
  return [
    el(
      "p",
      {},
      has
        ? t("Drafts and answers open only with your passphrase. Nobody can count what waits.")
        : t(
            "Whoever opens this phone can read drafts and the desk's answers, and count what waits. A passphrase keeps them shut.",
          ),
    ),
    button(has ? t("Change or remove the passphrase") : t("Set a passphrase"), "key", () =>
      shell.go({ page: "passphrase" }),
    ),
    has &&
      el(
        "p",
        { class: "note" },
        t("While the app is locked it sends nothing. Open it where there is a network."),
      ),
  ];
}

function minutesWord(minutes: number): string {
  if (minutes === 0) return t("Never");
  return tn("After {n} minute", "After {n} minutes", minutes);
}

function failuresWord(failures: number): string {
  if (failures === 0) return t("Never");
  return tn("After {n} wrong try", "After {n} wrong tries", failures);
}

function lockingPart(settings: GuardSettings, change: ChangeGuard): Child {
  return [
    choices(
      "lock-after",
      t("Lock by itself when nobody touches it"),
      MINUTES.map((minutes) => ({ value: String(minutes), label: minutesWord(minutes) })),
      String(settings.lockAfterMinutes),
      (value) => void change({ lockAfterMinutes: Number(value) }),
      "short",
    ),
    choices(
      "lock-on-hide",
      t("Lock when I leave the app"),
      [
        { value: "yes", label: t("Yes") },
        { value: "no", label: t("No") },
      ],
      settings.locksOnHide ? "yes" : "no",
      (value) => void change({ locksOnHide: value === "yes" }),
      "short",
    ),
    choices(
      "wipe-after",
      t("Erase everything after wrong tries"),
      FAILURES.map((failures) => ({ value: String(failures), label: failuresWord(failures) })),
      String(settings.wipeAfter),
      (value) => void change({ wipeAfter: Number(value) }),
      "short",
    ),
    el(
      "p",
      { class: "note" },
      t("Erasing keeps out who tries by hand. Who copies the phone first can try without end."),
    ),
  ];
}

function decoyPart(shell: Shell): Child {
  return [
    el(
      "p",
      {},
      t(
        "A second passphrase opens an ordinary notes app instead. Say that one if you are forced to. Write some notes of your own there first.",
      ),
    ),
    button(t("Set the decoy passphrase"), "key", () => shell.go({ page: "decoy" })),
    el(
      "p",
      { class: "note" },
      t("It fools a person who looks. An expert who knows this app can see that it can do more."),
    ),
  ];
}

function panicPart(shell: Shell, change: ChangeGuard): Child {
  const { panics } = shell.app.guardSettings();
  return [
    el(
      "p",
      {},
      t(
        "Five quick taps on the title of any page erase everything and leave a notes app. To come back, open an invite again.",
      ),
    ),
    choices(
      "panics",
      t("Erase by five quick taps"),
      [
        { value: "yes", label: t("On") },
        { value: "no", label: t("Off") },
      ],
      panics ? "yes" : "no",
      (value) => void change({ panics: value === "yes" }),
      "short",
    ),
    wayTo(t("Practise the gesture"), "eye", () => shell.go({ page: "practice" })),
  ];
}

function disguisePart(shell: Shell, wear: (disguise: Disguise) => void): Child {
  return [
    choices(
      "disguise",
      t("Name and icon"),
      DISGUISES.map((disguise) => ({ value: disguise, label: disguiseWord(disguise) })),
      shell.app.disguise() as Disguise,
      wear,
      "short",
    ),
    el(
      "p",
      { class: "note" },
      t(
        "The home screen shows the name that is chosen when you put the app there. To change it later, remove it there and put it there again.",
      ),
    ),
  ];
}
