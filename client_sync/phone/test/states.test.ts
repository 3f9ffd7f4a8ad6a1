import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { IllegalTransitionError } from "../src/errors.ts";
import { type Happening, next, permits, type State, TRANSITIONS } from "../src/outbox/states.ts";

const STATES = Object.keys(TRANSITIONS) as State[];
const HAPPENINGS: readonly Happening[] = [
  "seal",
  "enqueue",
  "put",
  "receipt",
  "lost",
  "absent",
  "refused",
  "overdue",
  "wanted",
  "ack",
  "wipe",
];

/** The table as sync.md section 5 writes it: `from -happening-> to`. */
function waysOfTheSpec(): Set<string> {
  const spec = readFileSync("docs/spec/sync.md", "utf8");
  const section = spec.slice(spec.indexOf("## 5."), spec.indexOf("## 6."));
  const block = section.split("```")[1] ?? "";
  const ways = new Set<string>();
  for (const chain of block.split(/[;\n]/)) {
    const words = chain.trim().split(/ -|-> /);
    for (let at = 0; at + 2 < words.length; at += 2) ways.add(words.slice(at, at + 3).join(" "));
  }
  return ways;
}

test("the table is the one of the spec, way by way", () => {
  const ours = STATES.flatMap((from) =>
    Object.entries(TRANSITIONS[from]).map(([happening, to]) => `${from} ${happening} ${to}`),
  );
  assert.deepEqual(new Set(ours), waysOfTheSpec());
});

test("every pair of state and happening either is in the table or is refused", () => {
  for (const from of STATES) {
    for (const happening of HAPPENINGS) {
      if (permits(from, happening))
        assert.equal(next(from, happening), TRANSITIONS[from][happening]);
      else assert.throws(() => next(from, happening), IllegalTransitionError);
    }
  }
});

test("nothing leaves done, and only what the desk acknowledged gets there", () => {
  assert.deepEqual(TRANSITIONS.done, {});
  const into = STATES.filter((from) => Object.values(TRANSITIONS[from]).includes("done"));
  assert.deepEqual(into, ["acknowledged"]);
});

test("no relay's word alone leads to acknowledged", () => {
  for (const from of STATES) {
    for (const happening of HAPPENINGS) {
      if (TRANSITIONS[from][happening] === "acknowledged") assert.equal(happening, "ack");
    }
  }
});
