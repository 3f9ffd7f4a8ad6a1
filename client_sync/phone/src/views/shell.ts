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
import type { Answers, App, Purpose } from "../app.ts";
import { t } from "../i18n.ts";
import { nextTurn } from "../turns.ts";
import type { Aloud } from "./aloud.ts";
import { type Child, type Described, el, patch } from "./element.ts";
import { icon } from "./icon.ts";
import { regain, standing } from "./regain.ts";

export type Route =
  | { readonly page: "language" | "join" | "scan" | "carry" | "settings" }
  | { readonly page: "home"; readonly told?: Told | undefined }
  | { readonly page: "locked" | "passphrase" | "wipe" | "sealed" | "show" | "collect" | "thrift" }
  | { readonly page: "about"; readonly isFirst?: boolean }
  | { readonly page: "lock" | "decoy" | "practice" | "notes" }
  | { readonly page: "note"; readonly noteId: string | null }
  | { readonly page: "desk"; readonly inviteText: string | null }
  | {
      readonly page: "write";
      readonly draftId: string | null;
      readonly follows?: Pick<Answers, "about" | "purpose"> | undefined;
    }
  | {
      readonly page: "follow";
      readonly draftId: string | null;
      readonly about: string;
      readonly purpose: Purpose;
    }
  | { readonly page: "thread" | "messages"; readonly reportId: string }
  /** Opened by `over`: it works with what the page under it holds. */
  | { readonly page: "form"; readonly view: View };

/** What the page that was left still has to say at home. */
export interface Told {
  draw(): Child;
  leave(): void;
}

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
  /** Open a page over this one, which stays as it is, and is come back to where it was left. */
  over(view: View): void;
  back(): void;
  /** Go home and forget the way here; `onward` is opened from there, `told` is said there. */
  home(onward?: Route | null, told?: Told): void;
  readonly redraw: () => void;
}

/** A page that another one stands over. */
interface Under {
  readonly view: View;
  readonly scrolled: number;
  /** Id of what had the focus. */
  readonly focused: string;
}

export type MakeView = (shell: Shell, route: Route) => View;

/** Start drawing into `root`; `first` is the page to begin with. */
export function startShell(app: App, root: HTMLElement, makeView: MakeView, first: Route): Shell {
  const pages = new Pages(app, root, makeView, first);
  pages.start();
  return pages;
}

class Pages implements Shell {
  readonly app: App;
  readonly #root: HTMLElement;
  readonly #makeView: MakeView;
  readonly #first: Route;
  #trail: Route[];
  #view: View | null = null;
  /** Place in the trail -> the page there that another one stands over. */
  readonly #under = new Map<number, Under>();
  #opened = 0;
  #onward: Route | null = null;
  #gate = "";
  #isDrawAsked = false;
  #isDrawDue = false;
  /** Once a page stands: on a change of page the heading takes the focus. */
  #isDrawn = false;
  #aloud: Aloud | null = null;

  constructor(app: App, root: HTMLElement, makeView: MakeView, first: Route) {
    this.app = app;
    this.#root = root;
    this.#makeView = makeView;
    this.#first = first;
    this.#trail = [first];
  }

  start(): void {
    addEventListener("popstate", (event) => this.#returnTo(Number(event.state ?? 0)));
    history.replaceState(0, "");
    this.app.onChange(this.#redrawLater);
    this.#open();
    this.#awaitVoices();
  }

  /** Reading aloud is loaded where the phone has a voice of its own; browsers list them late. */
  #awaitVoices(): void {
    const speech: SpeechSynthesis | undefined = globalThis.speechSynthesis;
    const look = async (): Promise<void> => {
      if (this.#aloud !== null || !speech?.getVoices().some((voice) => voice.localService)) return;
      const { Aloud } = await import("./aloud.ts");
      this.#aloud ??= new Aloud(this.#root, this.redraw);
      this.redraw();
    };
    const begin = (): void => void look().catch(() => undefined);
    speech?.addEventListener?.("voiceschanged", begin);
    begin();
  }

  go(route: Route, replace = false): void {
    if (replace) this.#trail.pop();
    this.#trail.push(route);
    const place = this.#trail.length - 1;
    if (replace) history.replaceState(place, "");
    else history.pushState(place, "");
    this.#open();
    this.#focusHeading();
  }

  over(view: View): void {
    if (this.#view === null) return;
    const focused = document.activeElement?.id ?? "";
    this.#under.set(this.#trail.length - 1, { view: this.#view, scrolled: scrollY, focused });
    this.go({ page: "form", view });
  }

  back(): void {
    history.back();
  }

  home(onward: Route | null = null, told?: Told): void {
    this.#onward = onward;
    const steps = this.#trail.length - 1;
    this.#trail[0] = { page: "home", told };
    if (steps > 0) history.go(-steps);
    else this.#returnTo(0);
  }

  readonly redraw = (): void => {
    if (this.#isDrawAsked) return;
    this.#isDrawAsked = true;
    queueMicrotask(() => this.#draw());
  };

  /** What the app changed is drawn behind the change itself: one after the other, neither takes long. */
  readonly #redrawLater = (): void => {
    // A lock waits for nobody.
    if (this.#gate !== gateOf(this.app)) this.redraw();
    if (this.#isDrawAsked || this.#isDrawDue) return;
    this.#isDrawDue = true;
    void nextTurn().then(() => {
      if (this.#isDrawDue) this.#draw();
    });
  };

  #returnTo(place: number): void {
    this.#trail = this.#trail.slice(0, Math.max(0, place) + 1);
    const onward = this.#onward;
    this.#onward = null;
    if (onward !== null) {
      this.go(onward);
      return;
    }
    const under = this.#open();
    this.#focusHeading();
    if (under) document.getElementById(under.focused)?.focus({ preventScroll: true });
  }

  #open(): Under | undefined {
    this.#gate = gateOf(this.app);
    this.#aloud?.stop();
    const place = this.#trail.length - 1;
    const left = this.#view;
    if (![...this.#under.values()].some(({ view }) => view === left)) left?.leave?.();
    const under = this.#gate === "" ? this.#under.get(place) : undefined;
    this.#letGo(place, under);
    this.#opened += 1;
    this.#isDrawn = false;
    this.#view = under?.view ?? this.#makeView(this, this.#trail.at(-1) ?? this.#first);
    this.#draw();
    scrollTo(0, under?.scrolled ?? 0);
    return under;
  }

  /** Leave what is come back to no more: all behind this place, and all there is once it is locked. */
  #letGo(place: number, taken: Under | undefined): void {
    for (const [at, under] of this.#under) {
      if (at < place && this.#gate === "") continue;
      this.#under.delete(at);
      if (under !== taken) under.view.leave?.();
    }
  }

  #draw(): void {
    this.#isDrawAsked = false;
    this.#isDrawDue = false;
    // Locked or opened, here or in another tab: the page that was open is no longer the right one.
    const isStale = this.#gate !== gateOf(this.app);
    if (isStale && gateOf(this.app) === "notes") this.#trail = [{ page: "notes" }];
    const back = this.#trail.length > 1 ? (): void => this.back() : null;
    if (isStale) this.#open();
    else if (this.#view !== null) {
      // Notes are the person's own words, and their app is as plain as it can be.
      const aloud = this.#gate !== "notes" && this.#aloud?.isAble && aloudButton(this.#aloud);
      const way = this.#isDrawn ? standing(this.#root) : [];
      patch(this.#root, page(this.#view, this.#opened, back, aloud));
      regain(this.#root, way);
      this.#isDrawn = true;
    }
  }

  #focusHeading(): void {
    this.#root.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  }
}

/** What shuts every page but its own: a lock, or the notes that are shown instead. */
function gateOf(app: App): string {
  const state = app.state();
  return state === "locked" || state === "notes" ? state : "";
}

/** Put a sentence where screen readers hear it. */
export function say(sentence: string): void {
  const voice = document.getElementById("spoken");
  if (voice !== null) voice.textContent = sentence;
}

function aloudButton(aloud: Aloud): Described {
  return el(
    "button",
    {
      class: "corner",
      type: "button",
      "aria-label": aloud.isOn ? t("Stop reading aloud") : t("Read this page aloud"),
      onclick: () => aloud.toggle(),
      key: "aloud",
    },
    icon(aloud.isOn ? "hush" : "listen"),
  );
}

function page(view: View, opened: number, back: (() => void) | null, aloud: Child): Described[] {
  const primary = view.primary?.();
  return [
    el(
      "header",
      { class: "top" },
      back !== null &&
        el(
          "button",
          { class: "corner", type: "button", "aria-label": t("Back"), onclick: back, key: "back" },
          icon("back"),
        ),
      el("h1", { tabindex: -1, key: "heading", dir: "auto" }, view.heading()),
      aloud,
      view.corner?.(),
    ),
    // A key of its own: no field of one page ever becomes a field of the next.
    el("main", { class: "page", key: `page ${opened}` }, view.draw()),
    ...(primary ? [el("footer", { class: "thumb" }, primary)] : []),
  ];
}
