/** Said right after sealing: what just happened, and what happens next by itself. */
import { t } from "../i18n.ts";
import { el } from "./element.ts";
import { icon } from "./icon.ts";
import { linkCard } from "./link.ts";
import { primaryButton } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** Make the page after a report was sealed. */
export function sealedView(shell: Shell): View {
  const link = linkCard(shell);
  return {
    heading: () => t("Saved and sealed"),
    draw: () => [
      el("p", { class: "seal" }, icon("seal", "huge")),
      el(
        "p",
        { class: "lead" },
        t(
          "Your report is sealed. It can no longer be read on this phone. Only the desk can open it.",
        ),
      ),
      el(
        "p",
        {},
        t(
          "It is sent by itself as soon as there is a link, also after the app was closed and opened again. If no link comes, you can carry it by hand.",
        ),
      ),
      link.draw(),
    ],
    primary: () => primaryButton(t("Done"), "done", () => shell.home()),
  };
}
