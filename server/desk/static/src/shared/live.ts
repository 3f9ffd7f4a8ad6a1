// Keeping an open list true without a reload.
//
// Every few seconds the page asks whether anything changed, which reads no report. Only then it
// fetches itself and puts the parts marked data-live in place of the old ones. Ticks and the
// focused row stay; a row that has gone gives its focus to the one that took its place.

const ASK_MILLISECONDS = 4000;
// Slower than a claim spreads by word of mouth, faster than two people read one report.

interface Held {
  readonly ticked: ReadonlySet<string>;
  readonly focused: string;
  readonly position: number;
}

/** Ask for changes while the page is in view; a failed question is asked again later. */
export function keepLive(): void {
  const live = document.querySelector<HTMLElement>("[data-pulse]");
  const address = live?.dataset.pulseUrl;
  if (!live || !address) return;
  window.setInterval(() => {
    if (document.visibilityState === "visible") void ask(address).catch(() => undefined);
  }, ASK_MILLISECONDS);
}

async function ask(address: string): Promise<void> {
  const shown = document.querySelector<HTMLElement>("[data-pulse]")?.dataset.pulse;
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  const { pulse } = (await answer.json()) as { readonly pulse: string };
  if (pulse !== shown && !isBusy()) await renew();
}

/** Tell whether somebody is choosing something inside the part that would be replaced. */
function isBusy(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLSelectElement && active.closest("[data-live]") !== null;
}

async function renew(): Promise<void> {
  const answer = await fetch(window.location.href);
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const held = hold();
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${CSS.escape(part.dataset.live ?? "")}"]`);
    if (next) part.replaceWith(document.adoptNode(next));
  }
  restore(held);
}

function rows(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#rows .row-link")];
}

function boxes(): readonly HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[name=report_id]")];
}

function hold(): Held {
  const row = document.activeElement?.closest(".row");
  return {
    ticked: new Set(
      boxes()
        .filter((box) => box.checked)
        .map((box) => box.value),
    ),
    focused: row?.querySelector(".row-link")?.id ?? "",
    position: rows().findIndex((link) => link.closest(".row") === row),
  };
}

function restore(held: Held): void {
  for (const box of boxes()) box.checked = held.ticked.has(box.value);
  if (!held.focused) return;
  const all = rows();
  const same = document.getElementById(held.focused);
  (same ?? all[Math.min(held.position, all.length - 1)])?.focus();
}
