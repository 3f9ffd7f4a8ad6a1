/**
 * The focus is never lost: where what had it is drawn no more, what stands in its place takes it.
 *
 * Theory of operation. Browsers give the focus to the page when its element goes, and who uses keys or
 * a screen reader begins at the top again. Before a page is drawn anew the way from the focus to the
 * root is written down, as places among siblings; afterwards the innermost part of that way that is
 * still there tells where one stood.
 */

const STOPS = "button, input, select, textarea, summary, [tabindex]";

interface Step {
  readonly parent: Element;
  readonly place: number;
}

/** Write down where the focus is, innermost first; nothing where it is not within `root`. */
export function standing(root: Element): readonly Step[] {
  const way: Step[] = [];
  let node = document.activeElement;
  if (node === root || !root.contains(node)) return way;
  while (node !== null && node !== root) {
    const parent: Element | null = node.parentElement;
    if (parent !== null) way.push({ parent, place: [...parent.children].indexOf(node) });
    node = parent;
  }
  return way;
}

/** Give the focus to what stands where it was, unless something has taken it meanwhile. */
export function regain(root: Element, way: readonly Step[]): void {
  if (document.activeElement !== document.body) return;
  const step = way.find(({ parent }) => root.contains(parent));
  if (step === undefined) return;
  const { parent, place } = step;
  const child = parent.children[Math.min(place, parent.children.length - 1)] ?? parent;
  const stop = child.matches(STOPS) ? child : (child.querySelector(STOPS) ?? child);
  if (!(stop instanceof HTMLElement)) return;
  if (!stop.matches(STOPS)) stop.tabIndex = -1;
  stop.focus();
}
