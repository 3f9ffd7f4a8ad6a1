"""The counterparts that tests stand on are tested themselves."""
