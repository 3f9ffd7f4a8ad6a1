"""Cases that both implementations run; see README.md for their shapes."""
