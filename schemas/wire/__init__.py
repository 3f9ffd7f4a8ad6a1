"""Domain types to bytes and back. Knows no key.

Spec: docs/spec/
"""
