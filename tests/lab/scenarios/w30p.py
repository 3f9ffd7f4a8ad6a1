"""W30P: the windows of W30, met at a moment the seed chooses, in the dark or in the light."""

from tests.lab.windowed import OURS, any_moment_marks, windowed_scenario

SCENARIO = windowed_scenario(
    "W30P",
    title="60 reports of 1 KiB, 10 % loss, 30 s up and 90 s down, from any moment on",
    has_phase=True,
    judge=any_moment_marks,
    subjects=OURS,
)
