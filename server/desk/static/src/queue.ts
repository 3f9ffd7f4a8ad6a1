// The queue's keys: j and k move between rows, x ticks one, a all, c claims one; Enter is the
// link's own. The list stays true by itself: see shared/live.ts.

import { listen } from "./shared/keys.ts";
import { keepLive } from "./shared/live.ts";

/** Rows are asked for each time: the list changes while the page is open. */
function links(): readonly HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("#rows .row-link")];
}

function current(all: readonly HTMLAnchorElement[]): number {
  const row = document.activeElement?.closest(".row");
  return all.findIndex((link) => link.closest(".row") === row);
}

function move(by: number): void {
  const all = links();
  const here = current(all);
  const next = here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + by));
  all[next]?.focus();
}

function boxes(within: ParentNode): readonly HTMLInputElement[] {
  return [...within.querySelectorAll<HTMLInputElement>("input[name=report_id]")];
}

function tick(): void {
  const all = links();
  const row = all[current(all)]?.closest(".row");
  for (const box of row ? boxes(row) : []) box.checked = !box.checked;
}

function tickAll(): void {
  const all = boxes(document);
  const wanted = !all.every((box) => box.checked);
  for (const box of all) box.checked = wanted;
}

/** Claim the row's report by the same request as the button on its page, then open it. */
async function claim(): Promise<void> {
  const all = links();
  const link = all[current(all)];
  const token = document.querySelector<HTMLInputElement>("#several [name=csrf_token]")?.value;
  if (!link || token === undefined) return;
  const form = new FormData();
  form.set("csrf_token", token);
  form.set("act", "claim");
  await fetch(`${link.pathname}/acts`, { method: "POST", body: form, redirect: "manual" });
  link.click();
}

const keys: Readonly<Record<string, () => void>> = {
  j: () => move(1),
  k: () => move(-1),
  x: tick,
  a: tickAll,
  c: () => void claim(),
};

listen((key, pressed) => {
  const act = keys[key];
  if (!act) return false;
  pressed.preventDefault();
  act();
  return true;
});

keepLive();
