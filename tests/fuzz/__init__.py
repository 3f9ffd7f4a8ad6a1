"""Fuzzed parsers raise their own error or nothing."""
