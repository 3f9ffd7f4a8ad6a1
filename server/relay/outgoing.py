"""What the desk leaves at the relay for phones: board pages, replies, the directory.

Theory of operation: each function works inside of a transaction its caller began. Giving the
same thing twice has no further effect. Phones ask for replies by the first bits of an address;
the answer covers so many addresses that the question says little about who asked.

Spec: sync.md sections 3, 4 and 6.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from schemas.constants import (
    MAILBOX_PREFIX_BITS,
    MAX_BOARD_FRAMES,
    MAX_MAILBOX_ENTRIES,
    MIN_MAILBOXES,
)
from schemas.domain.sync import BoardPage, MailboxEntry
from server.relay.models import BOARD_PAGES, DESK_NONCES, DIRECTORIES, REPLIES

_PREFIX_BYTES: Final = MAILBOX_PREFIX_BITS // 8
_PREFIXES: Final = 1 << MAILBOX_PREFIX_BITS


def add_page(connection: Connection, page: BoardPage) -> None:
    """Keep a board page; a sequence number that is taken stays as it is."""
    taken = select(BOARD_PAGES.c.seq).where(BOARD_PAGES.c.seq == page.seq)
    if connection.execute(taken).first() is None:
        connection.execute(insert(BOARD_PAGES).values(seq=page.seq, page=page.raw))


def pages_after(connection: Connection, cursor: int) -> list[bytes]:
    """Read the pages that follow one, oldest first, at most one answer's worth."""
    rows = connection.execute(
        select(BOARD_PAGES.c.page)
        .where(BOARD_PAGES.c.seq > cursor)
        .order_by(BOARD_PAGES.c.seq)
        .limit(MAX_BOARD_FRAMES)
    )
    return [bytes(page) for page in rows.scalars()]


def board_head(connection: Connection) -> int:
    """Tell the highest page held; 0 for none."""
    return connection.execute(select(func.max(BOARD_PAGES.c.seq))).scalar() or 0


def newest_page(connection: Connection) -> tuple[int, bytes]:
    """Read the highest page and its number; 0 for none."""
    query = select(BOARD_PAGES).order_by(BOARD_PAGES.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, b"") if row is None else (row.seq, bytes(row.page))


def add_reply(connection: Connection, entry: MailboxEntry, day: int) -> None:
    """Keep a sealed reply; the same one again has no effect, another one lies beside it."""
    taken = select(REPLIES.c.seq).where(
        REPLIES.c.address == entry.address, REPLIES.c.cipher == entry.cipher
    )
    if connection.execute(taken).first() is None:
        row = {"address": entry.address, "day": day, "cipher": entry.cipher}
        connection.execute(insert(REPLIES).values(row))


def replies_under(
    connection: Connection, prefix: int, bits: int, cursor: int
) -> list[tuple[int, MailboxEntry]]:
    """Read the replies under a prefix.

    Args:
        connection: Of any transaction.
        prefix: 16 bits, those after the first `bits` zero.
        bits: How many bits of an address must agree, 0 to 16.
        cursor: Only rows with a higher number.

    Returns:
        Row numbers and entries, oldest first, at most one answer's worth.
    """
    low, high = _span(prefix, bits)
    query = select(REPLIES.c.seq, REPLIES.c.address, REPLIES.c.cipher).where(
        REPLIES.c.seq > cursor, REPLIES.c.address >= low.to_bytes(_PREFIX_BYTES, "big")
    )
    if high < _PREFIXES:
        query = query.where(REPLIES.c.address < high.to_bytes(_PREFIX_BYTES, "big"))
    rows = connection.execute(query.order_by(REPLIES.c.seq).limit(MAX_MAILBOX_ENTRIES))
    return [(row.seq, MailboxEntry(bytes(row.address), bytes(row.cipher))) for row in rows]


def address_prefixes(connection: Connection) -> list[int]:
    """List the first 16 bits of every address that holds a reply, in order, one per address."""
    addresses = connection.execute(select(REPLIES.c.address).distinct()).scalars()
    return sorted(int.from_bytes(bytes(address)[:_PREFIX_BYTES], "big") for address in addresses)


def newest_reply(connection: Connection) -> int:
    """Tell the highest row number of a reply; 0 for none."""
    return connection.execute(select(func.max(REPLIES.c.seq))).scalar() or 0


def crowd_bits(prefixes: Sequence[int], prefix: int) -> int:
    """Choose how narrow an answer may be.

    Args:
        prefixes: As `address_prefixes` gives them.
        prefix: What a phone asked for, 16 bits.

    Returns:
        The most bits of `prefix` under which at least 50 addresses lie; 0 if no narrower
        answer has so many.
    """
    if len(prefixes) < MIN_MAILBOXES:
        return 0
    for bits in range(MAILBOX_PREFIX_BITS, 0, -1):
        low, high = _span(prefix, bits)
        if bisect_left(prefixes, high) - bisect_left(prefixes, low) >= MIN_MAILBOXES:
            return bits
    return 0


def first_bits(prefix: int, bits: int) -> int:
    """Keep the first bits of a 16-bit prefix and make the others zero."""
    return _span(prefix, bits)[0]


def set_directory(connection: Connection, version: int, signed: bytes) -> None:
    """Keep a directory if it is newer than the one held."""
    held, _ = directory(connection)
    if version > held:
        connection.execute(delete(DIRECTORIES))
        connection.execute(insert(DIRECTORIES).values(version=version, signed=signed))


def directory(connection: Connection) -> tuple[int, bytes]:
    """Read the directory held and its version; version 0 for none."""
    row = connection.execute(select(DIRECTORIES).order_by(DIRECTORIES.c.version.desc())).first()
    return (0, b"") if row is None else (row.version, bytes(row.signed))


def use_nonce(connection: Connection, nonce: bytes, day: int) -> bool:
    """Use a desk request's nonce up.

    Returns:
        False if it was used before.
    """
    if connection.execute(select(DESK_NONCES.c.day).where(DESK_NONCES.c.nonce == nonce)).first():
        return False
    connection.execute(insert(DESK_NONCES).values(nonce=nonce, day=day))
    return True


def expire_outgoing(connection: Connection, replies_before: int, nonces_before: int) -> int:
    """Delete replies and nonces of days past.

    Returns:
        How many replies went.
    """
    connection.execute(delete(DESK_NONCES).where(DESK_NONCES.c.day < nonces_before))
    return connection.execute(delete(REPLIES).where(REPLIES.c.day < replies_before)).rowcount


def _span(prefix: int, bits: int) -> tuple[int, int]:
    """Tell the first 16-bit prefix under `bits` of one, and the first one behind them."""
    width = MAILBOX_PREFIX_BITS - bits
    low = prefix >> width << width
    return low, low + (1 << width)
