"""Rows for tests: each factory writes what a test names and fills in the rest."""
