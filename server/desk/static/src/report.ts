// The report page: the indicator picker, grading by keys, the room left in an answer, the claim.

import { listen } from "./shared/keys.ts";
import { enhance } from "./shared/picker.ts";

/** A third of the five-minute lease: two renewals may fail before a colleague can take over. */
const RENEW_MILLISECONDS = 100_000;
/** What the desk answers when the claim is not this person's any more. */
const CLAIM_LOST = 409;
/** What the sealed frame around an answer takes of its room, about. */
const FRAME_BYTES = 75;

function renewClaim(): void {
  const address = document.querySelector<HTMLElement>("#report")?.dataset.lease;
  const token = document.querySelector<HTMLInputElement>("[name=csrf_token]")?.value;
  if (!address || token === undefined) return;
  setInterval(() => {
    if (document.visibilityState !== "visible") return;
    void renew(address, token).catch(() => undefined);
  }, RENEW_MILLISECONDS);
}

/** Renew the claim; where it is lost the page says so and keeps what was typed. */
async function renew(address: string, token: string): Promise<void> {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRF-Token": token } });
  const lost = document.querySelector<HTMLElement>("#claim-lost");
  if (lost) lost.hidden = answer.status !== CLAIM_LOST;
}

/** In the grade form a letter picks the source's grade and a digit the information's. */
function gradeByKey(key: string): boolean {
  const form = document.querySelector<HTMLFormElement>("#grade");
  if (!form?.contains(document.activeElement)) return false;
  const value = key.toUpperCase();
  const radio = form.querySelector<HTMLInputElement>(
    `input[type=radio][value="${CSS.escape(value)}"]`,
  );
  if (radio) {
    radio.checked = true;
    radio.focus();
    return true;
  }
  if (key === "Enter") form.requestSubmit();
  return key === "Enter";
}

/** Where what was found is chosen, a digit presses the button that carries it. */
function findByKey(key: string): boolean {
  const form = document.querySelector<HTMLFormElement>("#finding");
  if (!form?.contains(document.activeElement) || !/^[1-9]$/.test(key)) return false;
  form.querySelectorAll<HTMLButtonElement>("button")[Number(key) - 1]?.click();
  return true;
}

function countRoom(form: HTMLFormElement): void {
  const text = form.querySelector("textarea");
  const words = form.querySelector<HTMLElement>("#reply-room");
  const room = Number(form.dataset.room);
  if (!text || !words) return;
  text.addEventListener("input", () => {
    const left = room - FRAME_BYTES - new TextEncoder().encode(text.value).length;
    // Deflating usually gains; what does not fit is refused by the desk, with the text kept.
    const pattern = left >= 0 ? words.dataset.roomWords : words.dataset.overWords;
    words.textContent = (pattern ?? "").replace("{left}", String(Math.abs(left)));
    words.classList.toggle("over", left < 0);
  });
}

function offerCanned(form: HTMLFormElement): void {
  const text = form.querySelector("textarea");
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-canned]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!text) return;
      text.value = button.dataset.canned ?? "";
      text.dispatchEvent(new Event("input"));
      text.focus();
    });
  }
}

const picker = document.querySelector<HTMLSelectElement>("select[data-picker]");
if (picker) enhance(picker);
for (const form of document.querySelectorAll<HTMLFormElement>(".reply-form")) {
  countRoom(form);
  offerCanned(form);
}
renewClaim();
listen((key, pressed) => {
  const taken = gradeByKey(key) || findByKey(key);
  if (taken) pressed.preventDefault();
  return taken;
});
