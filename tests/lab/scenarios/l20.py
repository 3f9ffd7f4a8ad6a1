"""L20: 600 ms, 32 kbit/s, a fifth of all packets lost in each direction."""

from tests.lab.lossy import lossy_scenario

SCENARIO = lossy_scenario("L20", loss_percent=20, bound_factor=1.60, variants=("", "1k"))
