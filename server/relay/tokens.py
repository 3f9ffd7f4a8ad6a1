"""One-time tokens: what the desk left for senders it knows.

Theory of operation: a relay holds hashes only. A token that came with a blob is spent in the
transaction that stores the blob: both happened or neither did. A spent one keeps its row until it
expires, so that a desk that puts the same hashes again does not bring it back to life.

Spec: sync.md section 8
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from server.relay.models import TOKENS


def add_tokens(connection: Connection, hashes: Sequence[bytes], day: int) -> None:
    """Keep hashes; those that are known stay as they are.

    Args:
        connection: Of the only writer.
        hashes: At most 256, 16 bytes each.
        day: Today's day number.
    """
    query = select(TOKENS.c.hash).where(TOKENS.c.hash.in_(hashes))
    known = {bytes(one) for one in connection.execute(query).scalars()}
    fresh = [one for one in dict.fromkeys(hashes) if one not in known]
    if fresh:
        connection.execute(
            insert(TOKENS), [{"hash": one, "day": day, "spent": False} for one in fresh]
        )


def unspent(connection: Connection, hashes: Collection[bytes]) -> set[bytes]:
    """Tell which of some hashes are known and not spent."""
    if not hashes:
        return set()
    query = select(TOKENS.c.hash).where(TOKENS.c.hash.in_(hashes), TOKENS.c.spent.is_(False))
    return {bytes(one) for one in connection.execute(query).scalars()}


def spend(connection: Connection, hashes: Collection[bytes]) -> None:
    """Use tokens up, in the transaction that stores what came with them."""
    if hashes:
        connection.execute(update(TOKENS).where(TOKENS.c.hash.in_(hashes)).values(spent=True))


def expire_tokens(connection: Connection, before_day: int) -> None:
    """Forget tokens that were put before a day."""
    connection.execute(delete(TOKENS).where(TOKENS.c.day < before_day))
