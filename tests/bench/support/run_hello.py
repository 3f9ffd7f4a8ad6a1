"""Run Flask's hello-world under the gunicorn settings of a relay."""

import json
import os
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from server.plumbing.config import RelayConfig
from server.relay.serving import gunicorn_settings

app = Flask(__name__)


@app.route("/")
def hello() -> str:
    """Say hello."""
    return "Hello, World!"


class HelloServer(BaseApplication):
    """Hello-world as a gunicorn application."""

    def load_config(self) -> None:
        """Tell gunicorn the relay's settings."""
        for name, value in gunicorn_settings(RelayConfig.from_env(os.environ)).items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", _when_ready)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own mixture of WSGI and ASGI
        """Give the application."""
        return app


def _when_ready(arbiter: Any) -> None:  # noqa: ANN401 - gunicorn is untyped
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    print(json.dumps({"url": f"http://{host}:{port}/"}), flush=True)


if __name__ == "__main__":
    HelloServer().run()
