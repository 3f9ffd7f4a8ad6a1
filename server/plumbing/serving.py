"""Running one program under gunicorn: what relay and desk have in common.

Theory of operation: gunicorn is given its settings by the program and by nothing else, keeps no
access log, no pid file and no control socket, and writes to the guarded log. Whoever started the
program is told where it listens as soon as it does, so that port 0 is of use.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from server.plumbing.gunicorn_log import GuardedLogger

Ready = Callable[[str, int], None]
"""Is told host and port."""

ALWAYS: Final[Mapping[str, Any]] = {
    "logger_class": GuardedLogger,
    "accesslog": None,
    "control_socket_disable": True,
}
"""Settings of every program here."""


class Server(BaseApplication):
    """A program as a gunicorn application."""

    def __init__(self, settings: Mapping[str, Any], ready: Ready | None = None) -> None:
        """Prepare to serve.

        Args:
            settings: By gunicorn's names.
            ready: Called once it listens.
        """
        self._settings = settings
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn its settings."""
        for name, value in {**ALWAYS, **self._settings}.items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", self._when_ready)
        self.cfg.set("post_worker_init", self.start_worker)
        self.cfg.set("worker_exit", lambda _arbiter, worker: self.end_worker(worker))

    @abstractmethod
    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own mixture of WSGI and ASGI
        """Build the application."""

    def start_worker(self, worker: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
        """Begin what runs beside the requests of a worker: nothing, unless a program says so."""

    def end_worker(self, worker: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
        """End it."""

    def _when_ready(self, arbiter: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
        if self._ready is not None:
            host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
            self._ready(host, port)
