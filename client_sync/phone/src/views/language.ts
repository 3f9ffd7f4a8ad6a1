/** The first page: every language in its own name and script. */
import { languages, speak, spoken, t } from "../i18n.ts";
import { el } from "./element.ts";
import { icon } from "./icon.ts";
import type { Shell, View } from "./shell.ts";

/** Make the page where the language is chosen; `next` leads on from it. */
export function languageView(shell: Shell, next: () => void): View {
  const choose = async (language: string): Promise<void> => {
    await speak(language);
    wearLanguage();
    await shell.app.setLanguage(language);
    next();
  };
  return {
    heading: () => t("Language"),
    draw: () =>
      el(
        "ul",
        { class: "plainlist languages" },
        languages().map((offer) =>
          el(
            "li",
            {},
            el(
              "button",
              {
                class: "way",
                type: "button",
                lang: offer.language,
                dir: offer.direction,
                "aria-current": offer.language === shell.app.language(),
                onclick: () => void choose(offer.language),
              },
              el("span", { class: "grow" }, offer.name),
              offer.language === shell.app.language() ? icon("done") : icon("onward"),
            ),
          ),
        ),
      ),
  };
}

/** Set language and direction of the whole page to those spoken. */
export function wearLanguage(): void {
  document.documentElement.lang = spoken().language;
  document.documentElement.dir = spoken().direction;
}

/** The offered language nearest to what the browser asks for, before a person has chosen. */
export function guessedLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const match = languages().find((offer) => offer.language === tag.split("-")[0]);
    if (match !== undefined) return match.language;
  }
  return "en";
}
