"""The relay's schema, step by step; a step once shipped is never changed."""

from typing import Final

from server.plumbing.migrations import Step
from server.relay.migrations import step_0001_first_schema

ROOM: Final = "relay"
STEPS: Final = (Step(1, step_0001_first_schema.apply),)
"""All steps, in order."""
