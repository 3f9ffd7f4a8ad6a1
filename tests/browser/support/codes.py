"""Codes on one phone's screen, and another phone's camera before them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from schemas.bundle.sms_text import finished_sms, read_sms
from schemas.bundle.symbols import SymbolReader, SymbolTable, finished_bundle, read_code
from tests.browser.support.phone import FLAGS, Phone
from tests.support.code_reader import grey_of_png, read_codes_of_png

MOST_LOOKS: Final = 200
VIEW: Final = (640, 480)


def keep_everything(phone: Phone) -> None:
    """Wait until the parts of the app that are stored when there is time are on the phone too."""
    phone.wait_until_offline_ready()
    phone.page.evaluate(
        "() => navigator.serviceWorker.ready.then((w) => w.active.postMessage(null))"
    )
    phone.page.evaluate(
        """async () => {
          const { files } = await (await fetch("release.json")).json();
          const wanted = Object.keys(files).filter(
            (name) => name.endsWith(".js") && !/^(messages|background|sw)/.test(name),
          );
          for (;;) {
            const names = await caches.keys();
            const stores = await Promise.all(names.map((name) => caches.open(name)));
            const kept = (await Promise.all(stores.map((one) => one.keys()))).flat();
            const has = (name) => kept.some(({ url }) => url.endsWith(`/${name}`));
            if (wanted.every(has)) return;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        }"""
    )


def show_codes(phone: Phone) -> None:
    """Open the page that shows codes, from home."""
    phone.press("Carry reports by hand")
    phone.press("Show codes to another phone")
    phone.heading("Show to another phone")


def film(phone: Phone, looks: int) -> list[bytes]:
    """Take pictures of the screen's code, each different from the one before."""
    canvas = phone.page.locator("canvas.code")
    pictures: list[bytes] = []
    for _ in range(MOST_LOOKS):
        picture = canvas.screenshot()
        if not pictures or picture != pictures[-1]:
            pictures.append(picture)
        if len(pictures) == looks:
            return pictures
    raise AssertionError("the codes do not move")


def read_bundle_off(phone: Phone) -> bytes:
    """Read the screen by a decoder that is not ours, until a bundle is whole."""
    table = SymbolTable()
    canvas = phone.page.locator("canvas.code")
    for _ in range(MOST_LOOKS):
        for text in read_codes_of_png(canvas.screenshot()):
            reader = table.take(read_code(text))
            if reader.is_complete:
                return finished_bundle(reader)
    raise AssertionError("the screen never gave a whole bundle")


def put_together(texts: Sequence[str]) -> bytes:
    """Put a report's text messages together, as the gateway does."""
    symbols = [read_sms(text) for text in texts]
    reader = SymbolReader(symbols[0])
    for symbol in symbols:
        reader.add(symbol)
    return finished_sms(reader)


def camera_before(pictures: Sequence[bytes], video: Path) -> dict[str, object]:
    """Make the options of a phone whose camera sees these pictures, over and over.

    Args:
        pictures: Screenshots of codes.
        video: A `.y4m` file to write.

    Returns:
        Options for a phone.
    """
    width, height = VIEW
    content = bytearray(f"YUV4MPEG2 W{width} H{height} F5:1 Ip A1:1 C420jpeg\n".encode())
    for picture in pictures:
        content += b"FRAME\n" + _seen(picture) + b"\x80" * (width * height // 2)
    video.write_bytes(bytes(content))
    camera = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    )
    return {"args": [*FLAGS, *camera], "permissions": ["camera"]}


def _seen(picture: bytes) -> bytes:
    """Put a picture into the middle of a grey view, as large as fits."""
    grey, side, rows = grey_of_png(picture)
    width, height = VIEW
    edge = height - 20
    left, top = (width - edge) // 2, (height - edge) // 2
    view = bytearray(b"\x90" * (width * height))
    columns = [x * side // edge for x in range(edge)]
    for y in range(edge):
        line = grey[(y * rows // edge) * side :]
        start = (top + y) * width + left
        view[start : start + edge] = bytes(16 + line[x] * 219 // 255 for x in columns)
    return bytes(view)
