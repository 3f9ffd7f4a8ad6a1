/** Show what waits to another phone's camera, as codes without end. */
import { FINENESS, type Fineness, type Showing, type ShownPart } from "../app.ts";
import { t, tn } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { block, button, choices, trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/* A camera takes 15 to 30 pictures a second, an old phone reads about 10: each code is seen twice. */
const CODES_A_SECOND = 5;
/* For eyes that movement hurts; it takes longer and misses nothing. */
const CALM_CODES_A_SECOND = 2;

/** Puts one code after the other on a canvas, as long as the page is open. */
class CodeScreen {
  private canvas: HTMLCanvasElement | null = null;
  private part: ShownPart | null = null;
  private index = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  readonly begin = (element: HTMLElement): void => {
    this.canvas = element as HTMLCanvasElement;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pause = 1000 / (isCalm ? CALM_CODES_A_SECOND : CODES_A_SECOND);
    clearInterval(this.timer);
    this.timer = setInterval(() => this.next(), pause);
    this.next();
  };

  show(part: ShownPart | null): void {
    this.part = part;
    this.index = 0;
    this.next();
  }

  end(): void {
    clearInterval(this.timer);
  }

  private next(): void {
    const { canvas, part } = this;
    if (canvas === null || part === null) return;
    const { side, pixels } = part.picture(this.index);
    this.index += 1;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    canvas.getContext("2d")?.putImageData(new ImageData(pixels, side, side), 0, 0);
  }
}

/** Make the page that shows codes. */
export function showView(shell: Shell): View {
  const screen = new CodeScreen();
  const wake = keepScreenOn();
  let fineness: Fineness = "fine";
  let showing: Showing | null = null;
  let part: ShownPart | null = null;
  let at = 0;
  let problem: unknown = null;

  async function open(wanted: number): Promise<void> {
    try {
      showing ??= await shell.app.showCodes(fineness);
      at = Math.min(wanted, Math.max(0, showing.parts - 1));
      part = showing.parts === 0 ? null : await showing.open(at);
      screen.show(part);
    } catch (error) {
      problem = error;
    }
    shell.redraw();
  }

  function choose(value: Fineness): void {
    fineness = value;
    showing = null;
    void open(0);
  }

  void open(0);
  return {
    heading: () => t("Show to another phone"),
    draw: () => [
      trouble(problem),
      showing?.parts === 0 && el("p", { class: "empty" }, t("Nothing waits on this phone.")),
      part !== null && [
        el("p", { class: "lead" }, leadWords()),
        codeCanvas(screen),
        el("p", { class: "state" }, partWords(part)),
        partSteps(at, showing?.parts ?? 1, (to) => void open(to)),
        block("fineness", fitting(fineness, choose)),
        el("p", { class: "hint" }, filmedWords()),
      ],
    ],
    leave: () => {
      screen.end();
      wake.end();
    },
  };
}

function leadWords(): string {
  return t(
    "Hold the other phone's camera to these codes. Keep showing until the other phone says that it has everything: this one cannot know.",
  );
}

function filmedWords(): string {
  return t("Whoever films the screen carries the sealed reports too. They cannot read them.");
}

function codeCanvas(screen: CodeScreen): Described {
  return el("canvas", {
    class: "code",
    key: "code",
    role: "img",
    "aria-label": t("Moving codes for another phone's camera"),
    onmount: screen.begin,
  });
}

function partWords({ blobs, isMedia, pieces }: ShownPart): string {
  const what = isMedia
    ? tn("{n} sealed piece of photos or files", "{n} sealed pieces of photos or files", blobs)
    : tn("{n} sealed report", "{n} sealed reports", blobs);
  return tn("{what}, {n} code", "{what}, {n} codes", pieces, { what });
}

function partSteps(at: number, parts: number, go: (to: number) => void): Child {
  if (parts < 2) return false;
  return el(
    "div",
    { class: "row" },
    at > 0 && button(t("Part before"), "back", () => go(at - 1)),
    el("span", { class: "note" }, t("Part {part} of {parts}", { part: at + 1, parts })),
    at + 1 < parts && button(t("Next part"), "onward", () => go(at + 1)),
  );
}

function fitting(chosen: Fineness, choose: (value: Fineness) => void): Described {
  const words: Readonly<Record<Fineness, string>> = {
    fine: t("Small squares: quick"),
    middle: t("Middle"),
    coarse: t("Large squares: for a worn camera"),
  };
  const offered = FINENESS.map((value) => ({ value, label: words[value] }));
  return choices("fineness", t("If the other phone does not read it"), offered, chosen, choose);
}

/** Keep the screen from going dark, where the browser can. */
function keepScreenOn(): { end(): void } {
  let isEnded = false;
  let lock: WakeLockSentinel | null = null;
  const ask = async (): Promise<void> => {
    try {
      lock = await navigator.wakeLock.request("screen");
      if (isEnded) await lock.release();
    } catch {
      // An older browser, or a phone that saves its battery: a finger keeps the screen on.
    }
  };
  void ask();
  return {
    end: () => {
      isEnded = true;
      void lock?.release();
    },
  };
}
