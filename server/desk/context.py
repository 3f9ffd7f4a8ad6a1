"""What the running desk was started with: its configuration and its clock.

Rooms ask here instead of reading the environment or the machine's clock themselves.
"""

from datetime import datetime
from typing import Final

from flask import current_app

from server.plumbing.clock import Clock
from server.plumbing.config import DeskConfig

CONFIG_KEY: Final = "tocsin.config"
CLOCK_KEY: Final = "tocsin.clock"


def desk_config() -> DeskConfig:
    """Give the configuration of the running desk."""
    config = current_app.extensions[CONFIG_KEY]
    if not isinstance(config, DeskConfig):
        raise TypeError("the app was not made by create_desk_app")
    return config


def clock() -> Clock:
    """Give the clock of the running desk."""
    found: Clock = current_app.extensions[CLOCK_KEY]
    return found


def now() -> datetime:
    """Tell the time: aware, UTC."""
    return clock().now()
