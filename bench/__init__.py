"""Benchmarks: ratios measured side by side in one run, printed as JSON. `make bench BENCH=<id>`."""
