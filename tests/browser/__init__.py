"""Tests that drive a real Chromium against really started servers."""
