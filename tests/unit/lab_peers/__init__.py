"""Tests of the protocols that Tocsin is measured beside."""
