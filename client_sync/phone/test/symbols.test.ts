import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeQR } from "qr/decode.js";
import type { App, Fineness, Picture, Seen } from "../src/app.ts";
import { joined } from "./support/app.ts";
import { Chance } from "./support/chance.ts";
import { saveReport } from "./support/saving.ts";
import { answers, World } from "./support/surroundings.ts";

const PIXELS_A_MODULE = 4;
const LOSS = 0.3;
const MOST = 400;

/** What a camera makes of a code: larger, grey at the edges, uneven light, noise. */
function photographed({ side, pixels }: Picture, chance: Chance) {
  let grain = chance.below(65536);
  const width = side * PIXELS_A_MODULE;
  const data = new Uint8ClampedArray(4 * width * width).fill(255);
  for (let y = 0; y < width; y += 1) {
    const row = Math.floor(y / PIXELS_A_MODULE) * side;
    for (let x = 0; x < width; x += 1) {
      const value = pixels[4 * (row + Math.floor(x / PIXELS_A_MODULE))] ?? 255;
      const light = 0.7 + (0.3 * x) / width;
      grain = (grain * 25173 + 13849) % 65536;
      const seen = (30 + value * 0.75) * light + grain / 1640;
      data.fill(seen, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { width, height: width, data };
}

async function withReports(count: number): Promise<{ world: World; app: App }> {
  const world = new World();
  const app = await joined(world);
  world.network.down = true;
  for (let n = 0; n < count; n += 1) await saveReport(app, answers({ text: `Report ${n}` }), []);
  return { world, app };
}

/** Show one part to a camera that misses codes; what it took, and what the other phone says. */
async function carryOver(from: App, to: App, seed: number, fineness: Fineness = "fine") {
  const showing = await from.showCodes(fineness);
  const part = await showing.open(0);
  const collecting = await to.collectCodes();
  const chance = new Chance(seed);
  for (let index = 0; index < MOST; index += 1) {
    if (chance.below(1000) < LOSS * 1000) continue;
    const text = decodeQR(photographed(part.picture(index), chance));
    const seen: Seen = collecting.take(text);
    if (seen.kind !== "bundle") continue;
    return { pieces: part.pieces, frames: index + 1, summary: await to.importBundle(seen.file) };
  }
  throw new Error("the codes were not enough");
}

describe("codes from screen to camera", () => {
  test("twenty reports pass a camera that misses three codes in ten", async () => {
    const { app } = await withReports(20);
    const courier = await joined(new World(2));
    const { pieces, frames, summary } = await carryOver(app, courier, 5);
    assert.equal(pieces, 25);
    assert.ok(frames <= (1.1 * pieces) / (1 - LOSS), `${frames} frames for ${pieces} pieces`);
    assert.equal(summary.carried, 20);
    assert.equal(courier.carried(), 20);
  });

  for (const fineness of ["middle", "coarse"] as const) {
    test(`a worn camera reads ${fineness} codes`, async () => {
      const { app } = await withReports(1);
      const courier = await joined(new World(2));
      const { summary } = await carryOver(app, courier, 3, fineness);
      assert.equal(summary.carried, 1);
    });
  }

  test("what is whole is not collected again, and brings nothing twice", async () => {
    const { app } = await withReports(1);
    const courier = await joined(new World(2));
    const part = await (await app.showCodes("coarse")).open(0);
    const collecting = await courier.collectCodes();
    const kinds = Array.from({ length: 2 * part.pieces }, (_, index) => {
      const { pixels, side } = part.picture(index);
      return collecting.take(decodeQR(photographed({ pixels, side }, new Chance(index)))).kind;
    });
    assert.deepEqual(kinds.filter((kind) => kind === "bundle").length, 1);
    assert.equal(kinds.at(-1), "nothing");
  });

  test("a code of something else is passed over", async () => {
    const app = await joined(new World());
    const collecting = await app.collectCodes();
    assert.deepEqual(collecting.take("https://example.org/menu"), { kind: "nothing" });
  });
});
