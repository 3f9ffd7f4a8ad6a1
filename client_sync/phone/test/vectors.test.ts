import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { ContractError } from "../src/errors.ts";
import { OPERATIONS } from "./support/operations.ts";

interface Case {
  readonly name: string;
  readonly op: string;
  readonly in: unknown;
  readonly out?: unknown;
  readonly refuse?: string;
}

interface VectorFile {
  readonly file: string;
  readonly cases: readonly Case[];
}

const FOLDER = "tests/vectors";

function vectorFiles(): VectorFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")) as VectorFile);
}

function kindOfRefusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ContractError) return error.slug;
    throw error;
  }
  return "not refused";
}

for (const { file, cases } of vectorFiles()) {
  describe(`vectors of ${file}`, () => {
    for (const { name, op, in: given, out, refuse } of cases) {
      const run = OPERATIONS[`${file} ${op}`];
      test(`${op}: ${name}`, () => {
        assert.ok(run, `the phone has no operation ${file} ${op}`);
        if (refuse === undefined) assert.deepEqual(run(given), out);
        else
          assert.equal(
            kindOfRefusal(() => run(given)),
            refuse,
          );
      });
    }
  });
}

test("the vectors hold at least as many refusals as successes", () => {
  const cases = vectorFiles().flatMap((file) => file.cases);
  const refusals = cases.filter((one) => one.refuse !== undefined).length;
  assert.ok(refusals * 2 >= cases.length);
});
