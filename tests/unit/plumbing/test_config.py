"""Settings from the environment."""

from pathlib import Path

import pytest

from server.plumbing.config import DeskConfig, RelayConfig
from server.plumbing.errors import ConfigError


def test_relay_needs_no_setting_at_all() -> None:
    config = RelayConfig.from_env({})
    assert (config.bind, config.port, config.work_bits) == ("127.0.0.1", 8470, 0)
    assert config.home == Path("var/relay").absolute()
    assert config.database_url == f"sqlite:///{config.home / 'relay.db'}"
    assert config.site_path.is_dir()


def test_desk_needs_no_setting_at_all() -> None:
    config = DeskConfig.from_env({})
    assert (config.bind, config.port, config.pull_seconds) == ("127.0.0.1", 8471, 60)
    assert config.evidence_path == Path("var/desk/evidence").absolute()
    assert config.passphrase is None


def test_home_moves_both_programs() -> None:
    env = {"TOCSIN_HOME": "/srv/tocsin"}
    assert RelayConfig.from_env(env).home == Path("/srv/tocsin/relay")
    assert DeskConfig.from_env(env).home == Path("/srv/tocsin/desk")


def test_every_setting_of_a_relay_is_read() -> None:
    config = RelayConfig.from_env(
        {
            "TOCSIN_RELAY_PORT": "0",
            "TOCSIN_BIND": "::1",
            "TOCSIN_RELAY_WORKERS": "3",
            "TOCSIN_RELAY_THREADS": "5",
            "TOCSIN_RELAY_WORK_BITS": "12",
            "TOCSIN_RELAY_KEEP_DAYS": "7",
            "TOCSIN_RELAY_MAX_TOTAL_BYTES": "1048576",
            "TOCSIN_RELAY_BUCKET_SHARE_PERCENT": "60",
            "TOCSIN_RELAY_SOURCE_BLOBS_PER_DAY": "9",
            "TOCSIN_RELAY_MAX_REQUEST_BYTES": "70000",
            "TOCSIN_RELAY_BODY_SECONDS": "11",
            "TOCSIN_RELAY_BLOBS_PER_COMMIT": "1",
            "TOCSIN_RELAY_TRUSTED_PROXIES": "1",
            "TOCSIN_RELAY_SITE_PATH": "/srv/site",
            "TOCSIN_PHONE_DIST_PATH": "/srv/app",
        }
    )
    assert (config.port, config.bind, config.workers, config.threads) == (0, "::1", 3, 5)
    assert (config.work_bits, config.keep_days, config.max_total_bytes) == (12, 7, 1_048_576)
    assert (config.bucket_share_percent, config.source_blobs_per_day) == (60, 9)
    assert (config.max_request_bytes, config.body_seconds) == (70_000, 11)
    assert (config.blobs_per_commit, config.trusted_proxies) == (1, 1)
    assert (config.site_path, config.phone_dist_path) == (Path("/srv/site"), Path("/srv/app"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOCSIN_RELAY_PORT", "eighty"),
        ("TOCSIN_RELAY_PORT", "65536"),
        ("TOCSIN_RELAY_WORKERS", "0"),
        ("TOCSIN_RELAY_WORK_BITS", "-1"),
        ("TOCSIN_RELAY_KEEP_DAYS", "1.5"),
        ("TOCSIN_RELAY_DATABASE_URL", "mysql://somewhere"),
    ],
)
def test_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        RelayConfig.from_env({name: value})


def test_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(ConfigError) as caught:
        DeskConfig.from_env({"TOCSIN_DESK_DATABASE_URL": "mysql://user:secret@host/db"})
    assert "secret" not in str(caught.value)


def test_postgres_address_names_the_driver_that_is_installed() -> None:
    for url in ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        config = RelayConfig.from_env({"TOCSIN_RELAY_DATABASE_URL": url})
        assert config.database_url == "postgresql+psycopg://u@h/d"


def test_secrets_do_not_print_themselves() -> None:
    config = DeskConfig.from_env(
        {
            "TOCSIN_DESK_PASSPHRASE": "correct horse",
            "TOCSIN_DESK_DATABASE_URL": "postgresql://u:battery@h/d",
        }
    )
    assert config.passphrase == "correct horse"
    assert "horse" not in repr(config)
    assert "battery" not in repr(config)


def test_relay_without_an_upstream_is_no_courier() -> None:
    assert RelayConfig.from_env({}).upstream is None
    assert RelayConfig.from_env({"TOCSIN_RELAY_UPSTREAM": ""}).upstream is None


def test_line_of_the_upstream_is_not_printed_with_the_settings() -> None:
    config = RelayConfig.from_env({"TOCSIN_RELAY_UPSTREAM": "tocsin1 https://a.example/secret"})
    assert config.upstream == "tocsin1 https://a.example/secret"
    assert "secret" not in repr(config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOCSIN_RELAY_WORK_BITS_CEILING", "41"),
        ("TOCSIN_RELAY_WORK_BLOBS_PER_MINUTE", "0"),
        ("TOCSIN_RELAY_WORK_ROOM_PERCENT", "101"),
        ("TOCSIN_RELAY_CONNECTIONS", "1"),
        ("TOCSIN_RELAY_CONNECTIONS_PER_SOURCE", "many"),
        ("TOCSIN_RELAY_UPSTREAM_SECONDS", "1"),
    ],
)
def test_limit_outside_of_its_range_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        RelayConfig.from_env({name: value})
