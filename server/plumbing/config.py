"""Settings of relay and desk, read once from the environment.

Theory of operation: `from_env` is pure: a mapping in, a frozen dataclass out, or `ConfigError`.
A program that is half-set refuses to start, because a relay that silently falls back to a
default database would look like one that lost everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server.plumbing.environment import Environment

REPOSITORY: Final = Path(__file__).resolve().parents[2]
GIBIBYTE: Final = 1024**3

DEFAULT_BIND: Final = "127.0.0.1"
DEFAULT_RELAY_PORT: Final = 8470
DEFAULT_DESK_PORT: Final = 8471


@dataclass(frozen=True)
class RelayConfig:
    """Everything a relay can be told.

    Attributes:
        home: Folder of the relay's own files; made if missing, readable by the owner only.
        database_url: SQLAlchemy address, SQLite or PostgreSQL.
        bind: Address to listen on.
        port: TCP port, 0 for any free one.
        workers: Processes of gunicorn; four on two cores, because while one waits for its turn
            to commit, another reads and hashes: measured a quarter more intake than two.
        threads: Requests in hand per process; waiting for the disk costs no CPU, so many.
        work_bits: Leading zero bits a stamp must show at all times; 0 asks for none.
        work_bits_ceiling: Most bits asked under load; `work_bits` or less switches that off.
        work_blobs_per_minute: New blobs in a minute above which work is asked: 200 a second is
            what a village's photographs make, and far below what the disk takes.
        work_room_percent: Work is asked while less of the room than this is left.
        keep_days: Days a blob is kept when no desk purges it.
        max_total_bytes: Room for blobs, all buckets together.
        bucket_share_percent: Most of that room one bucket may take, so that a flood of
            photographs leaves room for texts.
        source_blobs_per_day: New blobs taken from one address prefix in a day.
        max_batch_bytes: Largest batch clients are told to send.
        max_request_bytes: Largest request body read at all.
        blobs_per_commit: Most blobs of waiting requests that share one sync of the disk; 1 lets
            each request pay for its own.
        body_seconds: Longest time one request may take to arrive.
        connections: Connections held open per process; a slow sender costs memory, no thread.
        connections_per_source: Most of them from one address prefix, so that no neighbourhood
            shuts the others out; a carrier's gateway with a thousand phones behind it fits.
        trusted_proxies: Reverse proxies in front whose X-Forwarded-For is believed.
        site_path: Folder of the web site shown at `/`.
        phone_dist_path: Folder of the built phone app, shown at `/app/`.
        upstream: Bridge line of the relay this one forwards to, or None: a courier relay.
        upstream_seconds: Seconds between two looks at the upstream while nothing waits for it.
        sms_secret: Path, without its slash, to which an SMS gateway posts messages; None: no door.
    """

    home: Path
    database_url: str = field(repr=False)
    bind: str = DEFAULT_BIND
    port: int = DEFAULT_RELAY_PORT
    workers: int = 4
    threads: int = 32
    work_bits: int = 0
    work_bits_ceiling: int = 22
    work_blobs_per_minute: int = 12_000
    work_room_percent: int = 20
    keep_days: int = 30
    max_total_bytes: int = 20 * GIBIBYTE
    bucket_share_percent: int = 80
    source_blobs_per_day: int = 20_000
    max_batch_bytes: int = 65_536
    max_request_bytes: int = 1_048_576
    blobs_per_commit: int = 512
    body_seconds: int = 300
    connections: int = 1000
    connections_per_source: int = 250
    trusted_proxies: int = 0
    site_path: Path = REPOSITORY / "server" / "relay" / "site"
    phone_dist_path: Path = REPOSITORY / "client_sync" / "phone" / "dist"
    upstream: str | None = field(default=None, repr=False)
    upstream_seconds: int = 60
    sms_secret: str | None = field(default=None, repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "RelayConfig":
        """Read the settings of a relay.

        Args:
            env: Environment variables, for example `os.environ`.

        Returns:
            The settings.

        Raises:
            ConfigError: A variable is outside of its range.
        """
        given = Environment(env)
        home = given.home() / "relay"
        number = given.number
        return cls(
            home=home,
            database_url=given.database_url("TOCSIN_RELAY_DATABASE_URL", home / "relay.db"),
            bind=given.text("TOCSIN_BIND", DEFAULT_BIND),
            port=number("TOCSIN_RELAY_PORT", DEFAULT_RELAY_PORT, 0, 65_535),
            workers=number("TOCSIN_RELAY_WORKERS", cls.workers, 1, 64),
            threads=number("TOCSIN_RELAY_THREADS", cls.threads, 1, 256),
            work_bits=number("TOCSIN_RELAY_WORK_BITS", 0, 0, 40),
            work_bits_ceiling=number(
                "TOCSIN_RELAY_WORK_BITS_CEILING", cls.work_bits_ceiling, 0, 40
            ),
            work_blobs_per_minute=number(
                "TOCSIN_RELAY_WORK_BLOBS_PER_MINUTE", cls.work_blobs_per_minute, 1, 2**31
            ),
            work_room_percent=number(
                "TOCSIN_RELAY_WORK_ROOM_PERCENT", cls.work_room_percent, 0, 100
            ),
            keep_days=number("TOCSIN_RELAY_KEEP_DAYS", cls.keep_days, 1, 365),
            max_total_bytes=number(
                "TOCSIN_RELAY_MAX_TOTAL_BYTES", cls.max_total_bytes, 1024, 1024 * GIBIBYTE
            ),
            bucket_share_percent=number(
                "TOCSIN_RELAY_BUCKET_SHARE_PERCENT", cls.bucket_share_percent, 1, 100
            ),
            source_blobs_per_day=number(
                "TOCSIN_RELAY_SOURCE_BLOBS_PER_DAY", cls.source_blobs_per_day, 1, 2**31
            ),
            max_request_bytes=number(
                "TOCSIN_RELAY_MAX_REQUEST_BYTES", cls.max_request_bytes, 65_536, 8 * 1024**2
            ),
            blobs_per_commit=number("TOCSIN_RELAY_BLOBS_PER_COMMIT", cls.blobs_per_commit, 1, 4096),
            body_seconds=number("TOCSIN_RELAY_BODY_SECONDS", cls.body_seconds, 1, 3600),
            connections=number("TOCSIN_RELAY_CONNECTIONS", cls.connections, 64, 100_000),
            connections_per_source=number(
                "TOCSIN_RELAY_CONNECTIONS_PER_SOURCE", cls.connections_per_source, 1, 100_000
            ),
            trusted_proxies=number("TOCSIN_RELAY_TRUSTED_PROXIES", 0, 0, 8),
            site_path=given.path("TOCSIN_RELAY_SITE_PATH", cls.site_path),
            phone_dist_path=given.path("TOCSIN_PHONE_DIST_PATH", cls.phone_dist_path),
            upstream=given.secret("TOCSIN_RELAY_UPSTREAM"),
            upstream_seconds=number(
                "TOCSIN_RELAY_UPSTREAM_SECONDS", cls.upstream_seconds, 5, 86_400
            ),
            sms_secret=given.path_secret("TOCSIN_RELAY_SMS_SECRET"),
        )


@dataclass(frozen=True)
class DeskConfig:
    """Everything a desk can be told.

    Attributes:
        home: Folder of the desk's own files.
        database_url: SQLAlchemy address, SQLite or PostgreSQL.
        bind: Address to listen on.
        port: TCP port, 0 for any free one.
        threads: Requests in hand; a desk is one process because it holds the unlocked key.
        passphrase: What opens the desk's storage key at start, or None.
        pull_seconds: Seconds between two pulls from the relays; 0 never pulls by itself.
        public_url: Address of a proxy in front of the desk, without a slash at its end, or None.
        phone_url: Where the phone app is served, which invites name; None for the relay's `/app/`.
    """

    home: Path
    database_url: str = field(repr=False)
    bind: str = DEFAULT_BIND
    port: int = DEFAULT_DESK_PORT
    threads: int = 8
    passphrase: str | None = field(default=None, repr=False)
    pull_seconds: int = 60
    public_url: str | None = None
    phone_url: str | None = None

    @property
    def evidence_path(self) -> Path:
        """Folder of sealed attachment files."""
        return self.home / "evidence"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "DeskConfig":
        """Read the settings of a desk.

        Args:
            env: Environment variables, for example `os.environ`.

        Returns:
            The settings.

        Raises:
            ConfigError: A variable is outside of its range.
        """
        given = Environment(env)
        home = given.home() / "desk"
        return cls(
            home=home,
            database_url=given.database_url("TOCSIN_DESK_DATABASE_URL", home / "desk.db"),
            bind=given.text("TOCSIN_BIND", DEFAULT_BIND),
            port=given.number("TOCSIN_DESK_PORT", DEFAULT_DESK_PORT, 0, 65_535),
            threads=given.number("TOCSIN_DESK_THREADS", cls.threads, 1, 64),
            passphrase=given.secret("TOCSIN_DESK_PASSPHRASE"),
            pull_seconds=given.number("TOCSIN_DESK_PULL_SECONDS", cls.pull_seconds, 0, 86_400),
            public_url=given.text("TOCSIN_DESK_PUBLIC_URL", "").rstrip("/") or None,
            phone_url=given.text("TOCSIN_PHONE_URL", "").rstrip("/") or None,
        )
