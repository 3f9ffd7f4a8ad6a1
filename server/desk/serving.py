"""Running a desk under gunicorn.

Theory of operation: one process with several threads, because the storage key of an unlocked desk
is in that process's memory and nowhere else. The app is built in the worker, after the fork, and
so is the thread that pulls. There is no access log and no pid file.
"""

from collections.abc import Callable
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from server.desk.app import create_desk_app
from server.desk.intake.schedule import Schedule
from server.plumbing.config import DeskConfig
from server.plumbing.gunicorn_log import GuardedLogger

GRACEFUL_SECONDS: Final = 8
WORKER_SECONDS: Final = 120
"""How long the worker may be silent: an import of a large bundle on a slow disk stays below."""

Ready = Callable[[str, int], None]


class DeskServer(BaseApplication):
    """A desk as a gunicorn application."""

    def __init__(self, config: DeskConfig, ready: Ready | None = None) -> None:
        """Prepare to serve.

        Args:
            config: The desk's settings.
            ready: Called with host and port once the desk listens.
        """
        self._config = config
        self._ready = ready
        self._schedule: Schedule | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn its settings."""
        for name, value in gunicorn_settings(self._config).items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", self._when_ready)
        self.cfg.set("worker_exit", self._end_worker)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own mixture of WSGI and ASGI
        """Build the app in the worker, and begin to pull."""
        app = create_desk_app(self._config)
        self._schedule = Schedule(app, self._config.pull_seconds)
        self._schedule.start()
        return app

    def _when_ready(self, arbiter: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
        if self._ready is not None:
            host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
            self._ready(host, port)

    def _end_worker(self, _arbiter: object, _worker: object) -> None:
        if self._schedule is not None:
            self._schedule.stop()


def gunicorn_settings(config: DeskConfig) -> dict[str, Any]:
    """Name the settings of gunicorn that matter to a desk.

    Args:
        config: The desk's settings.

    Returns:
        Settings by gunicorn's names.
    """
    return {
        "bind": f"{config.bind}:{config.port}",
        "workers": 1,
        "threads": config.threads,
        "worker_class": "gthread",
        "logger_class": GuardedLogger,
        "timeout": WORKER_SECONDS,
        "graceful_timeout": GRACEFUL_SECONDS,
        "accesslog": None,
        "control_socket_disable": True,
        "proc_name": "desk",
    }


def serve(config: DeskConfig, ready: Ready | None = None) -> None:
    """Serve until SIGTERM or SIGINT; does not return.

    Args:
        config: The desk's settings.
        ready: Called with host and port once the desk listens.
    """
    DeskServer(config, ready).run()
