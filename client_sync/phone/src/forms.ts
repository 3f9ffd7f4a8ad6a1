/**
 * The forms that come with the app, and how a desk's own take their place (docs/spec/forms.md section 5).
 *
 * A form that this version cannot read is left out, so that a desk may ask in ways that come later.
 */
import affected from "../../../schemas/forms/affected.json";
import conduct from "../../../schemas/forms/conduct.json";
import online from "../../../schemas/forms/online.json";
import utterance from "../../../schemas/forms/utterance.json";
import type { Form } from "./domain/forms.ts";
import { FormError } from "./errors.ts";
import type { Category } from "./generated/constants.ts";
import { deskOf } from "./sync/relays.ts";
import type { VaultContent } from "./vault.ts";
import type { JsonValue } from "./wire/canonical.ts";
import { formOf } from "./wire/forms.ts";

const NONE: readonly unknown[] = [];

/** In the order in which they are asked. */
const BUNDLED: readonly JsonValue[] = [conduct, utterance, online, affected];

/** The documents of a directory -> what is in force by it: reading them costs some milliseconds. */
const known = new WeakMap<readonly unknown[], readonly Form[]>();

/** The bundled ones in order, replaced where the desk has its own, then the desk's others. */
export function inForce(deskForms: readonly unknown[]): readonly Form[] {
  const found = known.get(deskForms);
  if (found !== undefined) return found;
  const forms = new Map<string, Form>();
  for (const document of [...BUNDLED, ...deskForms]) {
    const form = readOrNull(document as JsonValue);
    if (form !== null) forms.set(form.key, form);
  }
  known.set(deskForms, [...forms.values()]);
  return [...forms.values()];
}

function readOrNull(document: JsonValue): Form | null {
  try {
    return formOf(document);
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

/** What is in force by the directory that a phone holds. */
export function formsIn(content: VaultContent): readonly Form[] {
  return inForce(deskOf(content)?.directory?.forms ?? NONE);
}

/** The forms of a category. */
export function askedFor(forms: readonly Form[], category: Category): readonly Form[] {
  return forms.filter(({ categories }) => categories.includes(category));
}
