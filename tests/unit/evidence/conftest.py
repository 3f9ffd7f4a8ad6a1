"""A desk and a relay for each test."""

from tests.unit.desk_base.conftest import _quick_passwords, room

__all__ = ["_quick_passwords", "room"]
