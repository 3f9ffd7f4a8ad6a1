/** What the operations on forms mean in TypeScript. */
import { utf8 } from "../../src/bytes.ts";
import type { FormAnswers } from "../../src/domain/answers.ts";
import { kept, missing, shown } from "../../src/domain/forms.ts";
import { askedFor, inForce } from "../../src/forms.ts";
import type { Category } from "../../src/generated/constants.ts";
import { decodeForm } from "../../src/wire/forms.ts";

interface Given {
  readonly json: string;
  readonly form: string;
  readonly answers: FormAnswers;
  readonly forms: readonly string[];
  readonly category: Category;
}

function answered(given: Given) {
  const form = decodeForm(utf8(given.form));
  const { answers } = given;
  return {
    shown: shown(form, answers).map(({ key }) => key),
    kept: kept(form, answers),
    missing: missing(form, answers),
  };
}

function asked({ forms, category }: Given) {
  const found = askedFor(inForce(forms.map((text) => JSON.parse(text))), category);
  return { asked: found.map(({ key, version }) => `${key} ${version}`) };
}

export const FORM_OPERATIONS = {
  "forms decode": (given: Given) => ({ key: decodeForm(utf8(given.json)).key }),
  "forms answers": answered,
  "forms in_force": asked,
};
