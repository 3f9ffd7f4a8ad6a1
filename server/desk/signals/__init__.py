"""Counts become lines, lines become signals, people assess signals; two of them sign."""
