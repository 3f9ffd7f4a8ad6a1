"""B20: a fifth of all packets lost in bursts of four on average, each having taken its airtime.

The harder kin of L20: what is lost takes room on the link, and comes in rows, as in a radio's dead
spot. Nothing is promised here but that nothing is lost or stored twice; it shows what the marks of
L20 owe to their kind of loss.
"""

from dataclasses import replace

from tests.lab.lossy import bursty_shape, lossy_scenario

SCENARIO = replace(
    lossy_scenario("B20", loss_percent=20, bound_factor=1.60, link=bursty_shape()),
    title="100 reports, 600 ms, 32 kbit/s, 20 % of packets lost on the air in bursts of four",
    subjects=("tocsin", "keep-alive-1", "keep-alive-4"),
    judge=lambda _outcomes: (),
    mark=None,
)
