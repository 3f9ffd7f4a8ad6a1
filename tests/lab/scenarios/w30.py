"""W30: thirty seconds of link, ninety without, beginning with a window."""

from tests.lab.windowed import first_window_marks, windowed_scenario

SCENARIO = windowed_scenario(
    "W30",
    title="60 reports of 1 KiB, 10 % loss, 30 s up and 90 s down, from the opening on",
    has_phase=False,
    judge=first_window_marks,
)
