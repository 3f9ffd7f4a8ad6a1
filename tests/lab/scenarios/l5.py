"""L5: 600 ms, 32 kbit/s, a twentieth of all packets lost in each direction."""

from tests.lab.lossy import lossy_scenario

SCENARIO = lossy_scenario("L5", loss_percent=5, bound_factor=1.35)
