import assert from "node:assert/strict";
import { test } from "node:test";
import { readAtlas } from "../src/map/reading.ts";

const atlas = await readAtlas("en");
const arabic = await readAtlas("ar");

/** Far from any border; the desk's own layer finds them in these areas too. */
const KNOWN = [
  [31.6, 4.85, "SS-EC"],
  [30.5, 15.6, "SD-KN"],
  [24.9, 13.6, "SD-DN"],
  [36.3, 33.5, "SY-DI"],
  [96.1, 21.9, "MM-04"],
  [29.2, -1.68, "CD-NK"],
] as const;

test("a point is in the area that the map draws around it", () => {
  for (const [longitude, latitude, code] of KNOWN) {
    const area = atlas.areaAt({ longitude, latitude });
    assert.equal(atlas.areas[area ?? -1]?.code, code);
  }
});

test("nothing lies at sea", () => {
  assert.equal(atlas.areaAt({ longitude: -30, latitude: 0 }), null);
});

test("every area is drawn, has a name and a country", () => {
  assert.ok(atlas.areas.length > 4000);
  const drawn = new Set(atlas.lines.flatMap(({ left, right }) => [left - 1, right - 1]));
  for (const at of atlas.areas.keys()) {
    assert.ok(drawn.has(at), String(at));
    assert.notEqual(atlas.name(at), "");
  }
  assert.ok(atlas.countries.every(([country, name]) => country !== name));
});

test("areas are called by their name in the person's language, and by the local one where it has none", () => {
  const area = atlas.areaCalled("AR-E") ?? -1;
  assert.equal(atlas.name(area), "Entre Ríos");
  assert.equal(arabic.name(area), "إنتري ريوس");
  assert.equal(arabic.countryName(area), "الأرجنتين");
});

test("a search finds names without their marks, those that begin so first", () => {
  const [first] = atlas.search("ENTRE rios", 8);
  assert.equal(atlas.areas[first ?? -1]?.code, "AR-E");
  assert.deepEqual(atlas.search("  ", 8), []);
});

test("codes are such as a report may hold", () => {
  for (const { code } of atlas.areas) assert.match(code, /^(?:[A-Z]{2}-[A-Z0-9]{1,13})?$/);
});
