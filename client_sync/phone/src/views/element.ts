/**
 * The whole view layer: describe elements with `el`, and `patch` makes the page equal to them.
 *
 * Theory of operation. A view returns a fresh description of itself on every draw. `patch` walks
 * description and page together and changes only what differs, so that the focused field, the
 * caret, the scroll position and a running video stay where they are. Listeners are set as
 * properties (`onclick`), never as attributes, and text only ever becomes text nodes: there is no
 * way from data to markup, and the content policy can forbid inline scripts and styles.
 */
type Listener<E extends Event> = (event: E) => void;

export interface Props {
  readonly onclick?: Listener<MouseEvent> | undefined;
  readonly oninput?: Listener<Event> | undefined;
  readonly onchange?: Listener<Event> | undefined;
  readonly onsubmit?: Listener<SubmitEvent> | undefined;
  readonly onkeydown?: Listener<KeyboardEvent> | undefined;
  /** Called once, when the element has come onto the page. */
  readonly onmount?: ((element: HTMLElement) => void) | undefined;
  /** Siblings with keys are matched by key, the others by their order. */
  readonly key?: string | undefined;
  readonly [attribute: string]: unknown;
}

export interface Described {
  readonly tag: string;
  readonly props: Props;
  readonly children: readonly Content[];
}

type Content = Described | string;
export type Child = Content | number | false | null | undefined | readonly Child[];

const SVG = "http://www.w3.org/2000/svg";
/** Read by this module, never set on an element. */
const OURS: ReadonlySet<string> = new Set(["key", "onmount"]);
/** Set as properties at every draw: what the person typed is newer than what was drawn first. */
const LIVE: ReadonlySet<string> = new Set(["value", "checked"]);
const described = new WeakMap<Node, Described>();

/** Describe one element; `false`, `null` and `undefined` among the children draw nothing. */
export function el(tag: string, props: Props = {}, ...children: Child[]): Described {
  return { tag, props, children: flatten(children) };
}

/** Make the children of `parent` equal to what is described. */
export function patch(parent: Element, contents: readonly Content[]): void {
  const left: (ChildNode | undefined)[] = [...parent.childNodes];
  const kept = contents.map((content) => {
    const at = left.findIndex((node) => node !== undefined && fits(node, content));
    return at < 0 ? undefined : left.splice(at, 1, undefined)[0];
  });
  // What goes, goes first: moving an element that stays would take the focus away from it.
  for (const node of left) node?.remove();
  let place = parent.firstChild;
  for (const [index, content] of contents.entries()) {
    const node = kept[index] ?? create(parent, content);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    update(node, content, kept[index] === undefined);
  }
}

function flatten(children: readonly Child[]): Content[] {
  const flat: Content[] = [];
  for (const child of children) {
    if (Array.isArray(child)) flat.push(...flatten(child as readonly Child[]));
    else if (typeof child === "number") flat.push(String(child));
    else if (child) flat.push(child as Content);
  }
  return flat;
}

function fits(node: Node, content: Content): boolean {
  if (typeof content === "string") return node.nodeType === Node.TEXT_NODE;
  const old = described.get(node);
  return old !== undefined && old.tag === content.tag && old.props.key === content.props.key;
}

function create(parent: Element, content: Content): ChildNode {
  if (typeof content === "string") return document.createTextNode(content);
  const isSvg = content.tag === "svg" || parent.namespaceURI === SVG;
  return isSvg ? document.createElementNS(SVG, content.tag) : document.createElement(content.tag);
}

function update(node: ChildNode, content: Content, isNew: boolean): void {
  if (typeof content !== "string") updateElement(node as HTMLElement, content, isNew);
  else if (node.nodeValue !== content) node.nodeValue = content;
}

function updateElement(element: HTMLElement, content: Described, isNew: boolean): void {
  const before = described.get(element)?.props ?? {};
  const { props } = content;
  described.set(element, content);
  patch(element, content.children);
  for (const name of Object.keys(before)) {
    if (!(name in props)) setProp(element, name, undefined);
  }
  for (const [name, value] of Object.entries(props)) {
    if (value !== before[name] || LIVE.has(name)) setProp(element, name, value);
  }
  if (isNew) props.onmount?.(element);
}

function setProp(element: HTMLElement, name: string, value: unknown): void {
  if (OURS.has(name)) return;
  if (name.startsWith("on")) Reflect.set(element, name, value ?? null);
  else if (LIVE.has(name)) setLive(element, name, value ?? "");
  else setAttribute(element, name, value ?? false);
}

function setLive(element: HTMLElement, name: string, value: unknown): void {
  if (Reflect.get(element, name) !== value) Reflect.set(element, name, value);
}

function setAttribute(element: HTMLElement, name: string, value: unknown): void {
  if (value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}
