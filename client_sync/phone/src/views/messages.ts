/** A sealed report as text messages: opened one by one in the phone's own app, or copied. */
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { button, notice, trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** What everybody who sends a text message should know before. */
export function operatorWords(number: string): string {
  return t(
    "Your operator sees that you sent these messages, to {number} and when; it keeps that. It cannot read the report.",
    { number },
  );
}

/** Make the page with a report's messages. */
export function messagesView(shell: Shell, reportId: string): View {
  const number = shell.app.smsNumber();
  const opened = new Set<number>();
  let texts: readonly string[] | null = null;
  let problem: unknown = null;

  const show = (found: readonly string[] | null): void => {
    texts = found;
    shell.redraw();
  };
  const fail = (error: unknown): void => {
    problem = error;
    shell.redraw();
  };
  const mark = (index: number): void => {
    opened.add(index);
    shell.redraw();
  };
  void shell.app.smsTexts(reportId).then(show, fail);

  return {
    heading: () => t("Send as text messages"),
    draw: () => [
      trouble(problem),
      number !== null && notice("care", el("p", {}, operatorWords(number))),
      texts !== null && el("p", { class: "lead" }, leadWords(texts.length)),
      texts !== null &&
        number !== null &&
        el(
          "ol",
          { class: "messages" },
          texts.map((text, index) => message(number, text, opened.has(index), () => mark(index))),
        ),
    ],
  };
}

function leadWords(count: number): string {
  return t(
    "Send all {count}, each as it is. One of them may get lost; the order does not matter. This phone learns from the desk when they have arrived.",
    { count },
  );
}

function message(number: string, text: string, isOpened: boolean, mark: () => void): Described {
  const copied = (): void => {
    void navigator.clipboard.writeText(text).then(mark);
  };
  return el(
    "li",
    { class: isOpened ? "message picked" : "message" },
    el("p", { class: "sealedtext", dir: "ltr" }, text),
    el(
      "div",
      { class: "row" },
      el(
        "a",
        // Both spellings of the question mark at once: one kind of phone reads each.
        { class: "plain", href: `sms:${number}?&body=${text}`, onclick: mark },
        icon("send"),
        el("span", {}, t("Open in messages")),
      ),
      button(t("Copy"), "keep", copied),
      isOpened && openedMark(),
    ),
  );
}

function openedMark(): Child {
  return el("span", { class: "note" }, icon("done"), t("opened"));
}
