"""Chores of the project: what makes files the programs then read."""
