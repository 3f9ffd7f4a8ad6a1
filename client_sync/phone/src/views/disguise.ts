/** The name and the icon that the app wears outside: on the home screen, in the tab, in the list of apps. */
import { t } from "../i18n.ts";
import { REST_LOCK } from "../load/stored.ts";
import { whenFree } from "../tabs.ts";

/** How a disguise is called, in the person's language. */
export function disguiseWord(disguise: string): string {
  const words: Readonly<Record<string, string>> = {
    notes: t("Notes"),
    lists: t("Lists"),
    recipes: t("Recipes"),
  };
  return words[disguise] ?? t("Notes");
}

/** What a home screen calls it: the manifest's name, which has one language. */
const NAMES: Readonly<Record<string, string>> = {
  notes: "Notes",
  lists: "Lists",
  recipes: "Recipes",
};

/** How the home screen calls a disguise. */
export function homeScreenName(disguise: string): string {
  return NAMES[disguise] ?? "Notes";
}

function wear(rel: string, href: string | undefined): void {
  if (href === undefined) return;
  const worn = document.querySelector<HTMLLinkElement>(`link[rel="${rel}"]`);
  if (worn !== null) {
    worn.href = href;
    return;
  }
  const made = document.createElement("link");
  made.rel = rel;
  made.href = href;
  document.head.append(made);
}

/**
 * Wear a disguise: title, manifest and icons, whose files the page names (tools/build_phone.mjs). On a
 * first visit the files come after what the app needs: a thin line is not asked for pictures first.
 */
export function wearDisguise(disguise: string): void {
  document.title = homeScreenName(disguise);
  const files = document.querySelector<HTMLElement>(`meta[name="disguise"][content="${disguise}"]`);
  if (files === null) return;
  const { manifest, icon, touch } = files.dataset;
  void whenFree(REST_LOCK, () => {
    wear("manifest", manifest);
    wear("icon", icon);
    wear("apple-touch-icon", touch);
    return Promise.resolve();
  });
}
