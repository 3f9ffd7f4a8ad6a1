/** Light, dark or for sunlight. */
import type { Look } from "../app.ts";
import { t } from "../i18n.ts";

/** Dress the page in a look; the style sheets read it from the root element. */
export function wearLook(look: Look): void {
  document.documentElement.dataset.look = look;
}

/** How a look is called. */
export function lookWord(look: Look): string {
  return { system: t("As the phone"), light: t("Light"), dark: t("Dark"), sunlight: t("Sunlight") }[
    look
  ];
}
