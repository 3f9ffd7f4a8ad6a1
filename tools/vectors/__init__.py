"""The cases of `tests/vectors/`: one module per file, every byte derived from the case's name."""
