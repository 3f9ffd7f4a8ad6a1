// The page of a file: areas are drawn over the picture by pointer or by keys.

import {
  type Area,
  between,
  fromLines,
  grown,
  MIDDLE,
  moved,
  STEP,
  toLines,
  WHOLE,
} from "./shared/areas.ts";
import { listen } from "./shared/keys.ts";

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** What stands on the page for drawing. */
interface Board {
  stage: HTMLElement;
  typed: HTMLTextAreaElement;
  adder: HTMLButtonElement;
  count: HTMLElement;
}

function boardOfPage(): Board | null {
  const stage = document.querySelector<HTMLElement>("#stage");
  const typed = document.querySelector<HTMLTextAreaElement>("#areas");
  const adder = document.querySelector<HTMLButtonElement>("#add-area");
  const count = document.querySelector<HTMLElement>("#area-count");
  return stage && typed && adder && count ? { stage, typed, adder, count } : null;
}

/** Areas over one picture; the field of the form holds what shall be sent. */
class Drawing {
  private readonly board: Board;
  private readonly areas: Area[];

  constructor(board: Board) {
    this.board = board;
    this.areas = fromLines(board.typed.value);
    board.adder.addEventListener("click", () => this.add(MIDDLE));
    this.drawByPointer();
    this.show();
  }

  private add(area: Area): void {
    const box = this.board.stage.closest("details");
    if (box) box.open = true;
    this.areas.push(area);
    this.show(this.areas.length - 1);
  }

  private show(focused = -1): void {
    const { stage, typed, count } = this.board;
    typed.value = toLines(this.areas);
    count.textContent = (count.dataset.words ?? "").replace("{number}", String(this.areas.length));
    for (const old of stage.querySelectorAll(".area")) old.remove();
    this.areas.forEach((area, place) => {
      stage.append(this.drawn(area, place));
    });
    stage.querySelectorAll<HTMLElement>(".area")[focused]?.focus();
  }

  private drawn(area: Area, place: number): HTMLElement {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "area";
    const words = this.board.stage.dataset.areaWords ?? "";
    node.setAttribute("aria-label", words.replace("{number}", String(place + 1)));
    for (const side of ["left", "top", "width", "height"] as const) {
      node.style[side] = `${(area[side] * 100) / WHOLE}%`;
    }
    node.addEventListener("keydown", (pressed) => this.byKey(pressed, area, place));
    return node;
  }

  private byKey(pressed: KeyboardEvent, area: Area, place: number): void {
    if (pressed.key === "Delete" || pressed.key === "Backspace") {
      this.areas.splice(place, 1);
      this.show(Math.min(place, this.areas.length - 1));
      if (this.areas.length === 0) this.board.adder.focus();
    } else {
      const by = ARROWS[pressed.key];
      if (!by) return;
      this.areas[place] = (pressed.shiftKey ? grown : moved)(area, ...by);
      this.show(place);
    }
    pressed.preventDefault();
    pressed.stopPropagation();
  }

  private drawByPointer(): void {
    const { stage } = this.board;
    const point = (at: PointerEvent): [number, number] => {
      const box = stage.getBoundingClientRect();
      return [(at.clientX - box.left) / box.width, (at.clientY - box.top) / box.height];
    };
    let from: [number, number] | null = null;
    stage.addEventListener("pointerdown", (at) => {
      if (at.button !== 0 || (at.target instanceof Element && at.target.closest(".area"))) return;
      from = point(at);
      stage.setPointerCapture(at.pointerId);
      at.preventDefault();
    });
    stage.addEventListener("pointerup", (at) => {
      const area = from && between(from, point(at));
      from = null;
      if (area) this.add(area);
    });
    stage.addEventListener("pointercancel", () => {
      from = null;
    });
  }
}

const board = boardOfPage();
if (board) {
  new Drawing(board);
  const typed = document.querySelector<HTMLElement>("#areas-typed");
  const drawing = document.querySelector<HTMLElement>("#drawing");
  if (typed && drawing) {
    typed.hidden = true;
    drawing.hidden = false;
  }
}
listen(() => false);
