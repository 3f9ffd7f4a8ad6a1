"""The desk rooms of the triage tests."""

from tests.unit.triage.conftest import any_room, room

__all__ = ["any_room", "room"]
