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
  control.focus();
  control.scrollIntoView({ block: "nearest" });
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
    if (isForeign(pressed) || isTyping(pressed.target) || takenByList(pressed, list)) return;
    const control = own(pressed.key, pressed) ? null : controlFor(pressed.key);
    if (control) {
      pressed.preventDefault();
      use(control);
    }
  });
}
