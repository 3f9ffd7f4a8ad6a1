// Finding an indicator by its number or by words: the rule of the picker, without any page.

/** One choice of the picker. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly unchecked: boolean;
}

/** Choices shown at most: more cannot be read at a glance, and a further letter narrows them. */
const MOST_SHOWN = 12;

function folded(text: string): string {
  return text.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

/**
 * Find the choices that fit what was typed, best first.
 * A number fits from its beginning; words fit when each begins some word of the label.
 */
export function matching(choices: readonly Choice[], typed: string): Choice[] {
  const query = folded(typed).trim();
  if (query === "") return choices.slice(0, MOST_SHOWN);
  if (/^[\d.]+$/.test(query)) {
    const exact = choices.filter((choice) => choice.value === query);
    const begun = choices.filter(
      (choice) => choice.value !== query && choice.value.startsWith(query),
    );
    return [...exact, ...begun].slice(0, MOST_SHOWN);
  }
  const parts = query.split(/\s+/);
  return choices
    .filter((choice) => {
      const words = folded(choice.label).split(/[^\p{L}\p{N}]+/u);
      return parts.every((part) => words.some((word) => word.startsWith(part)));
    })
    .slice(0, MOST_SHOWN);
}
