import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, radiusKilometres } from "../src/map/choosing.ts";
import { Fingers } from "../src/map/fingers.ts";
import { boxShown, pixelOf, showing, spotOf, worldWindow, zoomed } from "../src/map/window.ts";

const WINDOW = showing(worldWindow(300, 400), [20, 5, 40, 25]);
const KHARTOUM = { longitude: 32.53, latitude: 15.5 };

function near(one: readonly number[], other: readonly number[], by = 1e-6): void {
  for (const [at, value] of one.entries()) assert.ok(Math.abs(value - (other[at] ?? 0)) < by);
}

test("a spot is found again where it was drawn", () => {
  const found = spotOf(WINDOW, pixelOf(WINDOW, KHARTOUM));
  near([found.longitude, found.latitude], [KHARTOUM.longitude, KHARTOUM.latitude]);
});

test("what is to be shown is wholly within the window", () => {
  const [west, south, east, north] = boxShown(WINDOW);
  assert.ok(west <= 20 && south <= 5 && east >= 40 && north >= 25);
});

test("what is under the fingers stays there when the map grows", () => {
  const before = spotOf(WINDOW, [40, 300]);
  const after = spotOf(zoomed(WINDOW, 1.6, [40, 300]), [40, 300]);
  near([after.longitude, after.latitude], [before.longitude, before.latitude]);
});

test("a short touch presses, a drag moves the map and presses nothing", () => {
  const fingers = new Fingers();
  fingers.down(1, [100, 100]);
  assert.equal(fingers.move(WINDOW, 1, [103, 101]), WINDOW, "a trembling finger");
  assert.deepEqual(fingers.up(1), [100, 100]);
  fingers.down(1, [100, 100]);
  const window = fingers.move(WINDOW, 1, [150, 100]);
  assert.ok(window.middle.longitude < WINDOW.middle.longitude);
  assert.equal(fingers.up(1), null);
});

test("two fingers that draw apart make the map larger, and press nothing", () => {
  const fingers = new Fingers();
  fingers.down(1, [100, 100]);
  fingers.down(2, [200, 100]);
  assert.ok(fingers.move(WINDOW, 2, [300, 100]).scale > 1.9 * WINDOW.scale);
  assert.equal(fingers.up(2), null);
  assert.equal(fingers.up(1), null);
});

test("a whole region is its code and no point", () => {
  assert.deepEqual(answerOf(KHARTOUM, "SD-KH", "admin1"), {
    latitude: undefined,
    longitude: undefined,
    precision: "admin1",
    area: "SD-KH",
  });
});

test("a point is rounded to a part of its circle, and never called this very spot", () => {
  for (const precision of ["admin1", "admin2", "settlement"] as const) {
    const answer = answerOf({ longitude: 32.53217, latitude: 15.50619 }, "", precision);
    const off = Math.abs((answer.latitude ?? 0) - 15.50619) * 111.2;
    assert.ok(off < radiusKilometres(precision) / 4);
    assert.equal(answer.precision, precision);
    assert.equal(answer.area, undefined);
  }
  const { latitude, longitude } = answerOf(KHARTOUM, "SD-KH", "admin2");
  assert.deepEqual([latitude, longitude], [15.5, 32.54]);
});
