import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, utf8 } from "../src/bytes.ts";
import { type Act, Asking, type Wanted } from "../src/load/asking.ts";
import { unpacked } from "../src/load/pack.ts";

const PIECE_BYTES = 24_000;

/** So many pieces of the first part, and so many of the second. */
function order(first: number, second = 0): Wanted[] {
  return Array.from({ length: first + second }, (_, at) => ({
    name: `piece-${at}.txt`,
    bytes: PIECE_BYTES,
    part: at < first ? 0 : 1,
  }));
}

const asked = (acts: readonly Act[]): number[] =>
  acts.flatMap((act) => (act.kind === "ask" ? [act.at] : []));

const brokenOff = (acts: readonly Act[]): number[] =>
  acts.flatMap((act) => (act.kind === "break-off" ? [act.id] : []));

test("three are asked for at first, in their order, and the next when one is there", () => {
  const asking = new Asking(order(6));
  assert.deepEqual(asked(asking.next(0)), [0, 1, 2]);
  assert.deepEqual(asked(asking.next(100)), []);
  asking.heard(2, PIECE_BYTES, 2000);
  assert.equal(asking.came(2), true);
  assert.deepEqual(asked(asking.next(2000)), [3]);
});

test("what an earlier visit brought is not asked for", () => {
  const asking = new Asking(order(4), [0, 2]);
  assert.deepEqual(asked(asking.next(0)), [1, 3]);
  asking.came(1);
  asking.came(2);
  assert.equal(asking.isDone(), true);
});

test("a quick line is asked for more at once", () => {
  const asking = new Asking(order(12));
  asking.next(0);
  for (const id of [1, 2, 3]) {
    asking.heard(id, PIECE_BYTES, 200);
    asking.came(id);
  }
  assert.equal(asked(asking.next(200)).length, 5);
});

test("one that is silent gives its turn to the next", () => {
  const asking = new Asking(order(6));
  asking.next(0);
  for (const id of [1, 2]) asking.heard(id, 12_000, 10_000);
  assert.deepEqual(asked(asking.next(11_000)), [3]);
  assert.deepEqual(asked(asking.next(11_500)), []);
});

test("what is missing of the first part is asked for again before the second begins", () => {
  const asking = new Asking(order(3, 3));
  asking.next(0);
  for (const id of [1, 2]) {
    asking.heard(id, PIECE_BYTES, 4000);
    asking.came(id);
  }
  // The third never spoke: what may begin of the second part while it is not yet late.
  assert.deepEqual(asked(asking.next(4000)), [3, 4]);
  const again = asking.next(20_000).find((act) => act.kind === "ask");
  assert.deepEqual(again, { kind: "ask", id: 6, at: 2, isAgain: true });
});

test("in the end whatever is silent longest is asked for again, once, and the first to come counts", () => {
  const asking = new Asking(order(3));
  asking.next(0);
  asking.heard(1, PIECE_BYTES, 3000);
  asking.came(1);
  asking.heard(3, 1000, 3000);
  // 47 kB on their way at 8 kB/s, and three seconds more.
  assert.deepEqual(asked(asking.next(8000)), []);
  assert.deepEqual(asked(asking.next(12_000)), [1]);
  assert.deepEqual(asked(asking.next(12_100)), []);
  assert.equal(asking.came(4), true);
  assert.equal(asking.came(2), false);
  assert.equal(asking.isDone(), false);
});

test("the slower of two asks is broken off when the other is there", () => {
  const asking = new Asking(order(2));
  asking.next(0);
  asking.heard(1, PIECE_BYTES, 3000);
  asking.came(1);
  assert.deepEqual(asked(asking.next(14_000)), [1]);
  asking.came(3);
  assert.deepEqual(brokenOff(asking.next(14_500)), [2]);
});

test("one that never answers is broken off, and asked for again", () => {
  const asking = new Asking(order(1));
  asking.next(0);
  const acts = asking.next(120_000);
  assert.deepEqual(brokenOff(acts), [1]);
  assert.deepEqual(asked(acts), [0]);
  assert.equal(asking.came(1), false, "what was broken off counts no more");
});

test("pauses after failures grow, and a line that never works is given up", () => {
  const asking = new Asking(order(1));
  let now = 0;
  const pauses: number[] = [];
  for (let id = 1; id <= 5; id += 1) {
    const began = now;
    while (asked(asking.next(now)).length === 0) now += 100;
    pauses.push(now - began);
    asking.failed(id, now);
  }
  assert.deepEqual(pauses, [0, 500, 1000, 2000, 4000]);
  assert.deepEqual(asking.next(now), [{ kind: "give-up" }]);
});

/** A line on which each third ask is never answered, and one answer comes every half second. */
class LossyLine {
  readonly asking: Asking;
  readonly open = new Map<number, number>();

  constructor(wanted: readonly Wanted[]) {
    this.asking = new Asking(wanted);
  }

  step(now: number): void {
    for (const act of this.asking.next(now)) {
      if (act.kind === "ask") this.open.set(act.id, act.at);
      else if (act.kind === "break-off") this.open.delete(act.id);
    }
  }

  answer(now: number): void {
    const [came] = [...this.open.keys()].filter((id) => id % 3 !== 0);
    if (came === undefined) return;
    this.asking.heard(came, PIECE_BYTES, now);
    this.asking.came(came);
    this.open.delete(came);
  }
}

test("whatever is lost, everything is there in the end, and nothing is asked for three times at once", () => {
  const line = new LossyLine(order(9, 5));
  for (let now = 0; !line.asking.isDone(); now += 500) {
    assert.ok(now < 600_000, "it ends");
    line.step(now);
    const places = [...line.open.values()];
    assert.ok(places.length <= 5);
    for (const at of places) assert.ok(places.filter((one) => one === at).length <= 2);
    line.answer(now);
  }
});

const FILES = [
  ["main-ABCDEFGH.js", "text/javascript", "say('é');"],
  ["icons/a.svg", "image/svg+xml", ""],
  ["main.css", "text/css", "a{}"],
] as const;

function packOf(files: readonly (readonly [string, string, string])[]): Uint8Array<ArrayBuffer> {
  const lines = files.map(([name, type, text]) => [name, type, utf8(text).length]);
  return concat(utf8(`${JSON.stringify(lines)}\n`), ...files.map(([, , text]) => utf8(text)));
}

test("a pack is taken apart into its files", () => {
  const files = unpacked(packOf(FILES)).map(({ name, type, content }) => [
    name,
    type,
    new TextDecoder().decode(content),
  ]);
  assert.deepEqual(files, FILES);
});

test("a pack with a byte missing, left over, or without its first line is refused", () => {
  const pack = packOf(FILES);
  for (let length = 0; length < pack.length; length += 1) {
    assert.throws(() => unpacked(pack.subarray(0, length)), `${length} bytes`);
  }
  assert.throws(() => unpacked(concat(pack, utf8("x"))));
});

test("a pack whose first line says something else than files is refused", () => {
  const lines = [
    "{}",
    "[1]",
    '[["a","b"]]',
    '[["a","b",-1]]',
    '[["a","b",0.5]]',
    '[["a","b","0"]]',
    '[["a",null,0]]',
    '[["a","b",9007199254740993]]',
    '[["a","b",0],["a","b",0]]',
  ];
  for (const line of lines) assert.throws(() => unpacked(utf8(`${line}\n`)), line);
});

test("a pack names no file outside of the app", () => {
  const names = [
    "",
    "/a",
    "../a",
    "a/../b",
    "https://other.example/a",
    "a b",
    ".a",
    "./",
    "a".repeat(101),
  ];
  for (const name of names) {
    assert.throws(() => unpacked(packOf([[name, "text/css", ""]])), name);
  }
});
