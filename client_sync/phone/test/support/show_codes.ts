/**
 * Show a bundle as the phone does, for a decoder that is not ours: reads the bundle from standard
 * input, writes each picture as its side (u16) and one byte a module, dark 0 or light 255.
 *
 * Usage: node show_codes.mjs SYMBOL_BYTES COUNT < BUNDLE > PICTURES
 */
import { readFileSync, writeSync } from "node:fs";
import { concat, uint } from "../../src/bytes.ts";
import { drawCode } from "../../src/symbols/picture.ts";
import { bundleWriter } from "../../src/symbols/symbols.ts";

const STDIN = 0;
const STDOUT = 1;
const [symbolBytes, count] = process.argv.slice(2).map(Number) as [number, number];
const writer = bundleWriter(new Uint8Array(readFileSync(STDIN)), symbolBytes);
for (let index = 0; index < count; index += 1) {
  const { side, pixels } = drawCode(writer.symbol(index));
  const modules = Uint8Array.from({ length: side * side }, (_, at) => pixels[4 * at] as number);
  const picture = concat(uint(side, 2), modules);
  for (let at = 0; at < picture.length; ) at += writeSync(STDOUT, picture, at);
}
