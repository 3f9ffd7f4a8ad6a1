"""Running a desk under gunicorn.

Theory of operation: one process with several threads, because the storage key of an unlocked desk
is in that process's memory and nowhere else. The app is built in the worker, after the fork, and
so are the thread that pulls and the one that reads what came into the index.
"""

from typing import Any, Final

from server.desk.app import create_desk_app
from server.desk.intake.schedule import Schedule
from server.desk.triage.index.attending import Attending
from server.plumbing.config import DeskConfig
from server.plumbing.serving import Ready, Server

GRACEFUL_SECONDS: Final = 8
WORKER_SECONDS: Final = 120
"""How long the worker may be silent: an import of a large bundle on a slow disk stays below."""


class DeskServer(Server):
    """A desk as a gunicorn application."""

    def __init__(self, config: DeskConfig, ready: Ready | None = None) -> None:
        """Prepare to serve.

        Args:
            config: The desk's settings.
            ready: Called with host and port once the desk listens.
        """
        self._config = config
        self._schedule: Schedule | None = None
        self._attending: Attending | None = None
        super().__init__(gunicorn_settings(config), ready)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own mixture of WSGI and ASGI
        """Build the app in the worker, and begin to pull."""
        app = create_desk_app(self._config)
        self._schedule = Schedule(app, self._config.pull_seconds)
        self._schedule.start()
        self._attending = Attending(app)
        self._attending.start()
        return app

    def end_worker(self, worker: Any) -> None:  # noqa: ANN401, ARG002 - gunicorn is untyped
        """Let what is under way end."""
        if self._attending is not None:
            self._attending.stop()
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
        "timeout": WORKER_SECONDS,
        "graceful_timeout": GRACEFUL_SECONDS,
        "proc_name": "desk",
    }


def serve(config: DeskConfig, ready: Ready | None = None) -> None:
    """Serve until SIGTERM or SIGINT; does not return.

    Args:
        config: The desk's settings.
        ready: Called with host and port once the desk listens.
    """
    DeskServer(config, ready).run()
