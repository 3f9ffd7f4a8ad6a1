/**
 * What stands around every page: the way between pages, the heading, and the voice for screen
 * readers.
 *
 * Theory of operation. The address never changes: the browser's history holds one neutral URL, and
 * each entry carries only a number into `trail`, a list that lives in memory and dies with the tab.
 * Neither history nor title ever tells which page was open. A page is drawn again, whole, after
 * every change of the app; `patch` keeps focus and caret. On a change of page the heading takes the
 * focus, so that a screen reader starts at its top.
 */
import type { App } from "../app.ts";
import { t } from "../i18n.ts";
import { type Child, type Described, el, patch } from "./element.ts";
import { icon } from "./icon.ts";

export type Route =
  | { readonly page: "language" | "join" | "scan" | "about" | "home" | "carry" | "settings" }
  | { readonly page: "locked" | "passphrase" | "wipe" | "sealed" }
  | { readonly page: "desk"; readonly inviteText: string | null }
  | { readonly page: "write"; readonly draftId: string | null; readonly about?: string | undefined }
  | { readonly page: "thread"; readonly reportId: string };

export interface View {
  heading(): string;
  draw(): Child;
  /** The one primary action, kept in reach of the thumb. */
  primary?(): Child;
  /** A small button at the end of the heading's row. */
  corner?(): Child;
  /** Called when the page is left, by whatever way. */
  leave?(): void;
}

export interface Shell {
  readonly app: App;
  /** Open a page; `replace` forgets the one that is left. */
  go(route: Route, replace?: boolean): void;
  back(): void;
  /** Go home and forget the way here. */
  home(): void;
  redraw(): void;
  /** Say a sentence to a screen reader. */
  say(sentence: string): void;
}

export type MakeView = (shell: Shell, route: Route) => View;

/** Start drawing into `root`; `first` is the page to begin with. */
export function startShell(app: App, root: HTMLElement, makeView: MakeView, first: Route): Shell {
  let trail: Route[] = [first];
  let view: View;
  let asked = false;

  const shell: Shell = { app, go, back, home, redraw, say };

  function open(focus: boolean): void {
    view?.leave?.();
    view = makeView(shell, trail[trail.length - 1] as Route);
    draw();
    scrollTo(0, 0);
    if (focus) root.querySelector<HTMLElement>("h1")?.focus();
  }

  function draw(): void {
    asked = false;
    patch(root, page(view, trail.length > 1, back));
  }

  function redraw(): void {
    if (asked) return;
    asked = true;
    queueMicrotask(draw);
  }

  function go(route: Route, replace = false): void {
    if (replace) trail.pop();
    trail.push(route);
    if (replace) history.replaceState(trail.length - 1, "");
    else history.pushState(trail.length - 1, "");
    open(true);
  }

  function back(): void {
    history.back();
  }

  function home(): void {
    trail = [{ page: "home" }];
    history.replaceState(0, "");
    open(true);
  }

  addEventListener("popstate", (event) => {
    const place = Number(event.state ?? 0);
    trail = trail.slice(0, Math.max(1, Math.min(place + 1, trail.length)));
    open(true);
  });
  history.replaceState(0, "");
  app.onChange(redraw);
  open(false);
  return shell;
}

/** Put a sentence where screen readers hear it. */
export function say(sentence: string): void {
  const voice = document.getElementById("spoken");
  if (voice !== null) voice.textContent = sentence;
}

function page(view: View, hasWayBack: boolean, back: () => void): Described[] {
  const primary = view.primary?.();
  return [
    el(
      "header",
      { class: "top" },
      hasWayBack &&
        el(
          "button",
          { class: "corner", type: "button", "aria-label": t("Back"), onclick: back, key: "back" },
          icon("back", "turns"),
        ),
      el("h1", { tabindex: -1, key: "heading" }, view.heading()),
      view.corner?.(),
    ),
    el("main", { class: "page" }, view.draw()),
    ...(primary ? [el("footer", { class: "thumb" }, primary)] : []),
  ];
}
