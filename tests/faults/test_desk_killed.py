"""kill -9 of a desk at every step of a pull: nothing is lost, nothing is there twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from schemas.domain.ids import ReportId
from schemas.domain.vocabulary import AckStatus, ReplyKind
from schemas.envelope.derived import ack_tag
from schemas.envelope.keys import DerivedKeys
from schemas.envelope.signing import FIRST_PREV, page_hash
from schemas.wire.board import decode_page
from server.desk.audit.store import verify
from server.desk.db import start_writing
from server.desk.evidence.store import open_file
from server.desk.intake.models import BoardPageRow, PurgeDueRow, RelayStateRow
from server.desk.intake.replies import queue_reply
from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from server.plumbing.config import REPOSITORY
from tests.support.desk import DeskRoom, a_report, an_attachment, make_desk, reopen_desk

FILE = bytes(range(256)) * 150
STEPS = (
    "fetched",
    "storing",
    "stored",
    "opening",
    "opened",
    "file-written",
    "file-joined",
    "answering",
    "answered",
    "pushed",
    "noted",
)


def _prepare(home: Path) -> dict[ReportId, DerivedKeys]:
    """Make a desk with one answered report, and leave six new ones and a file at its relay."""
    room = make_desk(home)
    first = room.seal(a_report("The first."))
    room.relay.put([first.blob])
    room.pull()
    with room.work() as session:
        start_writing(session)
        queue_reply(
            session,
            keyring(),
            first.id.hex(),
            kind=ReplyKind.REPLY,
            text="Thank you.",
            lang="en",
            actor="command",
        )
        session.commit()
    manifest, chunks = an_attachment(FILE)
    sealed = [room.seal(a_report(f"Number {number}.")) for number in range(5)]
    sealed.append(room.seal(a_report("With a file.", attachments=(manifest,))))
    room.relay.put([*chunks[:2], *(one.blob for one in sealed), *chunks[2:]])
    room.close()
    return {ReportId(one.id.hex()): one.keys for one in (first, *sealed)}


@pytest.mark.parametrize("step", STEPS)
def test_a_desk_killed_at_any_step_loses_nothing_and_doubles_nothing(
    tmp_path: Path, step: str
) -> None:
    senders = _prepare(tmp_path)
    command = [sys.executable, "-m", "tests.faults.desk_pull_victim", str(tmp_path), step, "1"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    room = reopen_desk(tmp_path)
    try:
        room.pull()
        _expect_whole(room, senders)
        assert room.pull().counts() == {
            "pulled": 0,
            "opened": 0,
            "quarantined": 0,
            "duplicates": 0,
        }
    finally:
        room.close()


def _expect_whole(room: DeskRoom, senders: dict[ReportId, DerivedKeys]) -> None:
    with room.work() as session:
        views = reports_page(session, keyring(), limit=50)
        assert sorted(view.report_id for view in views) == sorted(senders)
        (attachment,) = (file for view in views for file in view.attachments)
        start_writing(session)
        file = open_file(session, keyring(), attachment.id, "command")
        assert b"".join(file.parts) == FILE
        session.rollback()
        state = session.execute(select(RelayStateRow)).scalar_one()
        assert state.cursor > 0
        assert not state.behind
        assert session.execute(select(PurgeDueRow)).first() is None
        assert verify(session).intact
        _expect_board(list(session.execute(select(BoardPageRow.raw)).scalars()), senders)
        head = session.execute(select(BoardPageRow.seq).order_by(BoardPageRow.seq.desc())).scalars()
        assert state.board_seq == head.first()


def _expect_board(pages: list[bytes], senders: dict[ReportId, DerivedKeys]) -> None:
    """Every sender is told once that their report is accepted; the pages are one chain."""
    before = FIRST_PREV
    tags: list[bytes] = []
    for raw in pages:
        page = decode_page(raw)
        assert page.prev == before
        before = page_hash(raw)
        tags += page.tags
    for keys in senders.values():
        assert tags.count(ack_tag(keys.ack, AckStatus.ACCEPTED)) == 1
    assert len(tags) == len(set(tags))
