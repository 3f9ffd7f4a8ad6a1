/** What this hides and what it cannot hide: short enough to be read before the first report. */
import { t } from "../i18n.ts";
import { el } from "./element.ts";
import { icon } from "./icon.ts";
import { primaryButton, section } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** Make the page on what is hidden. */
export function aboutView(shell: Shell): View {
  const list = (image: string, sentences: readonly string[]) =>
    el(
      "ul",
      { class: "plainlist facts" },
      sentences.map((sentence) => el("li", {}, icon(image), el("span", {}, sentence))),
    );
  return {
    heading: () => t("What this hides"),
    draw: () => [
      section(
        t("It hides"),
        list("done", [
          t("What you write. It is sealed the moment you save it, and only the desk can open it."),
          t(
            "What you wrote before. After sealing, nobody can read it on this phone, not even you.",
          ),
          t("Your name. The app asks for none and keeps none."),
        ]),
      ),
      section(
        t("It cannot hide"),
        list("care", [
          t("That this app is on your phone. Somebody who holds the phone can see it."),
          t("That your phone is on a network, where, and which site it talks to."),
          t(
            "What a photo shows: faces, voices, places. A photo may also hold when and where it was taken; the desk can see that.",
          ),
          t("A draft that you have not saved yet, from somebody who opens this app."),
          t("You, if only you could have known what you write."),
        ]),
      ),
      el(
        "p",
        {},
        t("If you are in danger now, this is not an emergency line. Nobody may read it for hours."),
      ),
    ],
    primary: () =>
      primaryButton(t("I understand"), "done", () =>
        shell.app.joined() ? shell.home() : shell.back(),
      ),
  };
}
