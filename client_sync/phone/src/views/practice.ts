/** Practising the panic gesture: the same taps, and nothing is erased. */
import { systemTimer } from "../clock.ts";
import { t } from "../i18n.ts";
import { isPanic, PANIC_TAPS, tapsAfter } from "../panic.ts";
import { el } from "./element.ts";
import { notice } from "./parts.ts";
import { type Shell, say, type View } from "./shell.ts";

/** Make the page; its field stands for the title of a page. */
export function practiceView(shell: Shell): View {
  let taps: readonly number[] = [];
  let wasDone = false;

  const tap = (): void => {
    taps = tapsAfter(taps, systemTimer.elapsedMs());
    if (isPanic(taps)) {
      taps = [];
      wasDone = true;
      say(t("That was it. Now everything would be erased."));
    }
    shell.redraw();
  };

  return {
    heading: () => t("Practise the gesture"),
    draw: () => [
      el("p", { class: "lead" }, t("Tap the field five times, quickly. Here nothing is erased.")),
      el(
        "button",
        { class: "plain practice", type: "button", onclick: tap },
        t("Tap here: {n} of {all}", { n: taps.length, all: PANIC_TAPS }),
      ),
      wasDone && notice("good", el("p", {}, t("That was it. Now everything would be erased."))),
      el("p", { class: "note" }, t("On other pages, tap the title at the top.")),
    ],
  };
}
