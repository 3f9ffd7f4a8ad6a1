// The page of a question shows only what its kind of answer needs; without this script all is shown.

const kind = document.querySelector<HTMLSelectElement>("#type");

function show(selector: string, isShown: boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>(selector)) part.hidden = !isShown;
}

function follow(): void {
  const type = kind?.value ?? "";
  show(".for-options", type === "choice" || type === "choices");
  show(".for-limits", type === "number" || type === "text");
  show(".for-number", type === "number");
}

kind?.addEventListener("change", follow);
follow();
