"""Everything one relay is made of, built once and passed down."""

from dataclasses import dataclass
from threading import Semaphore
from typing import Final

from server.plumbing.clock import Clock
from server.plumbing.config import RelayConfig
from server.relay.expiry import Expiry
from server.relay.home import RelayHome, load_home
from server.relay.inbox import Inbox
from server.relay.load import Limits, Load
from server.relay.noticeboard import Noticeboard
from server.relay.pace import Pace
from server.relay.quotas import Room
from server.relay.shared import SharedMemory
from server.relay.storage import Storage

CONNECTIONS: Final = 9
"""Database connections of one process: one commits, eight answer questions. Four processes stay
far below PostgreSQL's usual hundred; a ninth question waits some milliseconds."""

LARGE_BODIES: Final = 2
"""Desk requests over the usual size that one process reads at the same time: 16 MiB at most."""


@dataclass(frozen=True)
class Relay:
    """One relay's parts.

    Attributes:
        config: Its settings.
        clock: Its time.
        home: Its key, paths and desk.
        storage: Its database.
        shared: Memory its processes share.
        inbox: Takes blobs in.
        noticeboard: Knows the desk's last word.
        load: Knows how much work is asked now.
        pace: Knows how long a commit took lately.
        large_bodies: Slots for desk requests that are longer than a phone's may be.
    """

    config: RelayConfig
    clock: Clock
    home: RelayHome
    storage: Storage
    shared: SharedMemory
    inbox: Inbox
    noticeboard: Noticeboard
    load: Load
    pace: Pace
    large_bodies: Semaphore

    def close(self) -> None:
        """Commit what was handed in, then close the database."""
        self.inbox.stop()
        self.storage.close()


def build_relay(config: RelayConfig, clock: Clock) -> Relay:
    """Build a relay and bring its database up to date.

    Args:
        config: Its settings; its home must have been made by `init_home`.
        clock: Its time.

    Returns:
        The relay, without an open connection or a running thread: it may still fork.

    Raises:
        HomeError: Its files are missing or damaged.
        MigrationError: Its database is of a later version.
    """
    home = load_home(config.home)
    storage = Storage(config.database_url, connections=CONNECTIONS)
    storage.prepare()
    shared = SharedMemory()
    room = Room(config.max_total_bytes, config.bucket_share_percent)
    expiry = Expiry(storage, shared, config.keep_days)
    load = Load(limits_of(config), clock)
    pace = Pace(most_resting=max(1, config.threads // 2))
    inbox = Inbox(storage, clock, room, load, expiry, config.blobs_per_commit)
    noticeboard = Noticeboard(storage, shared, clock)
    large_bodies = Semaphore(LARGE_BODIES)
    return Relay(config, clock, home, storage, shared, inbox, noticeboard, load, pace, large_bodies)


def limits_of(config: RelayConfig) -> Limits:
    """Tell from its settings when a relay asks for work."""
    total_bytes = config.max_total_bytes
    return Limits(
        floor_bits=config.work_bits,
        ceiling_bits=config.work_bits_ceiling,
        blobs_per_minute=config.work_blobs_per_minute,
        least_room_bytes=total_bytes * config.work_room_percent // 100,
        total_bytes=total_bytes,
    )
