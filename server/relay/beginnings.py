"""Beginnings of blobs: what had come when a connection was cut.

Theory of operation: a chunk of a photograph takes seconds on a slow line, and a line that breaks
every few seconds would never bring one through. So what came of an announced blob is kept under
the tag it was announced by, for a day, and the sender goes on from there. Nothing is promised for
a beginning: there are a few hundred at most, the newest push the oldest out, and what somebody
puts under another's tag only makes that one send a blob whole.

Spec: sync.md section 12
"""

import contextlib
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, Delete, delete, func, insert, select

from schemas.constants import RESUMABLE_BYTES
from schemas.domain.ids import EnvelopeId
from schemas.domain.sync import Rest
from schemas.errors import FrameError
from schemas.wire.frames import FrameType, Unfinished
from schemas.wire.parts import announce_tag, decode_rest
from server.relay.errors import StorageError
from server.relay.models import BEGINNINGS
from server.relay.storage import Storage

MOST_BEGINNINGS: Final = 1024
"""16 MiB at most: what five hundred phones with two broken lines each leave in a bad hour."""

LEAST_BYTES: Final = 256
"""Less is cheaper to send again than to keep."""

_REST_HEADER_BYTES: Final = 36


class Resuming:
    """What one exchange announces, joins and leaves behind."""

    def __init__(self, storage: Storage, day: int) -> None:
        """Begin without anything announced.

        Args:
            storage: Where beginnings are kept.
            day: Today's day number.
        """
        self._storage = storage
        self._day = day
        self._announced: list[bytes] = []

    def announce(self, tags: Sequence[bytes]) -> None:
        """Note the tags of PUTs that follow."""
        self._announced = list(tags)

    def put(self, size_bytes: int) -> None:
        """Note that a PUT came whole."""
        if size_bytes == RESUMABLE_BYTES:
            del self._announced[:1]

    def join(self, rest: Rest) -> bytes:
        """Put a rest behind its beginning.

        Args:
            rest: What came.

        Returns:
            The blob, whose id is still to be compared.

        Raises:
            FrameError: `bad-rest` when there is no beginning that ends where the rest begins.
            StorageError: The database cannot be read.
        """
        begun = self._beginning(announce_tag(rest.envelope_id))
        if begun is None or len(begun) < rest.offset_bytes:
            raise FrameError("bad-rest", "no such beginning")
        return begun[: rest.offset_bytes] + rest.content

    def forget(self, envelope_id: EnvelopeId) -> None:
        """Let go of a beginning that was another blob's."""
        with self._storage.writing() as connection:
            connection.execute(_delete([announce_tag(envelope_id)]))

    def cut(self, unfinished: Unfinished, allowed: Collection[bytes] | None) -> None:
        """Keep what came of an announced blob; nothing is promised, so nothing can fail.

        Args:
            unfinished: The frame the request ended in.
            allowed: Tags that may be kept; None for any.
        """
        with contextlib.suppress(StorageError, FrameError):
            tag, content = self._came(unfinished)
            if len(content) >= LEAST_BYTES and (allowed is None or tag in allowed):
                with self._storage.writing() as connection:
                    keep(connection, tag, content, self._day)

    def begun(self, ids: Sequence[EnvelopeId], known: Mapping[EnvelopeId, int]) -> dict[int, int]:
        """Tell what there is of ids that are not held.

        Args:
            ids: Asked for.
            known: Those held.

        Returns:
            Kept bytes by place among the ids.

        Raises:
            StorageError: The database cannot be read.
        """
        places = {announce_tag(one): at for at, one in enumerate(ids) if one not in known}
        if not places:
            return {}
        query = select(BEGINNINGS.c.tag, func.length(BEGINNINGS.c.content))
        with self._storage.reading() as connection:
            rows = connection.execute(query.where(BEGINNINGS.c.tag.in_(places))).all()
        return {places[bytes(tag)]: int(kept_bytes) for tag, kept_bytes in rows}

    def _came(self, unfinished: Unfinished) -> tuple[bytes, bytes]:
        """Give tag and beginning; nothing of what was not announced."""
        if unfinished.type == FrameType.REST:
            rest = decode_rest(unfinished.payload)
            whole_bytes = rest.offset_bytes + unfinished.length_bytes - _REST_HEADER_BYTES
            if whole_bytes == RESUMABLE_BYTES:
                return announce_tag(rest.envelope_id), self.join(rest)
        is_put = unfinished.type == FrameType.PUT and unfinished.length_bytes == RESUMABLE_BYTES
        if is_put and self._announced:
            return self._announced[0], unfinished.payload
        return b"", b""

    def _beginning(self, tag: bytes) -> bytes | None:
        query = select(BEGINNINGS.c.content).where(BEGINNINGS.c.tag == tag)
        with self._storage.reading() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else bytes(found)


def keep(connection: Connection, tag: bytes, content: bytes, day: int) -> None:
    """Keep a beginning in place of a shorter one; push out the oldest beyond the limit."""
    longer = select(BEGINNINGS.c.seq).where(
        BEGINNINGS.c.tag == tag, func.length(BEGINNINGS.c.content) >= len(content)
    )
    if connection.execute(longer).first() is not None:
        return
    connection.execute(_delete([tag]))
    connection.execute(insert(BEGINNINGS), [{"tag": tag, "day": day, "content": content}])
    newest = func.max(BEGINNINGS.c.seq)
    last = select(newest - MOST_BEGINNINGS).scalar_subquery()
    connection.execute(delete(BEGINNINGS).where(BEGINNINGS.c.seq <= last))


def expire_beginnings(connection: Connection, before_day: int) -> None:
    """Forget beginnings of earlier days."""
    connection.execute(delete(BEGINNINGS).where(BEGINNINGS.c.day < before_day))


def _delete(tags: Collection[bytes]) -> Delete:
    return delete(BEGINNINGS).where(BEGINNINGS.c.tag.in_(tags))
