"""Real in-memory or throw-away counterparts that tests stand on; nothing here is a mock."""
