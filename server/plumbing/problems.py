"""The problem table (RFC 9457): what can be refused, with which status, and whether to retry.

Theory of operation: a slug once shipped is never reused for another meaning. A log holds the
slug; what a person reads (`hint`) is chosen where the page is made, in the reader's language.

Source: RFC 9457; docs/spec/sync.md section 7 for the relay's half.
"""

import json
from dataclasses import dataclass
from typing import Final

from flask import Response

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True)
class ProblemKind:
    """One way in which a request is refused.

    Attributes:
        slug: The stable name.
        status: HTTP status that says the same to machines.
        title: One English line for a developer.
        retry: Whether sending the same again later can succeed.
    """

    slug: str
    status: int
    title: str
    retry: bool = False


_KINDS: Final = (
    ProblemKind("malformed-frame", 400, "A frame is longer than allowed or cut short."),
    ProblemKind("unknown-frame", 400, "A frame type this version does not know."),
    ProblemKind("bad-query", 400, "A query does not hold 1 to 256 ids."),
    ProblemKind("bad-stamp", 400, "A stamp has the wrong length."),
    ProblemKind("bad-token", 400, "A token has the wrong length."),
    ProblemKind("bad-announce", 400, "Announced are 1 to 16 blobs by 8 bytes each."),
    ProblemKind("bad-rest", 409, "There is no such beginning; send the blob whole.", retry=True),
    ProblemKind("too-many-frames", 413, "A request holds too many frames or bytes.", retry=True),
    ProblemKind("slow-down", 429, "Too many requests; wait and send again.", retry=True),
    ProblemKind("storage", 503, "Nothing can be written at the moment.", retry=True),
    ProblemKind("bad-request", 400, "The request is not of the form this page takes."),
    ProblemKind("sign-in", 401, "Sign in first.", retry=True),
    ProblemKind("forbidden", 403, "Your role does not allow this."),
    ProblemKind("not-found", 404, "There is nothing here."),
    ProblemKind("conflict", 409, "Somebody changed this first; look again.", retry=True),
    ProblemKind("too-large", 413, "The request is too large."),
    ProblemKind("unprocessable", 422, "A field is outside of its rule."),
    ProblemKind("locked", 423, "The desk is locked; sign in to unlock it.", retry=True),
    ProblemKind("internal", 500, "Something went wrong here; nothing was changed.", retry=True),
)

TABLE: Final[dict[str, ProblemKind]] = {kind.slug: kind for kind in _KINDS}
"""Every problem by its slug."""


def problem_response(slug: str, hint: str = "") -> Response:
    """Answer with a problem document.

    Args:
        slug: A slug of the table.
        hint: A translated sentence that says what to do; never holds anything of a report.

    Returns:
        The response, `application/problem+json`.

    Raises:
        KeyError: The table has no such slug.
    """
    kind = TABLE[slug]
    document: dict[str, str | int | bool] = {
        "type": f"urn:tocsin:problem:{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "retry": kind.retry,
    }
    if hint:
        document["detail"] = hint
    return Response(json.dumps(document), status=kind.status, content_type=MEDIA_TYPE)
