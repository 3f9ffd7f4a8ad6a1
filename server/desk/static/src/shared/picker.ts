// The indicator picker: a select made searchable, after the combobox pattern of the ARIA guide.
//
// The select stays in the form and holds the value; without script it is the picker itself.

import { type Choice, matching } from "./matching.ts";

interface Parts {
  readonly select: HTMLSelectElement;
  readonly input: HTMLInputElement;
  readonly list: HTMLUListElement;
  readonly choices: readonly Choice[];
}

/** Lay a searchable field over a select. */
export function enhance(select: HTMLSelectElement): void {
  const parts = build(select);
  let shown: readonly Choice[] = [];
  let active = -1;

  const mark = (index: number): void => {
    active = index;
    for (const [position, item] of [...parts.list.children].entries()) {
      item.setAttribute("aria-selected", String(position === index));
      if (position === index) item.scrollIntoView({ block: "nearest" });
    }
    const id = index >= 0 ? parts.list.children[index]?.id : undefined;
    if (id) parts.input.setAttribute("aria-activedescendant", id);
    else parts.input.removeAttribute("aria-activedescendant");
  };
  const close = (): void => {
    parts.list.hidden = true;
    parts.input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const search = (): void => {
    shown = matching(parts.choices, parts.input.value);
    render(parts, shown);
    mark(shown.length > 0 ? 0 : -1);
  };
  const choose = (index: number): void => {
    const choice = shown[index];
    if (!choice) return;
    select.value = choice.value;
    parts.input.value = choice.label;
    close();
  };

  parts.input.addEventListener("input", () => {
    select.value = "";
    search();
  });
  parts.input.addEventListener("focus", () => parts.input.select());
  parts.input.addEventListener("blur", close);
  parts.list.addEventListener("mousedown", (pressed) => {
    pressed.preventDefault();
    const item = pressed.target instanceof Element ? pressed.target.closest("li") : null;
    if (item) choose([...parts.list.children].indexOf(item));
  });
  parts.input.addEventListener("keydown", (pressed) => {
    const taken = handle(pressed.key, parts, {
      count: shown.length,
      active,
      mark,
      choose,
      close,
      search,
    });
    if (taken) pressed.preventDefault();
  });
}

interface Moves {
  readonly count: number;
  readonly active: number;
  mark(index: number): void;
  choose(index: number): void;
  close(): void;
  search(): void;
}

/** Take a key of the open or closed list; tell whether it was taken. */
function handle(key: string, parts: Parts, moves: Moves): boolean {
  const acts: Readonly<Record<string, () => boolean>> = {
    ArrowDown: () => arrow(parts, moves, 1),
    ArrowUp: () => arrow(parts, moves, -1),
    Escape: () => leave(parts, moves),
    Enter: () => enter(parts, moves),
  };
  return acts[key]?.() ?? false;
}

function arrow(parts: Parts, moves: Moves, by: number): boolean {
  if (parts.list.hidden) moves.search();
  else moves.mark(step(moves.active, by, moves.count));
  return true;
}

function leave(parts: Parts, moves: Moves): boolean {
  if (parts.list.hidden) parts.input.blur();
  moves.close();
  return true;
}

/** Choose what is marked; a second Enter sends the form, but never one without a choice. */
function enter(parts: Parts, moves: Moves): boolean {
  if (parts.list.hidden) return parts.select.value === "";
  moves.choose(moves.active);
  return true;
}

function step(active: number, by: number, count: number): number {
  return count === 0 ? -1 : (active + by + count) % count;
}

function build(select: HTMLSelectElement): Parts {
  const label = document.querySelector<HTMLLabelElement>(`label[for="${select.id}"]`);
  const wrap = document.createElement("div");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  wrap.className = "picker";
  list.id = `${select.id}-list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label?.textContent?.trim() ?? "");
  input.id = `${select.id}-search`;
  input.autocomplete = "off";
  input.spellcheck = false;
  input.placeholder = select.dataset.placeholder ?? "";
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ] as const) {
    input.setAttribute(name, value);
  }
  if (select.dataset.key) input.dataset.key = select.dataset.key;
  delete select.dataset.key;
  select.hidden = true;
  label?.setAttribute("for", input.id);
  wrap.append(input, list);
  select.after(wrap);
  return { select, input, list, choices: choicesOf(select) };
}

function choicesOf(select: HTMLSelectElement): Choice[] {
  return [...select.options]
    .filter((option) => option.value !== "")
    .map((option) => ({
      value: option.value,
      label: option.text.replace(/ \*$/, ""),
      unchecked: option.dataset.flag === "1",
    }));
}

function render(parts: Parts, shown: readonly Choice[]): void {
  const items = shown.map((choice, index) => {
    const item = document.createElement("li");
    item.id = `${parts.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.textContent = choice.label;
    if (choice.unchecked) {
      const flag = document.createElement("span");
      flag.className = "badge warn";
      flag.textContent = parts.select.dataset.unchecked ?? "";
      item.append(" ", flag);
    }
    return item;
  });
  if (items.length === 0) {
    const none = document.createElement("li");
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    none.textContent = parts.select.dataset.none ?? "";
    items.push(none);
  }
  parts.list.replaceChildren(...items);
  parts.list.hidden = false;
  parts.input.setAttribute("aria-expanded", "true");
}
