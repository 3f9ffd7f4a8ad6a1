/** A symbol as the picture of a QR code: one pixel a module, the screen makes it large (symbols.md section 5). */
import { encodeQR } from "qr";
import type { Bytes } from "../bytes.ts";
import { SymbolError } from "../errors.ts";
import { QR_SYMBOL_BYTES, QR_VERSIONS } from "../generated/constants.ts";
import { encodeBase45 } from "./base45.ts";

/** Black on white whatever the look of the app: not every decoder reads the opposite. */
const QUIET_MODULES = 4;
const OPAQUE = 255;

export interface Picture {
  /** Pixels of each side. */
  readonly side: number;
  /** Red, green, blue and opacity of each pixel, row by row. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

export function drawCode(symbol: Bytes): Picture {
  const version = QR_VERSIONS[(QR_SYMBOL_BYTES as readonly number[]).indexOf(symbol.length)];
  if (version === undefined) throw new SymbolError("bad-symbol");
  const modules = encodeQR(encodeBase45(symbol), "raw", {
    ecc: "low",
    encoding: "alphanumeric",
    version,
    border: QUIET_MODULES,
  });
  const side = modules.length;
  const pixels = new Uint8ClampedArray(4 * side * side).fill(OPAQUE);
  for (const [row, line] of modules.entries()) {
    for (const [column, isDark] of line.entries()) {
      if (isDark) pixels.fill(0, 4 * (row * side + column), 4 * (row * side + column) + 3);
    }
  }
  return { side, pixels };
}
