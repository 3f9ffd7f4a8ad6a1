"""Bytes in, sealed bytes out. Knows no report.

Spec: docs/spec/envelope.md
"""
