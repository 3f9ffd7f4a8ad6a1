"""What the desk finds reports by, in memory only: places, states, codings and words."""
