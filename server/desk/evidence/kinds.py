"""Which files may be shown inside a page, judged by their bytes and not by what their sender says.

Theory of operation: a sender's file is hostile until shown otherwise. Only four kinds of raster
image are ever shown; everything else, SVG and HTML before all, is saved and never rendered. A
shown image comes under a policy that allows it nothing.
"""

from typing import Final

WEBP_START: Final = b"RIFF"
WEBP_MARK: Final = b"WEBP"
WEBP_MARK_AT: Final = 8

_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)

SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""The policy of everything a reporter sent: no script, no style, no network, no origin."""


def image_kind(head: bytes) -> str | None:
    """Tell which kind of image begins with these bytes.

    Args:
        head: The first 16 bytes of a file, or fewer.

    Returns:
        Its media type, or None when it is none that may be shown.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    mark = head[WEBP_MARK_AT : WEBP_MARK_AT + len(WEBP_MARK)]
    return "image/webp" if head.startswith(WEBP_START) and mark == WEBP_MARK else None
