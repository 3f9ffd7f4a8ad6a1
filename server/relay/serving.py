"""Running a relay under gunicorn.

Theory of operation: the application is built before the workers fork, so that schema, write-ahead
log and shared memory are there once. Each worker then starts its own committing thread and, where
there is an upstream, a thread that looks for it. A relay leaves its database and its few small
files, and nothing else.
"""

import sys
from typing import Any, Final

from server.plumbing.config import RelayConfig
from server.plumbing.serving import Ready, Server
from server.relay.app import create_relay_app, relay_of
from server.relay.crowd import Limits
from server.relay.services import Relay
from server.relay.upstream.courier import Courier, courier_of
from server.relay.worker import RelayWorker

KEEP_ALIVE_SECONDS: Final = 30
"""A phone on a slow line asks again within its 30-second window."""

SWITCH_SECONDS: Final = 0.001
"""How soon a waiting thread gets its turn: the committing one should not wait for five others."""


class RelayServer(Server):
    """A relay as a gunicorn application."""

    def __init__(self, config: RelayConfig, ready: Ready | None = None) -> None:
        """Prepare to serve.

        Args:
            config: The relay's settings.
            ready: Called with host and port once the relay listens.
        """
        self._config = config
        self._relay: Relay | None = None
        self._courier: Courier | None = None
        super().__init__(gunicorn_settings(config), ready)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own mixture of WSGI and ASGI
        """Build the application; called once, before the workers fork."""
        app = create_relay_app(self._config)
        self._relay = relay_of(app)
        self._courier = courier_of(self._relay)
        return app

    def start_worker(self, worker: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
        """Set the worker's limits; start its committing thread and, with an upstream, a courier."""
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
        if self._courier is not None:
            self._courier.start()

    def end_worker(self, worker: Any) -> None:  # noqa: ANN401, ARG002 - gunicorn is untyped
        """Commit what was handed in, then close the database."""
        if self._courier is not None:
            self._courier.stop()
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
        "preload_app": True,
        "keepalive": KEEP_ALIVE_SECONDS,
        "worker_connections": config.connections,
        "graceful_timeout": 10,
        "proc_name": "web",
    }


def serve(config: RelayConfig, ready: Ready | None = None) -> None:
    """Serve until SIGTERM or SIGINT; does not return.

    Args:
        config: The relay's settings.
        ready: Called with host and port once the relay listens.
    """
    RelayServer(config, ready).run()
