"""What the phone bench runs in the page: it looks at what a person sees, and at the clock."""

from typing import Final

WHEN_SHOWN: Final = """
  globalThis.shown = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector("h1") && document.querySelector("button")) {
        requestIdleCallback(() => resolve(performance.now()));
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  });
"""
"""Milliseconds from the navigation until there is something to press and the thread is idle."""

KEPT_BYTES: Final = """async () => {
  let sum = 0;
  let isSpoken = false;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      isSpoken ||= /messages\\.fr/.test(request.url);
      sum += (await (await cache.match(request)).arrayBuffer()).byteLength;
    }
  }
  return isSpoken ? sum : 0;
}"""
"""Bytes of the files that are kept, as they lie there; 0 as long as the language is not."""

MAKE_PHOTO: Final = """async ({ width, height, quality }) => {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(width, height);
  let state = 1;
  for (let at = 0; at < image.data.length; at += 4) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const grain = (state >> 16) & 31;
    image.data[at] = ((at >> 14) & 127) + grain;
    image.data[at + 1] = ((at >> 10) & 127) + grain;
    image.data[at + 2] = 60 + grain;
    image.data[at + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return btoa(text);
}"""
"""A photograph of twelve megapixels with the grain of a cheap camera, in Base64."""

TIME_SEALING: Final = """() => {
  const long = [];
  new PerformanceObserver((seen) => long.push(...seen.getEntries())).observe({ type: "longtask" });
  // Looked at when the page was drawn, and not in between: a look takes the page's thread, too.
  const until = (isSo) => new Promise((resolve) => {
    const look = () => {
      if (!isSo()) return;
      drawn.disconnect();
      const seen = performance.now();
      // A finger presses in a task of its own, not in the one that drew the button.
      setTimeout(() => resolve(seen), 0);
    };
    const drawn = new MutationObserver(look);
    drawn.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  });
  const says = (selector, text) =>
    [...document.querySelectorAll(selector)].find((node) => node.textContent.includes(text));
  const isSealed = (node) => node.textContent.includes("sealed");
  const isWhole = () => {
    const listed = [...document.querySelectorAll(".attached")];
    return listed.length === 2 && listed.every(isSealed);
  };
  globalThis.sealing = new Promise((resolve, refuse) => {
    const time = async () => {
      const began = performance.now();
      const answer = () => says("button", "Keep it in") ?? says("button", "Add it");
      const looked = await until(answer);
      answer().click();
      const attached = await until(isWhole);
      says("button", "Save and seal").click();
      const sealed = await until(() => says("h1", "Saved and sealed"));
      // What was long is told a moment later; what follows at once, the first sending, counts too.
      await new Promise((later) => setTimeout(later, 200));
      const tasks = long.filter(({ startTime }) => startTime >= began);
      const task = Math.max(0, ...tasks.map(({ duration }) => duration));
      const [look, attach, seal] = [looked - began, attached - looked, sealed - attached];
      const whole = look + attach + seal;
      resolve({ look, attach, seal, whole, task, count: tasks.length });
    };
    setTimeout(() => refuse(new Error("never sealed")), 120000);
    document.addEventListener("change", ({ target }) => {
      if (target.type === "file") time().catch(refuse);
    }, { capture: true, once: true });
  });
}"""
"""Times what follows the choice of a photo, up to "Saved and sealed", and the page's long tasks.

The camera's notes are kept, so that no byte is spared; the small version goes first, as offered.
"""

NATIVE_SEALING: Final = """async (size) => {
  const bytes = new Uint8Array(size);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const began = performance.now();
  await crypto.subtle.digest("SHA-256", bytes);
  await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, bytes);
  return performance.now() - began;
}"""
"""The yardstick: the browser's own hash and cipher over as many bytes, in native code."""
