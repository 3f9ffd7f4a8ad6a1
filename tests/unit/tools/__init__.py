"""The chores' own programs."""
