"""Gunicorn's own log lines, through the guarded formatter and without an access log.

Theory of operation: gunicorn writes addresses and paths into warnings and would keep an access
log if asked. Here its lines pass the same formatter as everybody's, and a request leaves none.
"""

import logging
import sys

from gunicorn.config import Config
from gunicorn.glogging import Logger

from server.plumbing.logs import GuardedFormatter


class GuardedLogger(Logger):
    """What gunicorn is told to use for `logger_class`."""

    def setup(self, cfg: Config) -> None:
        """Send gunicorn's lines to standard error, reduced to what is harmless.

        Args:
            cfg: Gunicorn's settings.
        """
        super().setup(cfg)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(GuardedFormatter())
        self.error_log.handlers[:] = [handler]
        self.error_log.setLevel(logging.WARNING)
        self.access_log.handlers[:] = [logging.NullHandler()]

    def access(self, *_request: object) -> None:
        """Write nothing about a request."""
