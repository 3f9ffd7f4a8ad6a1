"""Files carried by hand.

Spec: docs/spec/bundle.md
"""
