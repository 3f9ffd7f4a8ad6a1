"""Settings of relay and desk, read once from the environment.

Theory of operation: `from_env` is pure: a mapping in, a frozen dataclass out, or `ConfigError`.
A program that is half-set refuses to start, because a relay that silently falls back to a
default database would look like one that lost everything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from server.plumbing.errors import ConfigError

REPOSITORY: Final = Path(__file__).resolve().parents[2]
GIBIBYTE: Final = 1024**3

DEFAULT_HOME: Final = "./var"
DEFAULT_BIND: Final = "127.0.0.1"
DEFAULT_RELAY_PORT: Final = 8470
DEFAULT_DESK_PORT: Final = 8471

Value = TypeVar("Value")


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
        work_bits: Leading zero bits a stamp must show; 0 asks for none.
        keep_days: Days a blob is kept when no desk purges it.
        max_total_bytes: Room for blobs, all buckets together.
        bucket_share_percent: Most of that room one bucket may take, so that a flood of
            photographs leaves room for texts.
        source_blobs_per_day: New blobs taken from one address prefix in a day.
        max_batch_bytes: Largest batch clients are told to send.
        max_request_bytes: Largest request body read at all.
        blobs_per_commit: Most blobs of waiting requests that share one sync of the disk; 1 lets
            each request pay for its own.
        body_seconds: Longest time one request body may take to arrive.
        trusted_proxies: Reverse proxies in front whose X-Forwarded-For is believed.
        site_path: Folder of the web site shown at `/`.
        phone_dist_path: Folder of the built phone app, shown at `/app/`.
    """

    home: Path
    database_url: str = field(repr=False)
    bind: str = DEFAULT_BIND
    port: int = DEFAULT_RELAY_PORT
    workers: int = 4
    threads: int = 32
    work_bits: int = 0
    keep_days: int = 30
    max_total_bytes: int = 20 * GIBIBYTE
    bucket_share_percent: int = 80
    source_blobs_per_day: int = 20_000
    max_batch_bytes: int = 65_536
    max_request_bytes: int = 1_048_576
    blobs_per_commit: int = 512
    body_seconds: int = 300
    trusted_proxies: int = 0
    site_path: Path = REPOSITORY / "server" / "relay" / "site"
    phone_dist_path: Path = REPOSITORY / "client_sync" / "phone" / "dist"

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
        home = _home(env) / "relay"
        return cls(
            home=home,
            database_url=_database_url(env, "TOCSIN_RELAY_DATABASE_URL", home / "relay.db"),
            bind=env.get("TOCSIN_BIND", DEFAULT_BIND),
            port=_number(env, "TOCSIN_RELAY_PORT", DEFAULT_RELAY_PORT, 0, 65_535),
            workers=_number(env, "TOCSIN_RELAY_WORKERS", cls.workers, 1, 64),
            threads=_number(env, "TOCSIN_RELAY_THREADS", cls.threads, 1, 256),
            work_bits=_number(env, "TOCSIN_RELAY_WORK_BITS", 0, 0, 40),
            keep_days=_number(env, "TOCSIN_RELAY_KEEP_DAYS", cls.keep_days, 1, 365),
            max_total_bytes=_number(
                env, "TOCSIN_RELAY_MAX_TOTAL_BYTES", cls.max_total_bytes, 1024, 1024 * GIBIBYTE
            ),
            bucket_share_percent=_number(
                env, "TOCSIN_RELAY_BUCKET_SHARE_PERCENT", cls.bucket_share_percent, 1, 100
            ),
            source_blobs_per_day=_number(
                env, "TOCSIN_RELAY_SOURCE_BLOBS_PER_DAY", cls.source_blobs_per_day, 1, 2**31
            ),
            max_request_bytes=_number(
                env, "TOCSIN_RELAY_MAX_REQUEST_BYTES", cls.max_request_bytes, 65_536, 8 * 1024**2
            ),
            blobs_per_commit=_number(
                env, "TOCSIN_RELAY_BLOBS_PER_COMMIT", cls.blobs_per_commit, 1, 4096
            ),
            body_seconds=_number(env, "TOCSIN_RELAY_BODY_SECONDS", cls.body_seconds, 1, 3600),
            trusted_proxies=_number(env, "TOCSIN_RELAY_TRUSTED_PROXIES", 0, 0, 8),
            site_path=_path(env, "TOCSIN_RELAY_SITE_PATH", cls.site_path),
            phone_dist_path=_path(env, "TOCSIN_PHONE_DIST_PATH", cls.phone_dist_path),
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
    """

    home: Path
    database_url: str = field(repr=False)
    bind: str = DEFAULT_BIND
    port: int = DEFAULT_DESK_PORT
    threads: int = 8
    passphrase: str | None = field(default=None, repr=False)
    pull_seconds: int = 60
    public_url: str | None = None

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
        home = _home(env) / "desk"
        return cls(
            home=home,
            database_url=_database_url(env, "TOCSIN_DESK_DATABASE_URL", home / "desk.db"),
            bind=env.get("TOCSIN_BIND", DEFAULT_BIND),
            port=_number(env, "TOCSIN_DESK_PORT", DEFAULT_DESK_PORT, 0, 65_535),
            threads=_number(env, "TOCSIN_DESK_THREADS", cls.threads, 1, 64),
            passphrase=env.get("TOCSIN_DESK_PASSPHRASE") or None,
            pull_seconds=_number(env, "TOCSIN_DESK_PULL_SECONDS", cls.pull_seconds, 0, 86_400),
            public_url=(env.get("TOCSIN_DESK_PUBLIC_URL") or "").rstrip("/") or None,
        )


def _home(env: Mapping[str, str]) -> Path:
    return Path(env.get("TOCSIN_HOME") or DEFAULT_HOME).absolute()


def _path(env: Mapping[str, str], name: str, default: Path) -> Path:
    return Path(env[name]).absolute() if env.get(name) else default


def _database_url(env: Mapping[str, str], name: str, default: Path) -> str:
    url = env.get(name) or f"sqlite:///{default}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        raise ConfigError(f"set {name} to a sqlite:/// or postgresql:// address")
    # psycopg 3 is the driver that is installed; a plain address must not ask for another.
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    return _parsed(
        env, name, default, lambda text: _in_range(int(text), low, high), f"{low}-{high}"
    )


def _in_range(number: int, low: int, high: int) -> int:
    if not low <= number <= high:
        raise ValueError
    return number


def _parsed(
    env: Mapping[str, str], name: str, default: Value, parse: Callable[[str], Value], wanted: str
) -> Value:
    text = env.get(name)
    if not text:
        return default
    try:
        return parse(text)
    except ValueError:
        raise ConfigError(f"set {name} to a whole number in {wanted}, or leave it out") from None
