"""The relay and the desk: what takes sealed reports in, and what opens and works on them."""
