import assert from "node:assert/strict";
import { test } from "node:test";
import { between, fromLines, grown, MIDDLE, moved, toLines, WHOLE } from "../src/shared/areas.ts";

test("an area is the same whichever corner it is drawn from", () => {
  const wanted = { left: 1000, top: 2000, width: 4000, height: 1000 };
  assert.deepEqual(between([0.1, 0.2], [0.5, 0.3]), wanted);
  assert.deepEqual(between([0.5, 0.3], [0.1, 0.2]), wanted);
});

test("what is drawn beyond the picture ends at its edge, and a click is no area", () => {
  assert.deepEqual(between([-0.4, -1], [2, 0.5]), { left: 0, top: 0, width: WHOLE, height: 5000 });
  assert.equal(between([0.5, 0.5], [0.501, 0.9]), null);
});

test("an area stays in the picture however far it is moved or grown", () => {
  assert.equal(moved(MIDDLE, 9000, 0).left, 8000);
  assert.equal(moved(MIDDLE, 0, -9000).top, 0);
  assert.equal(grown(MIDDLE, 9000, 0).width, 6000);
  assert.equal(grown(MIDDLE, -9000, -9000).height > 0, true);
});

test("areas come back from their lines, and other lines are left out", () => {
  const areas = [MIDDLE, { left: 0, top: 0, width: 50, height: 9999 }];
  assert.deepEqual(fromLines(`${toLines(areas)}\nnonsense\n1 2 3\n`), areas);
});
