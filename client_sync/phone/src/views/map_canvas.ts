/** The canvas of the map: fingers, keys, and when it is drawn. */
import type { Spot } from "../map/atlas.ts";
import { Fingers } from "../map/fingers.ts";
import type { Box } from "../map/outlines.ts";
import { type Colours, type Picture, paint } from "../map/painting.ts";
import {
  boxShown,
  moved,
  type Pixel,
  resized,
  showing,
  spotOf,
  type Window,
  WORLD,
  worldWindow,
  zoomed,
} from "../map/window.ts";
import { type Described, el } from "./element.ts";

/** One press of a button or key. */
const ZOOM_STEP = 1.6;
/** Of the map's width, one press of an arrow. */
const PAN_SHARE = 0.2;
/** Wheels say pixels; a notch is about a hundred of them. */
const WHEEL_PIXELS_PER_STEP = 100;

const ARROWS: Readonly<Record<string, Pixel>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const ZOOM_KEYS: Readonly<Record<string, number>> = { "+": 1, "=": 1, "-": -1 };

export class MapCanvas {
  readonly #picture: () => Omit<Picture, "showsMiddle">;
  readonly #press: (spot: Spot) => void;
  readonly #fingers = new Fingers();
  #window = worldWindow(1, 1);
  /** What to show once the canvas has a size. */
  #aim: Box | null = WORLD;
  #canvas: HTMLCanvasElement | null = null;
  #showsMiddle = false;
  #isDrawAsked = false;

  constructor(picture: () => Omit<Picture, "showsMiddle">, press: (spot: Spot) => void) {
    this.#picture = picture;
    this.#press = press;
  }

  /** @param label what a screen reader says of it; @param hintId what explains the keys */
  draw(label: string, hintId: string): Described {
    return el("canvas", {
      class: "map",
      tabindex: 0,
      role: "application",
      "aria-label": label,
      "aria-describedby": hintId,
      onmount: (element: HTMLElement) => this.#mount(element as HTMLCanvasElement),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onfocus: () => this.#showMiddle(this.#canvas?.matches(":focus-visible") ?? false),
      onblur: () => this.#showMiddle(false),
      onpointerdown: (event: PointerEvent) => {
        this.#canvas?.setPointerCapture(event.pointerId);
        this.#fingers.down(event.pointerId, pixelIn(event));
      },
      onpointermove: (event: PointerEvent) =>
        this.#show(this.#fingers.move(this.#window, event.pointerId, pixelIn(event))),
      onpointerup: (event: PointerEvent) => {
        const pressed = this.#fingers.up(event.pointerId);
        if (pressed !== null) this.#press(spotOf(this.#window, pressed));
      },
      onpointercancel: () => this.#fingers.cancel(),
      onwheel: (event: WheelEvent) => {
        event.preventDefault();
        this.#zoom(-event.deltaY / WHEEL_PIXELS_PER_STEP, pixelIn(event));
      },
    });
  }

  readonly larger = (): void => this.#zoom(1);
  readonly smaller = (): void => this.#zoom(-1);
  readonly world = (): void => this.lookAt(WORLD);

  /** Show a box as large as may be. */
  lookAt(box: Box): void {
    if (this.#aim === null) this.#show(showing(this.#window, box));
    else this.#aim = box;
  }

  /** What is on the screen, in degrees. */
  shown(): Box {
    return boxShown(this.#window);
  }

  #show(window: Window): void {
    if (window === this.#window) return;
    this.#window = window;
    this.redraw();
  }

  /** Draw once more before the screen is shown next. */
  redraw(): void {
    if (this.#isDrawAsked) return;
    this.#isDrawAsked = true;
    requestAnimationFrame(() => {
      this.#isDrawAsked = false;
      this.#paint();
    });
  }

  #mount(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    const fit = (): void => {
      const { clientWidth, clientHeight } = canvas;
      if (clientWidth === 0 || clientHeight === 0) return;
      const sized = resized(this.#window, clientWidth, clientHeight);
      this.#window = this.#aim === null ? sized : showing(sized, this.#aim);
      this.#aim = null;
      this.redraw();
    };
    new ResizeObserver(fit).observe(canvas);
  }

  #showMiddle(shows: boolean): void {
    this.#showsMiddle = shows;
    this.redraw();
  }

  #zoom(steps: number, at?: Pixel): void {
    this.#show(zoomed(this.#window, ZOOM_STEP ** steps, at));
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const zoom = ZOOM_KEYS[event.key];
    const { width, height } = this.#window;
    if (arrow !== undefined) {
      const step = PAN_SHARE * width;
      this.#show(moved(this.#window, [arrow[0] * step, arrow[1] * step]));
    } else if (zoom !== undefined) this.#zoom(zoom);
    else if (event.key === "Enter" || event.key === " ")
      this.#press(spotOf(this.#window, [width / 2, height / 2]));
    else return;
    event.preventDefault();
    this.#showMiddle(true);
  }

  #paint(): void {
    const canvas = this.#canvas;
    const context = canvas?.getContext("2d") ?? null;
    if (canvas === null || context === null) return;
    const { width, height } = this.#window;
    const dots = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(width * dots);
    canvas.height = Math.round(height * dots);
    context.setTransform(dots, 0, 0, dots, 0, 0);
    const picture = { ...this.#picture(), showsMiddle: this.#showsMiddle };
    paint(context, this.#window, picture, coloursOf(canvas));
  }
}

function pixelIn(event: MouseEvent): Pixel {
  return [event.offsetX, event.offsetY];
}

function coloursOf(canvas: HTMLElement): Colours {
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name);
  return {
    sea: colour("--tint"),
    land: colour("--card"),
    border: colour("--edge"),
    area: colour("--act"),
    mark: colour("--grave"),
    words: colour("--ink"),
  };
}
