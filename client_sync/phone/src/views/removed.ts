/** "Removed. Undo": one calm line that stays until the way back is closed. */
import { explain, type Removals } from "../app.ts";
import { t } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { button, notice } from "./parts.ts";
import { type Shell, say } from "./shell.ts";

/** What a page says of what was removed there. */
export interface RemovedLine {
  draw(): Child;
  /** The page is left: what was removed is let go of. */
  leave(): void;
}

export interface Way {
  readonly removals: Removals;
  /** Id of what was removed. */
  readonly id: string;
  readonly sentence: string;
  /** It is back. */
  undone(): void;
  /** Where the focus goes when the line goes. */
  readonly after: () => HTMLElement | null;
}

/** Make the line for what was removed last. */
export function removedLine(shell: Shell, way: Way): RemovedLine {
  const { removals, id, sentence, after } = way;
  let problem: unknown = null;
  let isShown = true;
  const isOpen = (): boolean => removals.last()?.id === id;

  async function undo(): Promise<void> {
    try {
      await removals.undo();
      say(t("It is back."));
      way.undone();
    } catch (error) {
      problem = error;
    }
    shell.redraw();
  }

  /** Once, when it goes: who stood on it goes on from the place where it was. */
  function closed(): false {
    const isLeft = isShown && isWithin(document.getElementById("removed"));
    isShown = false;
    if (isLeft) queueMicrotask(() => after()?.focus());
    return false;
  }

  say(`${sentence} ${t("Undo")}`);
  return {
    draw: () =>
      isOpen()
        ? el(
            "div",
            { id: "removed", key: id, tabindex: -1, onmount: focusSoon },
            notice(
              "calm",
              el("p", {}, sentence),
              problem !== null && el("p", { class: "problem", role: "status" }, explain(problem)),
              button(t("Undo"), "back", () => void undo()),
            ),
          )
        : closed(),
    leave: () => {
      if (isOpen()) void removals.end().catch(() => undefined);
    },
  };
}

/** After the page, which on coming home focuses its heading. */
function focusSoon(box: HTMLElement): void {
  queueMicrotask(() => box.focus({ preventScroll: true }));
}

function isWithin(line: HTMLElement | null): boolean {
  return line?.contains(document.activeElement) ?? false;
}
