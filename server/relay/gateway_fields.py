"""What an SMS gateway posts: the words of the message, and nothing else that it says.

Theory of operation: every gateway posts the same thing under other names, as a form or as JSON:
who sent it, to whom, when, the words. Only the words are looked for, under the names that common
gateways use; the rest, the sender's number first of all, is never read, named or kept.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qs

_NAMES: Final = ("Body", "body", "text", "Text", "message", "Message", "content", "msg", "sms")
_MOST_FIELDS: Final = 64
_MOST_DEPTH: Final = 3


def message_texts(content: bytes, media_type: str) -> list[str]:
    """Find what may be the words of a message.

    Args:
        content: The body of the request, untrusted.
        media_type: What the gateway says it is.

    Returns:
        Texts, in the order of likelihood; none when nothing is found.
    """
    kind = media_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            return list(_of_json(json.loads(content), _MOST_DEPTH))
        if kind == "text/plain":
            return [content.decode("utf-8")]
        fields = parse_qs(content.decode("utf-8"), max_num_fields=_MOST_FIELDS)
    except (ValueError, RecursionError):
        return []
    return [value for name in _NAMES for value in fields.get(name, [])]


def _of_json(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping) and depth > 0:
        for name in _NAMES:
            if name in value:
                yield from _of_json(value[name], depth - 1)
    elif isinstance(value, list) and depth > 0:
        for one in value[:_MOST_FIELDS]:
            yield from _of_json(one, depth - 1)
