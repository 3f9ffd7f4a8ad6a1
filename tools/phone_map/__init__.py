"""The coarse map of the world's first-level areas that the phone app carries."""
