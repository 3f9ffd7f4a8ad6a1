"""Decide what to hand over next, hand it over, and take in what comes back."""
