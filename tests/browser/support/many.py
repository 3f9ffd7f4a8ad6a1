"""More reports than a test can write press by press."""

from typing import Final

from tests.browser.support.phone import Phone, Words

WRITE_MANY: Final = """async ({ count, words }) => {
  const says = (node, text) => node.textContent.trim() === text;
  // A button may say more than its word: what it stands for, on a line below.
  const fits = (node, text) => [node, ...node.children].some((one) => says(one, text));
  const found = async (selector, text) => {
    for (let frame = 0; frame < 1800; frame += 1) {
      const one = [...document.querySelectorAll(selector)].find((node) => fits(node, text));
      if (one) return one;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    throw new Error(`no ${selector} says: ${text}`);
  };
  for (let n = 0; n < count; n += 1) {
    (await found("button", "Write a report")).click();
    (await found("button", words.category)).click();
    const field = document.querySelector("#text");
    field.value = `${words.text} ${n}`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    (await found("label", words.when)).click();
    (await found("button", "Save and seal")).click();
    await found("h1", "Saved and sealed");
    (await found("button", "Done")).click();
    await found("h1", "Your reports");
  }
}"""
"""Writes report after report through the pages, as fast as they let it."""


def write_many(phone: Phone, words: Words, count: int) -> None:
    """Write and seal so many reports, each with its number at the end of its words.

    Args:
        phone: at home.
        words: of each report, but for the number.
        count: how many.
    """
    said = {"text": words.text, "category": words.category, "when": words.when}
    phone.page.evaluate(WRITE_MANY, {"count": count, "words": said})
