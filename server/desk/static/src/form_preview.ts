/**
 * A form as a phone shows it: the phone app's own page, in a frame, with answers that go nowhere.
 *
 * Theory of operation. The page comes with the questions as plain text. Where the form keeps every
 * rule, the phone's own view takes the place of that text: same code, same style sheet, same
 * catalogue. Answers are held by the phone's own keeper, over an app that stores nothing.
 */
import type { Answers, App, Draft } from "../../../../client_sync/phone/src/app.ts";
import { languages, speak } from "../../../../client_sync/phone/src/i18n.ts";
import { type Child, el, patch } from "../../../../client_sync/phone/src/views/element.ts";
import { formView } from "../../../../client_sync/phone/src/views/form.ts";
import { DraftKeeper } from "../../../../client_sync/phone/src/views/keeper.ts";
import type { Shell } from "../../../../client_sync/phone/src/views/shell.ts";
import { formOf } from "../../../../client_sync/phone/src/wire/forms.ts";

const NOTHING_YET: Answers = {
  category: null,
  text: "",
  lang: "und",
  source: "unsaid",
  observedAt: null,
  observedPrecision: "day",
  place: null,
};

/** Keeps nothing: a draft lives as long as the page. */
function forgetfulApp(): App {
  let draft: Draft | null = null;
  const keepDraft = (_id: string | null, answers: Answers): Promise<Draft> => {
    draft = { id: "preview", answers, attachments: [] } as unknown as Draft;
    return Promise.resolve(draft);
  };
  return { keepDraft, drafts: () => (draft === null ? [] : [draft]) } as unknown as App;
}

async function start(root: HTMLElement): Promise<void> {
  const form = formOf(JSON.parse(root.dataset.form ?? "null"));
  const language = root.dataset.language ?? "en";
  if (languages().some((one) => one.language === language)) await speak(language);
  const app = forgetfulApp();
  let isAsked = false;
  const redraw = (): void => {
    if (isAsked) return;
    isAsked = true;
    queueMicrotask(() => {
      isAsked = false;
      draw();
    });
  };
  const keeper = new DraftKeeper(app, null, NOTHING_YET, redraw);
  const shell = { app, redraw, back: () => scrollTo(0, 0) } as unknown as Shell;
  const view = formView(shell, keeper, form, false);
  const draw = (): void => {
    const primary: Child = view.primary?.();
    patch(root, [
      el("header", { class: "top" }, el("h1", { tabindex: -1, dir: "auto" }, view.heading())),
      el("main", { class: "page" }, view.draw()),
      ...(primary ? [el("footer", { class: "thumb" }, primary)] : []),
    ]);
    root.dataset.drawn = "by the phone's code";
  };
  draw();
}

const root = document.getElementById("app");
// A form that breaks a rule stays as the plain text that came with the page.
if (root !== null) void start(root).catch(() => undefined);
