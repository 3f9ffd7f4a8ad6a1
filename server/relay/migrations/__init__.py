"""The relay's schema, step by step; a step once shipped is never changed."""

from typing import Final

from server.plumbing.migrations import Step
from server.relay.migrations import (
    step_0001_first_schema,
    step_0002_tokens,
    step_0003_beginnings,
)

ROOM: Final = "relay"
STEPS: Final = (
    Step(1, step_0001_first_schema.apply),
    Step(2, step_0002_tokens.apply),
    Step(3, step_0003_beginnings.apply),
)
"""All steps, in order."""
