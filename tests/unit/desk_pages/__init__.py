"""Tests of the pages of triage, signals and publishing, without a script."""
