/** Pieces that several pages are made of. */
import { explain } from "../app.ts";
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";

/** The one button that this page is for. */
export function primaryButton(
  label: string,
  image: string,
  onclick: () => void,
  busy = false,
): Described {
  return el(
    "button",
    { class: "primary", type: "button", onclick, "aria-disabled": busy },
    icon(image),
    el("span", {}, label),
  );
}

/** Any other button; `kind` is `quiet` or `grave` where it is not an ordinary one. */
export function button(
  label: string,
  image: string | null,
  onclick: () => void,
  kind = "",
): Described {
  return el(
    "button",
    { class: `plain ${kind}`.trim(), type: "button", onclick },
    image !== null && icon(image),
    el("span", {}, label),
  );
}

/** A line that leads to another page. */
export function wayTo(label: string, image: string, onclick: () => void, note = ""): Described {
  return el(
    "button",
    { class: "way", type: "button", onclick },
    icon(image),
    el("span", { class: "grow" }, label),
    note !== "" && el("span", { class: "note" }, note),
    icon("onward"),
  );
}

export type NoticeKind = "calm" | "care" | "good";
const NOTICE_ICONS: Readonly<Record<NoticeKind, string>> = {
  calm: "info",
  care: "care",
  good: "done",
};

/** A boxed sentence; `care` is for what the person should act on, and is spoken at once. */
export function notice(kind: NoticeKind, ...content: Child[]): Described {
  const role = kind === "care" ? "alert" : undefined;
  return el(
    "div",
    { class: `notice ${kind}`, role },
    icon(NOTICE_ICONS[kind]),
    el("div", { class: "grow" }, content),
  );
}

/** What went wrong, for the person, or nothing. */
export function trouble(error: unknown): Child {
  return error !== null && notice("care", el("p", {}, explain(error)));
}

/** A group of fields that speak for themselves. */
export function block(key: string, ...content: Child[]): Described {
  return el("div", { class: "block", key }, content);
}

/** A section with its own heading. */
export function section(heading: string, ...content: Child[]): Described {
  return el("section", { class: "block" }, el("h2", {}, heading), content);
}

export interface Choice<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly image?: string;
}

/** A question with a few answers, one of which holds; `null` when none is chosen yet. */
export function choices<V extends string>(
  name: string,
  question: string,
  offered: readonly Choice<V>[],
  chosen: V | null,
  choose: (value: V) => void,
  shape = "",
): Described {
  const tile = (offer: Choice<V>): Described =>
    el(
      "label",
      { class: offer.value === chosen ? "tile picked" : "tile", key: offer.value },
      el("input", {
        type: "radio",
        name,
        value: offer.value,
        checked: offer.value === chosen,
        onchange: () => choose(offer.value),
      }),
      offer.image !== undefined && icon(offer.image),
      el("span", {}, offer.label),
    );
  return el(
    "fieldset",
    { class: "choices", id: name, tabindex: -1 },
    el("legend", {}, question),
    el("div", { class: `tiles ${shape}`.trim() }, offered.map(tile)),
  );
}

export interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly type?: string;
  readonly rows?: number;
  readonly maxLength?: number;
  readonly onInput: (value: string) => void;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A labelled field of one line, or of several when `rows` is given. */
export function field(props: FieldProps): Described {
  const hintId = props.hint === undefined ? undefined : `${props.id}-hint`;
  const common = {
    id: props.id,
    value: props.value,
    dir: "auto",
    autocomplete: "off",
    maxlength: props.maxLength,
    "aria-describedby": hintId,
    oninput: (event: Event) => props.onInput((event.currentTarget as HTMLInputElement).value),
    ...props.more,
  };
  return el(
    "div",
    { class: "field" },
    el("label", { for: props.id }, props.label),
    hintId !== undefined && el("p", { class: "hint", id: hintId }, props.hint),
    props.rows === undefined
      ? el("input", { type: props.type ?? "text", ...common })
      : el("textarea", { rows: props.rows, ...common }),
  );
}

/** A button that opens the phone's own file or camera dialog. */
export function fileButton(
  label: string,
  image: string,
  onFiles: (files: readonly File[]) => void,
  more: Readonly<Record<string, unknown>> = {},
): Described {
  const taken = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) onFiles(files);
  };
  return el(
    "label",
    { class: "plain" },
    el("input", { type: "file", class: "unseen", onchange: taken, ...more }),
    icon(image),
    el("span", {}, label),
  );
}

/** Ask once more before something that cannot be undone. */
export function confirmation(
  question: string,
  yes: string,
  onYes: () => void,
  onNo: () => void,
): Described {
  return el(
    "div",
    {
      class: "notice care",
      role: "alertdialog",
      "aria-label": question,
      tabindex: -1,
      // The button that was pressed is gone: go on from here.
      onmount: (box) => box.focus(),
    },
    el(
      "div",
      { class: "grow" },
      el("p", {}, question),
      el(
        "div",
        { class: "row" },
        button(yes, "remove", onYes, "grave"),
        button(t("No, keep it"), null, onNo),
      ),
    ),
  );
}
