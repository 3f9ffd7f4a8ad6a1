"""The measured error of each detector, as it stands beside every alarm.

The numbers are in `measured_rates.json`. Measure them again, which changes nothing unless a
detector or a scenario changed, with::

    python -m server.desk.signals.rates
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Final

from server.desk.signals.detectors import DETECTORS, silence
from server.desk.signals.synthetic import MeasuredRate, measure

RATES_FILE: Final = Path(__file__).parent / "measured_rates.json"
DIGITS: Final = 4


@cache
def measured_rates() -> Mapping[str, MeasuredRate]:
    """Give the rates by the detector's name, `silence` among them."""
    held = json.loads(RATES_FILE.read_text(encoding="utf-8"))
    return {name: MeasuredRate(**rates) for name, rates in held["detectors"].items()}


def measured_now() -> dict[str, MeasuredRate]:
    """Measure every detector; takes some seconds."""
    rates = {name: measure(detector) for name, detector in DETECTORS.items()}
    # An outbreak is no silence, so this one is only measured for its false alarms.
    return {**rates, "silence": measure(silence)}


def rounded(rate: MeasuredRate) -> MeasuredRate:
    """Round to what is printed."""
    return MeasuredRate(
        false_alarms=round(rate.false_alarms, DIGITS),
        detected=round(rate.detected, DIGITS),
        first_week=round(rate.first_week, DIGITS),
        quiet_weeks=rate.quiet_weeks,
        outbreaks=rate.outbreaks,
    )


def main() -> None:
    """Measure again and write the file."""
    document = {
        "note": "Made by `python -m server.desk.signals.rates` from seeded lines.",
        "detectors": {name: asdict(rounded(rate)) for name, rate in measured_now().items()},
    }
    RATES_FILE.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{RATES_FILE.name} written\n")


if __name__ == "__main__":
    main()
