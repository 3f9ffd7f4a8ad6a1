"""Plots of the laboratory as SVG."""

from collections.abc import Sequence
from pathlib import Path

from tests.lab.scenario import Outcome, Scenario


def draw(scenario: Scenario, outcomes: Sequence[Outcome], folder: Path) -> None:
    """Draw nothing yet."""
