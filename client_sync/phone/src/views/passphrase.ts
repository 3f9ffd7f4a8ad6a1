/** The page of a locked app, and the field for a passphrase. */
import { explain } from "../app.ts";
import { t } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { button, field, notice, primaryButton } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** Make the page of a locked app. */
export function lockedView(shell: Shell, next: () => void): View {
  let passphrase = "";
  let problem: Child = false;
  let busy = false;

  async function open(): Promise<void> {
    if (busy) return;
    busy = true;
    problem = false;
    shell.redraw();
    try {
      await shell.app.unlock(passphrase);
      next();
      return;
    } catch (error) {
      problem = notice("care", el("p", {}, explain(error)));
    }
    busy = false;
    shell.redraw();
  }

  return {
    heading: () => t("Locked"),
    draw: () =>
      el(
        "form",
        {
          onsubmit: (event) => {
            event.preventDefault();
            void open();
          },
        },
        secret("passphrase", t("Passphrase"), passphrase, "current-password", (value) => {
          passphrase = value;
        }),
        problem,
        button(t("Erase everything instead"), "remove", () => shell.go({ page: "wipe" }), "quiet"),
      ),
    primary: () => primaryButton(busy ? t("Opening…") : t("Open"), "key", () => void open(), busy),
  };
}

export function secret(
  id: string,
  label: string,
  value: string,
  autocomplete: string,
  onInput: (value: string) => void,
): Child {
  return field({ id, label, value, type: "password", onInput, more: { autocomplete, dir: "ltr" } });
}
