/** Settings: how the app looks, who can open it, what it keeps, and how to erase it. */
import { LOOKS, type Look, type StorageInfo } from "../app.ts";
import { languages, spoken, t } from "../i18n.ts";
import { fingerprint, fingerprintInWords } from "./desk.ts";
import { homeScreenName } from "./disguise.ts";
import { type Child, el } from "./element.ts";
import { canInstall, install, isInstalled } from "./install.ts";
import { lookWord, wearLook } from "./look.ts";
import { button, choices, section, wayTo } from "./parts.ts";
import type { Shell, View } from "./shell.ts";
import { dateWords, sizeWords } from "./words.ts";

/** Make the settings page. */
export function settingsView(shell: Shell): View {
  const { app } = shell;
  let storage: StorageInfo | null = null;

  const measure = async (): Promise<void> => {
    storage = await app.storage();
    shell.redraw();
  };
  const persist = async (): Promise<void> => {
    await app.askPersistentStorage();
    await measure();
  };
  const wear = async (look: Look): Promise<void> => {
    wearLook(look);
    await app.setLook(look);
    shell.redraw();
  };
  void measure();
  const words = fingerprintInWords(shell, app.desk()?.fingerprint ?? "");

  return {
    heading: () => t("Settings"),
    draw: () => [
      wayTo(t("Language"), "globe", () => shell.go({ page: "language" }), languageName()),
      choices(
        "look",
        t("Look"),
        LOOKS.map((look) => ({ value: look, label: lookWord(look), image: look })),
        app.look(),
        (look) => void wear(look),
        "short",
      ),
      wayTo(t("Lock and disguise"), "key", () => shell.go({ page: "lock" })),
      app.hasPassphrase() &&
        button(t("Lock now"), "seal", () => {
          app.lock();
          shell.redraw();
        }),
      wayTo(t("Mobile data"), "link", () => shell.go({ page: "thrift" })),
      deskPart(shell, words()),
      section(
        t("On this phone"),
        storagePart(storage, () => void persist()),
        installPart(shell),
      ),
      wayTo(t("What this hides, and what it cannot"), "eye", () => shell.go({ page: "about" })),
      section(
        t("Erase"),
        el(
          "p",
          {},
          t("Removes every draft, every sealed report that waits here, all answers and keys."),
        ),
        button(t("Erase everything"), "remove", () => shell.go({ page: "wipe" }), "grave"),
      ),
    ],
  };
}

function languageName(): string {
  return languages().find((offer) => offer.language === spoken().language)?.name ?? "";
}

function deskPart(shell: Shell, words: Child): Child {
  const desk = shell.app.desk();
  if (desk === null) return false;
  return section(
    t("Desk"),
    el("p", { class: "state" }, el("bdi", {}, desk.name)),
    words,
    fingerprint(desk.fingerprint),
    desk.expires !== null &&
      el("p", { class: "note" }, t("Known until {date}", { date: dateWords(desk.expires) })),
  );
}

function storagePart(storage: StorageInfo | null, persist: () => void): Child {
  if (storage === null) return false;
  return [
    el("p", {}, t("{size} used by this app.", { size: sizeWords(storage.usedBytes) })),
    storage.persistent
      ? el("p", {}, t("The browser promised not to clear it by itself."))
      : [
          el("p", {}, t("The browser may clear it when the phone is full.")),
          button(t("Ask the browser to keep it"), "keep", persist),
        ],
  ];
}

function installPart(shell: Shell): Child {
  const name = homeScreenName(shell.app.disguise());
  if (isInstalled())
    return el("p", {}, t("On the home screen this app is called “{name}”.", { name }));
  if (!canInstall()) {
    return el(
      "p",
      {},
      t(
        "To open it without a network, choose “Add to home screen” in the browser's menu. It is called “{name}” there.",
        { name },
      ),
    );
  }
  return [
    el(
      "p",
      {},
      t("On the home screen it opens without a network. It is called “{name}” there.", { name }),
    ),
    button(t("Put it on the home screen"), "keep", () => void install().then(shell.redraw)),
  ];
}
