import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { step } from "../src/sync/engine.ts";
import { NOTHING_KNOWN } from "../src/sync/engine_state.ts";
import { digestOf, eventOf, type Named, namedForm } from "./support/engine_forms.ts";

interface Scenario {
  readonly scenario: string;
  readonly rule: string;
  readonly steps: readonly {
    readonly event: Named;
    readonly actions: readonly Named[];
    readonly state: string;
  }[];
}

const FOLDER = "tests/vectors/engine";
const files = readdirSync(FOLDER).sort();

test("there is a scenario for every rule", () => {
  assert.ok(files.length > 15);
});

for (const file of files) {
  const { scenario, rule, steps } = JSON.parse(
    readFileSync(`${FOLDER}/${file}`, "utf8"),
  ) as Scenario;
  test(`${scenario}: ${rule}`, () => {
    let state = NOTHING_KNOWN;
    for (const [number, { event, actions, state: expected }] of steps.entries()) {
      const before = digestOf(state);
      const stepped = step(state, eventOf(event));
      assert.deepEqual(stepped.actions.map(namedForm), actions, `actions of step ${number}`);
      assert.equal(digestOf(stepped.state), expected, `state after step ${number}`);
      assert.equal(digestOf(state), before, `the state given to step ${number}`);
      state = stepped.state;
    }
  });
}
