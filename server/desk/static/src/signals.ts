// The signals page: pointing at a row of the table lights its area on the map, and the other way.

import { listen } from "./shared/keys.ts";

function light(code: string, on: boolean): void {
  const selector = `[data-code="${CSS.escape(code)}"]`;
  for (const marked of document.querySelectorAll(selector)) marked.classList.toggle("lit", on);
}

for (const marked of document.querySelectorAll<HTMLElement | SVGElement>("[data-code]")) {
  const code = marked.dataset.code ?? "";
  for (const [type, on] of [
    ["pointerenter", true],
    ["pointerleave", false],
    ["focusin", true],
    ["focusout", false],
  ] as const) {
    marked.addEventListener(type, () => light(code, on));
  }
}

// On a narrow screen the chart scrolls; the newest weeks are what one looks for.
for (const chart of document.querySelectorAll<HTMLElement>(".chart-scroll")) {
  chart.scrollLeft = chart.scrollWidth;
}

listen(() => false);
