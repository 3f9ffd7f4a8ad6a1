import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";

const PYTHON = existsSync(".venv/bin/python") ? ".venv/bin/python" : "python3";

test("constants.ts is what the contract's Python constants say", () => {
  const run = spawnSync(PYTHON, ["-m", "tools.generate_constants", "--check"], {
    encoding: "utf8",
  });
  assert.equal(run.status, 0, run.stderr);
});
