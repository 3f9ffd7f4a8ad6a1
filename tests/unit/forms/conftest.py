"""The desk room of the base tests."""

from tests.unit.desk_base.conftest import room

__all__ = ["room"]
