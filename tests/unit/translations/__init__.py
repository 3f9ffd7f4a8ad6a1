"""Tests of the catalogue: complete, in the right plural forms, with the right words."""
