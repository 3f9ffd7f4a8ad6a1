"""Running a relay under gunicorn.

Theory of operation: the application is built before the workers fork, so that schema, write-ahead
log and shared memory are there once. Each worker then starts its own committing thread. Gunicorn
keeps no access log, no pid file and no control socket: a relay leaves its database and its three
small files, and nothing else.
"""

import sys
from collections.abc import Callable
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from server.plumbing.config import RelayConfig
from server.plumbing.gunicorn_log import GuardedLogger
from server.relay.app import create_relay_app, relay_of
from server.relay.crowd import Limits
from server.relay.services import Relay
from server.relay.worker import RelayWorker

KEEP_ALIVE_SECONDS: Final = 30
"""A phone on a slow line asks again within its 30-second window."""

SWITCH_SECONDS: Final = 0.001
"""How soon a waiting thread gets its turn: the committing one should not wait for five others."""

Ready = Callable[[str, int], None]


class RelayServer(BaseApplication):
    """A relay as a gunicorn application."""

    def __init__(self, config: RelayConfig, ready: Ready | None = None) -> None:
        """Prepare to serve.

        Args:
            config: The relay's settings.
            ready: Called with host and port once the relay listens.
        """
        self._config = config
        self._ready = ready
        self._relay: Relay | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn its settings."""
        for name, value in gunicorn_settings(self._config).items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", self._when_ready)
        self.cfg.set("post_worker_init", self._start_worker)
        self.cfg.set("worker_exit", self._end_worker)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own mixture of WSGI and ASGI
        """Build the application; called once, before the workers fork."""
        app = create_relay_app(self._config)
        self._relay = relay_of(app)
        return app

    def _when_ready(self, arbiter: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
        if self._ready is not None:
            host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
            self._ready(host, port)

    def _start_worker(self, worker: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
        config = self._config
        worker.limits = Limits(
            threads=config.threads,
            connections=config.connections,
            per_source=config.connections_per_source,
            body_seconds=config.body_seconds,
            idle_seconds=KEEP_ALIVE_SECONDS,
        )
        sys.setswitchinterval(SWITCH_SECONDS)
        if self._relay is not None:
            self._relay.inbox.start()

    def _end_worker(self, _arbiter: object, _worker: object) -> None:
        if self._relay is not None:
            self._relay.close()


def gunicorn_settings(config: RelayConfig) -> dict[str, Any]:
    """Name the settings of gunicorn that matter to a relay.

    Args:
        config: The relay's settings.

    Returns:
        Settings by gunicorn's names.
    """
    return {
        "bind": f"{config.bind}:{config.port}",
        "workers": config.workers,
        "threads": config.threads,
        "worker_class": RelayWorker,
        "logger_class": GuardedLogger,
        "preload_app": True,
        "keepalive": KEEP_ALIVE_SECONDS,
        "worker_connections": config.connections,
        "graceful_timeout": 10,
        "accesslog": None,
        "control_socket_disable": True,
        "proc_name": "web",
    }


def serve(config: RelayConfig, ready: Ready | None = None) -> None:
    """Serve until SIGTERM or SIGINT; does not return.

    Args:
        config: The relay's settings.
        ready: Called with host and port once the relay listens.
    """
    RelayServer(config, ready).run()
