// The queue's keys: j and k move between rows, x ticks one, c claims one; Enter is the link's own.

import { listen } from "./shared/keys.ts";

const links = [...document.querySelectorAll<HTMLAnchorElement>("#rows .row-link")];

function current(): number {
  const row = document.activeElement?.closest(".row");
  return links.findIndex((link) => link.closest(".row") === row);
}

function move(by: number): void {
  const here = current();
  const next = here < 0 ? 0 : Math.min(links.length - 1, Math.max(0, here + by));
  links[next]?.focus();
}

function tick(): void {
  const box = links[current()]
    ?.closest(".row")
    ?.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

/** Claim the row's report by the same request as the button on its page, then open it. */
async function claim(): Promise<void> {
  const link = links[current()];
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
  c: () => void claim(),
};

listen((key, pressed) => {
  const act = keys[key];
  if (!act) return false;
  pressed.preventDefault();
  act();
  return true;
});
