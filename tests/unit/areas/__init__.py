"""Tests of areas, outlines and boundary layers."""
