"""Tests of the demonstration's content."""
