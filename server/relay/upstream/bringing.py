"""What the upstream hands out, believed and stored: directory, board pages, replies.

Theory of operation: everything that comes down is somebody else's word. Where the upstream's line
names the desk's root key, a directory counts only with that key's signature and a page only with
the signature of that directory's board key; otherwise their form is checked, and phones, which
check everything, are the judges. A page must follow the last one held. A reply is sealed; nobody
here can tell a good one.

Each function works inside of a transaction its caller began.

Spec: directory.md section 3, sync.md sections 3 and 4
"""

from sqlalchemy import Connection

from schemas.domain.directory import Directory
from schemas.domain.ids import RootKey
from schemas.domain.sync import BoardPage, MailboxPage
from schemas.envelope.signing import (
    page_hash,
    unpack_directory,
    verify_chain,
    verify_directory,
    verify_page,
)
from schemas.errors import ContractError, DirectoryError
from schemas.wire.directory import decode_directory
from server.relay import outgoing
from server.relay.upstream.wording import Answer


def bring(connection: Connection, answer: Answer, root_key: RootKey | None, day: int) -> str:
    """Store what is new of an answer.

    Args:
        connection: Of the only writer.
        answer: Of the upstream.
        root_key: Of the desk, if it is known.
        day: Today's day number.

    Returns:
        Slug of what was not believed, or empty; the rest is stored all the same.
    """
    slug = ""
    try:
        if answer.directory is not None:
            _bring_directory(connection, answer.directory, root_key)
        for page in answer.pages:
            _bring_page(connection, page, root_key)
    except ContractError as error:
        slug = error.slug
    if answer.mailbox is not None:
        _bring_replies(connection, answer.mailbox, day)
    return slug


def has_news(answer: Answer) -> bool:
    """Tell whether an answer may have changed what phones are handed."""
    has_replies = answer.mailbox is not None and bool(answer.mailbox.entries)
    return answer.directory is not None or bool(answer.pages) or has_replies


def _bring_directory(connection: Connection, signed: bytes, root_key: RootKey | None) -> None:
    directory = _believed(signed, root_key)
    _, held = outgoing.directory(connection)
    if held and _believed(held, None).desk_id != directory.desk_id:
        raise DirectoryError("bad-signature", "another desk's directory")
    outgoing.set_directory(connection, directory.version, signed)


def _believed(signed: bytes, root_key: RootKey | None) -> Directory:
    sig, plain_json = unpack_directory(signed)
    directory = decode_directory(plain_json)
    if root_key is not None:
        verify_directory(
            sig,
            plain_json,
            pinned_root=root_key,
            desk_id=directory.desk_id,
            root_chain=directory.root_chain,
        )
    return directory


def _bring_page(connection: Connection, page: BoardPage, root_key: RootKey | None) -> None:
    head, last = outgoing.newest_page(connection)
    if page.seq <= head:
        return
    _, signed = outgoing.directory(connection)
    if root_key is not None:
        if not signed:
            raise DirectoryError("bad-signature", "a page without the directory it is checked by")
        directory = _believed(signed, root_key)
        verify_page(directory.board_key, directory.desk_id, page.raw)
    verify_chain(page.seq, page.prev, head, page_hash(last))
    outgoing.add_page(connection, page)


def _bring_replies(connection: Connection, page: MailboxPage, day: int) -> None:
    for entry in page.entries:
        outgoing.add_reply(connection, entry, day)
