// The rule of the indicator picker: by number from its beginning, by words from theirs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Choice, matching } from "../src/shared/matching.ts";

const CHOICES: readonly Choice[] = [
  { value: "7.1", label: "7.1 Emergency laws that erode basic rights", unchecked: false },
  { value: "7.12", label: "7.12 People or property marked by group", unchecked: false },
  { value: "7.14", label: "7.14 More inflammatory rhetoric", unchecked: false },
  { value: "12.2", label: "12.2 Security procedures that discriminate", unchecked: true },
  { value: "13.8", label: "13.8 Accès à l'aide médicale entravé", unchecked: true },
  { value: "9.1", label: "9.1 ممارسات تمييزية خطيرة", unchecked: false },
];

function found(typed: string): string[] {
  return matching(CHOICES, typed).map((choice) => choice.value);
}

test("a number is found from its beginning, the exact one first", () => {
  assert.deepEqual(found("7.1"), ["7.1", "7.12", "7.14"]);
  assert.deepEqual(found("12"), ["12.2"]);
});

test("words are found in any order, each from its beginning", () => {
  assert.deepEqual(found("group mark"), ["7.12"]);
  assert.deepEqual(found("ARKED"), []);
});

test("marks and case do not hide a word", () => {
  assert.deepEqual(found("ACCES medicale"), ["13.8"]);
});

test("words of other scripts are found too", () => {
  assert.deepEqual(found("تمييزية"), ["9.1"]);
});

test("nothing typed shows the beginning of the list", () => {
  assert.deepEqual(
    found("  "),
    CHOICES.map((choice) => choice.value),
  );
});

test("never more are shown than can be read at a glance", () => {
  const many = Array.from({ length: 60 }, (_, number) => ({
    value: `1.${number}`,
    label: `1.${number} same`,
    unchecked: false,
  }));
  assert.equal(matching(many, "same").length, 12);
  assert.equal(matching(many, "1").length, 12);
});
