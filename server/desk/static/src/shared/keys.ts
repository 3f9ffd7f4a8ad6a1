// Single keys: every control that carries data-key is pressed or focused by that key.
//
// The page says what a key does by marking the control itself, so that a key can never do what a
// click cannot. Keys are ignored while somebody types, with a modifier held, and altogether when
// the visitor switched them off.

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [role=combobox]";

/** Tell whether a key belongs to the field it is typed into. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/**
 * Read a key as the keyboard's own letters say, or by its place where they are of another script:
 * whoever types Arabic need not change the keyboard to press c.
 */
export function keyOf(pressed: { key: string; code: string; shiftKey: boolean }): string {
  if (pressed.key.length !== 1 || pressed.key <= "~") return pressed.key;
  const letter = /^Key([A-Z])$/.exec(pressed.code)?.[1];
  if (letter) return pressed.shiftKey ? letter : letter.toLowerCase();
  return /^Digit(\d)$/.exec(pressed.code)?.[1] ?? pressed.key;
}

/** Press or focus a control, opening the details it lies in. */
export function use(control: HTMLElement): void {
  if (control.tagName === "SUMMARY") {
    control.click();
    return;
  }
  for (
    let box = control.closest("details");
    box;
    box = box.parentElement?.closest("details") ?? null
  ) {
    box.open = true;
  }
  if (control instanceof HTMLButtonElement || control instanceof HTMLAnchorElement) {
    control.click();
    return;
  }
  // A choice that leads to a field: it is chosen, and the field is typed into.
  const field = control.dataset.goto ? document.getElementById(control.dataset.goto) : null;
  if (field) control.click();
  (field ?? control).focus();
  (field ?? control).scrollIntoView({ block: "nearest" });
}

/** In a field Escape leaves it, and Ctrl with Enter sends its form; tell whether it was so. */
function takenByField(pressed: KeyboardEvent): boolean {
  const field = pressed.target;
  if (!(field instanceof HTMLElement) || !isTyping(field) || pressed.defaultPrevented) return false;
  const form = field.closest("form");
  if (pressed.key === "Escape") field.blur();
  else if (pressed.key === "Enter" && (pressed.ctrlKey || pressed.metaKey)) form?.requestSubmit();
  else return false;
  pressed.preventDefault();
  return true;
}

/** Find the control a key stands for. */
export function controlFor(key: string, root: ParentNode = document): HTMLElement | null {
  return root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]:not([hidden])`);
}

/** Tell whether single keys are in use on this page. */
export function keysInUse(): boolean {
  return document.documentElement.dataset.keys !== "off";
}

/** Tell whether a key press is none of ours: a shortcut of the browser, or keys are off. */
function isForeign(pressed: KeyboardEvent): boolean {
  return pressed.ctrlKey || pressed.metaKey || pressed.altKey || !keysInUse();
}

/** Show or hide the list of keys on `?`; tell whether the list has taken the key. */
function takenByList(pressed: KeyboardEvent, list: HTMLDialogElement | null): boolean {
  if (!list || (pressed.key !== "?" && !list.open)) return false;
  if (pressed.key === "?") {
    pressed.preventDefault();
    if (list.open) list.close();
    else list.showModal();
  }
  return true;
}

/** Listen for keys; a page's own keys come first and say whether they took the key. */
export function listen(own: (key: string, pressed: KeyboardEvent) => boolean): void {
  const list = document.querySelector<HTMLDialogElement>("#keys");
  const shower = document.querySelector<HTMLButtonElement>("#show-keys");
  if (shower && list) {
    shower.hidden = false;
    shower.addEventListener("click", () => list.showModal());
  }
  document.addEventListener("keydown", (pressed) => {
    if (keysInUse() && takenByField(pressed)) return;
    if (isForeign(pressed) || isTyping(pressed.target) || takenByList(pressed, list)) return;
    const key = keyOf(pressed);
    const control = own(key, pressed) ? null : controlFor(key);
    if (control) {
      pressed.preventDefault();
      use(control);
    }
  });
}
