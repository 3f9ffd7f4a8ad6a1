// Which key was pressed: by the letter it writes, or by its place where that is of another script.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf } from "../src/shared/keys.ts";

const ARABIC_HEH = "\u0647";
const ARABIC_THREE = "\u0663";

test("a key that writes a Latin letter is that letter, wherever it lies", () => {
  assert.equal(keyOf({ key: "a", code: "KeyQ", shiftKey: false }), "a");
  assert.equal(keyOf({ key: "?", code: "Slash", shiftKey: true }), "?");
});

test("a key that writes another script is told by its place", () => {
  assert.equal(keyOf({ key: ARABIC_HEH, code: "KeyI", shiftKey: false }), "i");
  assert.equal(keyOf({ key: ARABIC_HEH, code: "KeyI", shiftKey: true }), "I");
  assert.equal(keyOf({ key: ARABIC_THREE, code: "Digit3", shiftKey: false }), "3");
});

test("keys that write nothing keep their names", () => {
  assert.equal(keyOf({ key: "Enter", code: "NumpadEnter", shiftKey: false }), "Enter");
  assert.equal(keyOf({ key: ARABIC_HEH, code: "IntlBackslash", shiftKey: false }), ARABIC_HEH);
});
