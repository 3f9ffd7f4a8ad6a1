/** The way in: an invite by link, printed code or file. */
import type { App } from "../app.ts";
import { t } from "../i18n.ts";
import { el } from "./element.ts";
import { button, field, fileButton, primaryButton, section, trouble, wayTo } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** An invite kept as a text file; a joining file is larger. */
const LONGEST_INVITE_BYTES = 4096;

/** Make the page where a person brings an invite. */
export function joinView(shell: Shell): View {
  let inviteText = "";
  let problem: unknown = null;

  function show(): void {
    problem = readable(shell.app, inviteText);
    if (problem === null) shell.go({ page: "desk", inviteText });
    else shell.redraw();
  }

  async function openFile(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      problem = null;
      const invited = await inviteIn(shell.app, file);
      if (invited === null) await shell.app.importBundle(file);
      if (invited !== null || shell.app.joined()) shell.go({ page: "desk", inviteText: invited });
    } catch (error) {
      problem = error;
    }
    shell.redraw();
  }

  return {
    heading: () => t("Join a desk"),
    draw: () => [
      el(
        "p",
        { class: "lead" },
        t(
          "A desk is a group of people who read reports and warn others. To reach one, you need its invite, from somebody you trust.",
        ),
      ),
      trouble(problem),
      section(
        t("I have a link"),
        field({
          id: "invite",
          label: t("Paste the invite here"),
          value: inviteText,
          rows: 3,
          maxLength: LONGEST_INVITE_BYTES,
          onInput: (value) => {
            inviteText = value;
          },
          more: { dir: "ltr", spellcheck: "false", autocapitalize: "off" },
        }),
      ),
      section(
        t("I have a printed code or a file"),
        el(
          "div",
          { class: "row" },
          button(t("Scan a code"), "scan", () => shell.go({ page: "scan" })),
          fileButton(t("Open a joining file"), "file", (files) => void openFile(files[0])),
        ),
      ),
      wayTo(t("What this hides, and what it cannot"), "eye", () => shell.go({ page: "about" })),
    ],
    primary: () => primaryButton(t("Show the desk"), "desk", show),
  };
}

/** The invite that a small text file holds, or null. */
async function inviteIn(app: App, file: File): Promise<string | null> {
  if (file.size > LONGEST_INVITE_BYTES) return null;
  const text = await file.text();
  return readable(app, text) === null ? text : null;
}

/** What is wrong with an invite, or null. */
export function readable(app: App, inviteText: string): unknown {
  try {
    app.readInvite(inviteText.trim());
    return null;
  } catch (error) {
    return error;
  }
}
