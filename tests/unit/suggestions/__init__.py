"""Tests of the suggestions room."""
