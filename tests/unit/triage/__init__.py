"""Tests of the triage room."""
