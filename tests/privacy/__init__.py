"""Tests of what each part may leave behind."""
