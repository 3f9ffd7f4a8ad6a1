"""The contract: what crosses a boundary, and the one way to seal and open it.

Nothing in this package does input or output. The formats are written down in
``docs/spec/``; ``tests/vectors/`` holds the cases that both implementations run.
"""
