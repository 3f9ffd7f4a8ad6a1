"""A relay that is killed while many put: every receipt given out is still good afterwards."""

import http.client
import threading
from pathlib import Path
from typing import Final

import pytest

from schemas.errors import ContractError
from tests.support.relay_process import RelayProcess
from tests.support.relays import blob_of

CLIENTS: Final = 6
KILLS: Final = 3
BLOBS_BEFORE_A_KILL: Final = 60
WAIT_SECONDS: Final = 60


class Acknowledged:
    """What clients hold a verified receipt for."""

    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.enough = threading.Event()
        self._wanted = BLOBS_BEFORE_A_KILL
        self._lock = threading.Lock()

    def add(self, blobs: list[bytes]) -> None:
        """Keep blobs whose receipt verified."""
        with self._lock:
            self.blobs += blobs
            if len(self.blobs) >= self._wanted:
                self.enough.set()

    def want_more(self) -> None:
        """Begin to wait for the next ones."""
        with self._lock:
            self._wanted = len(self.blobs) + BLOBS_BEFORE_A_KILL
            self.enough.clear()


def put_until_cut(relay: RelayProcess, acknowledged: Acknowledged, first: int) -> None:
    """Put batches of new blobs until the relay is gone."""
    with relay.client() as client:
        for number in range(first, first + 100_000, 3):
            blobs = [blob_of(number + step) for step in range(3)]
            try:
                statuses = client.put(*blobs)
            except (OSError, http.client.HTTPException, ContractError):
                return
            acknowledged.add(
                [blob for blob, status in zip(blobs, statuses, strict=True) if status == 0]
            )


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres])]
)
def test_every_receipt_survives_a_kill(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    settings = {}
    if database == "postgres":
        settings["TOCSIN_RELAY_DATABASE_URL"] = str(request.getfixturevalue("postgres_url"))
    acknowledged = Acknowledged()
    relay = RelayProcess(tmp_path, **settings)
    for kill in range(KILLS):
        with relay:
            threads = [
                threading.Thread(
                    target=put_until_cut,
                    args=(relay, acknowledged, (kill * CLIENTS + client) * 1_000_000),
                )
                for client in range(CLIENTS)
            ]
            for thread in threads:
                thread.start()
            assert acknowledged.enough.wait(WAIT_SECONDS)
            relay.kill()
            for thread in threads:
                thread.join(WAIT_SECONDS)
        acknowledged.want_more()
    with relay, relay.client() as client:
        assert len(acknowledged.blobs) >= KILLS * BLOBS_BEFORE_A_KILL
        for start in range(0, len(acknowledged.blobs), 256):
            asked = acknowledged.blobs[start : start + 256]
            assert client.held(*asked) == [True] * len(asked)
            assert client.put(*asked[:9]) == [1] * len(asked[:9])


def test_relay_ends_well_when_asked(tmp_path: Path) -> None:
    relay = RelayProcess(tmp_path)
    with relay, relay.client() as client:
        assert client.put(blob_of(1)) == [0]
        assert relay.stop() == 0
    with relay, relay.client() as client:
        assert client.put(blob_of(1)) == [1]


def test_killed_worker_is_replaced_and_its_blobs_stay(tmp_path: Path) -> None:
    with RelayProcess(tmp_path, TOCSIN_RELAY_WORKERS="1") as relay:
        with relay.client() as client:
            assert client.put(blob_of(1)) == [0]
        relay.kill_worker()
        assert relay.comes_to_hold(blob_of(1))
