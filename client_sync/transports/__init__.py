"""Ways to hand sealed bytes over: to a relay, or into a file."""
