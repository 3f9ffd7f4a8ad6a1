"""L0: 600 ms, 32 kbit/s, nothing lost but what the queue drops."""

from tests.lab.lossy import lossy_scenario

SCENARIO = lossy_scenario("L0", loss_percent=0, bound_factor=1.20)
