"""One file per scenario, found by name: each module holds `SCENARIO`."""
