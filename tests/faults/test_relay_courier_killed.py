"""kill -9 of a courier relay at every step of a run: nothing is lost, nothing is sent in vain."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from schemas.wire.frames import FrameType, encode_frame
from server.plumbing.config import REPOSITORY
from tests.support.courier_relay import CourierPair, chain, put_pages, put_replies
from tests.support.dice import Dice
from tests.support.relays import blob_of, directory_of

STEPS: Final = ("marked", "answered", "noting", "noted")
BLOBS: Final = 9
PAGES: Final = 12
REPLIES: Final = 150
"""Enough for several ranges of the mailbox, and for pages of them that are full."""


def prepare(folder: Path) -> None:
    """Leave blobs at the courier relay; directory, pages and replies at its upstream."""
    pair = CourierPair(folder)
    pair.courier.put(*[blob_of(number, 4096) for number in range(BLOBS)])
    dice = Dice(5)
    put_replies(pair.upstream, *[dice.bytes(16) for _ in range(REPLIES)])
    pair.upstream.desk(encode_frame(FrameType.PUT_DIRECTORY, directory_of(3)))
    put_pages(pair.upstream, chain(PAGES))
    pair.close()


@pytest.mark.parametrize("step", STEPS)
def test_courier_killed_at_every_step_loses_and_doubles_nothing(tmp_path: Path, step: str) -> None:
    prepare(tmp_path)
    for times in (1, 3, 1):
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.courier_victim", str(tmp_path), step, str(times)],
            cwd=REPOSITORY,
            check=False,
        )
        assert done.returncode in (-signal.SIGKILL, 0)
    pair = CourierPair(tmp_path)
    tally = pair.run()
    assert tally.problem == ""
    assert (pair.standing().waiting, pair.standing().in_doubt) == (0, 0)
    pulled = [item.blob for item in pair.upstream.pull(max_bytes=1 << 22).envelopes]
    assert sorted(pulled) == sorted(blob_of(number, 4096) for number in range(BLOBS))
    answer = pair.courier.exchange(b"")
    assert answer.directory == directory_of(3)
    assert answer.head.board_head == PAGES
    with pair.courier.relay.storage.reading() as connection:
        rows = connection.exec_driver_sql("SELECT address FROM replies").scalars().all()
    dice = Dice(5)
    assert sorted(map(bytes, rows)) == sorted(dice.bytes(16) for _ in range(REPLIES))
    pair.close()


def test_first_kill_is_a_kill(tmp_path: Path) -> None:
    prepare(tmp_path)
    command = [sys.executable, "-m", "tests.faults.courier_victim", str(tmp_path), "marked", "1"]
    done = subprocess.run(command, cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL
    pair = CourierPair(tmp_path)
    assert pair.standing().in_doubt == 1
    pair.close()
