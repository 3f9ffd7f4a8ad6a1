import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Bytes, concat, hex, utf8 } from "../src/bytes.ts";
import { MediaError } from "../src/errors.ts";
import { mentions } from "../src/media/cleaned.ts";
import { cleaned, examine } from "../src/media/cleaning.ts";
import { readNotes } from "../src/media/exif.ts";
import { Chance } from "./support/chance.ts";
import * as made from "./support/made_media.ts";

const KINDS: Readonly<Record<string, Bytes>> = {
  jpeg: made.jpeg(),
  png: made.png(),
  webp: made.webp(),
  mp4: made.mp4(),
  webm: made.webm(),
};

const isIn = (bytes: Bytes, part: Bytes): boolean => hex(bytes).includes(hex(part));

function spoiled(chance: Chance, samples: readonly Bytes[]): Bytes {
  const bytes = chance.of(samples).slice();
  for (let turn = 0; turn <= chance.below(4); turn += 1) {
    bytes[chance.below(bytes.length)] = chance.of([0, 1, 127, 128, 255, chance.below(256)]);
  }
  return chance.below(4) === 0 ? bytes.slice(0, chance.below(bytes.length)) : bytes;
}

function cleansOrRefuses(bytes: Bytes): void {
  try {
    cleaned(bytes);
  } catch (error) {
    assert.ok(error instanceof MediaError, `${String(error)} for ${hex(bytes)}`);
  }
}

describe("a file that is cleaned", () => {
  for (const [kind, bytes] of Object.entries(KINDS)) {
    test(`${kind}: holds no canary, wherever a camera may write one`, () => {
      assert.ok(mentions(bytes, made.CANARY));
      assert.ok(!mentions(cleaned(bytes).bytes, made.CANARY));
    });

    test(`${kind}: cleaned twice is cleaned once`, () => {
      const once = cleaned(bytes).bytes;
      assert.deepEqual(cleaned(once).bytes, once);
    });

    test(`${kind}: keeps picture and sound as they are coded`, () => {
      const coded = kind === "mp4" ? made.PICTURE : made.SCAN;
      assert.ok(isIn(cleaned(bytes).bytes, coded));
    });
  }

  test("says the place where the camera named one", () => {
    for (const kind of ["jpeg", "png", "webp"]) assert.ok(cleaned(KINDS[kind]!).place, kind);
  });

  test("stays upright as the camera was held", () => {
    const at = (bytes: Bytes) => bytes.indexOf(0x4d, bytes.indexOf(0x45, 3));
    const { bytes } = cleaned(made.jpeg(8));
    assert.equal(readNotes(bytes.subarray(at(bytes))).orientation, 8);
    assert.ok(!isIn(cleaned(made.jpeg(1)).bytes, utf8("Exif")));
    assert.ok(isIn(cleaned(made.png(3)).bytes, utf8("eXIf")));
    assert.ok(isIn(cleaned(made.webp(3)).bytes, utf8("EXIF")));
  });

  test("a film keeps its length, and every sample its place", () => {
    for (const kind of ["mp4", "webm"]) {
      const bytes = KINDS[kind]!;
      assert.equal(cleaned(bytes).bytes.length, bytes.length);
    }
    const film = KINDS.mp4!;
    const where = hex(film).indexOf(hex(made.PICTURE));
    assert.equal(hex(cleaned(film).bytes).indexOf(hex(made.PICTURE)), where);
  });

  test("a film's times of making are gone", () => {
    const { bytes } = cleaned(made.mp4());
    assert.ok(!mentions(bytes, "mad3") && !mentions(bytes, "chgd") && !mentions(bytes, "appl"));
  });
});

describe("a file that cannot be cleaned", () => {
  test("of no known kind is said to be so", () => {
    for (const text of ["", "%PDF-1.7", "RIFF....WAVE", "plain words"]) {
      assert.throws(() => cleaned(utf8(text)), new MediaError("media-unknown"));
    }
    const heic = made.box("ftyp", utf8("heic"), new Uint8Array(4));
    assert.throws(() => cleaned(heic), new MediaError("media-unknown"));
  });

  test("a film in fragments with a track of positions is refused", () => {
    const film = concat(made.mp4(), made.box("moof"));
    assert.throws(() => cleaned(film), new MediaError("media-damaged"));
  });

  test("spoilt files raise the cleaner's own error or nothing", () => {
    const chance = new Chance(23);
    const samples = Object.values(KINDS);
    for (let round = 0; round < 4000; round += 1) cleansOrRefuses(spoiled(chance, samples));
  });

  test("boxes in boxes without end are refused", () => {
    let deep: Bytes = made.box("moov");
    for (let level = 0; level < 4000; level += 1) deep = made.box("moov", deep);
    const film = concat(made.box("ftyp", utf8("isom"), new Uint8Array(4)), deep);
    assert.throws(() => cleaned(film), new MediaError("media-damaged"));
  });
});

describe("a file that is looked into", () => {
  test("speaks, is silent once cleaned, or cannot be told", async () => {
    const { kind, place, without } = await examine(new File([made.jpeg()], "river.jpg"));
    assert.deepEqual([kind, place], ["speaks", true]);
    assert.equal((await examine(without!)).kind, "silent");
    assert.equal((await examine(new File(["words"], "words.txt"))).kind, "unknown");
  });
});
